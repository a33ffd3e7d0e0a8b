import { F2bError } from '../../errors.js';
import { addressesOf } from '../address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, showDone, withAgent } from '../command.js';
import { unbanSentence } from '../print/bans.js';

interface UnbanOptions extends OutputOptions {
  readonly jail?: string;
}

/** `f2bctl unban ADDRESS [-j JAIL]` */
export const addUnban: AddCommand = (program, dependencies) => {
  program
    .command('unban')
    .description('lift the bans of an address, or of all in a prefix')
    .argument('<address>', 'address, prefix or host name')
    .option('-j, --jail <jail>', 'only the bans of this jail')
    .addOption(outputOption())
    .action(async (text: string, options: UnbanOptions) => {
      const addresses = await addressesOf(text, dependencies.resolve);
      await withAgent(dependencies, async (client) => {
        const count = await showDone(
          addresses,
          (address) => client.unban(address, options.jail),
          (lifted) => print(dependencies, options, lifted, (style) => lifted.map((ban) => unbanSentence(ban, style))),
        );
        if (count === 0) throw new F2bError('NOTHING_BANNED', placeOf(text, options.jail));
      });
    });
};

function placeOf(address: string, jail: string | undefined): string {
  return jail === undefined ? address : `${address} in ${jail}`;
}
