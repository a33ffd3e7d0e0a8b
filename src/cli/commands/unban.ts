/** `f2bctl unban`: lifts bans by hand. */
import type { Address } from '../../core/address/address.js';
import { F2bError, withAdvice } from '../../errors.js';
import { allAddressesOf, EVERYBODY } from '../arguments/address-argument.js';
import { isEverybody, jailAtWork } from '../arguments/jail-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, showDone, withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { liftedRecord, unbanSentence } from '../print/bans.js';
import { requireStored } from '../require-stored.js';

interface UnbanOptions extends OutputOptions {
  readonly jail?: string;
  readonly all?: boolean;
}

/** `f2bctl unban ADDRESS…|--all [-j JAIL]` */
export const addUnban: AddCommand = (program, dependencies) => {
  program
    .command('unban')
    .description('lift the bans of addresses, or of all in a prefix')
    .argument('[address...]', 'addresses, prefixes or host names')
    .option('-a, --all', 'the bans of everybody')
    .option('-j, --jail <jail>', 'only the bans of this jail')
    .addOption(outputOption())
    .action(async (texts: readonly string[], options: UnbanOptions) => {
      const addresses = await wanted(texts, options, dependencies);
      await withAgent(dependencies, async (client) => {
        const jail = await jailAtWork(options.jail, client, dependencies);
        const count = await showDone(
          addresses,
          (address) => client.unban(address, jail),
          (lifted) =>
            print(dependencies, options, lifted.map(liftedRecord), (style) =>
              lifted.map((ban) => unbanSentence(ban, style)),
            ),
        );
        if (count > 0) return requireStored(client);
        const what = options.all === true ? 'nobody is banned' : texts.join(' ');
        throw new F2bError('NOTHING_BANNED', jail === undefined ? what : `${what} in ${jail}`);
      });
    });
};

async function wanted(
  texts: readonly string[],
  { all, jail = 'JAIL' }: UnbanOptions,
  { resolve }: Dependencies,
): Promise<readonly Address[]> {
  if (texts.length > 0 === (all === true) || texts.some(isEverybody)) {
    throw new F2bError('USAGE', 'whose bans?', {
      hint: `write f2bctl unban ADDRESS…, or: f2bctl unban --all; of a jail: f2bctl unban --all --jail ${jail}`,
    });
  }
  if (all === true) return EVERYBODY;
  return allAddressesOf(texts, resolve).catch((error: unknown) => orJail(texts, error));
}

/** A single word that nobody would take for a host may be a jail. Throws the error, with a better hint then. */
function orJail(texts: readonly string[], error: unknown): never {
  if (!(error instanceof F2bError) || texts.length > 1 || !/^[a-z-]+$/i.test(texts[0] ?? '')) throw error;
  throw withAdvice(error, `the bans of a jail: f2bctl unban --all --jail ${texts[0]}`);
}
