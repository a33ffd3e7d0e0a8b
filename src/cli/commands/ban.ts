/** `f2bctl ban`: bans by hand. */
import type { BanRequest } from '../../agent/agent.js';
import { banInPortions } from '../../control/ban-in-portions.js';
import { type Address, covers, parseAddress } from '../../core/address/address.js';
import { F2bError } from '../../errors.js';
import { addressesIn, allAddressesOf } from '../arguments/address-argument.js';
import { durationOf, lengthLast } from '../arguments/duration-argument.js';
import { jailAtWork } from '../arguments/jail-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, showDone, withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { banRecord, banSentence } from '../print/bans.js';
import { requireStored } from '../require-stored.js';

interface BanOptions extends OutputOptions {
  readonly for?: string;
  readonly jail?: string;
  readonly reason?: string;
  readonly force?: boolean;
  readonly file?: string;
}

/** `f2bctl ban ADDRESS… [--for TIME] [--jail JAIL] [--reason TEXT] [--file FILE] [--force]` */
export const addBan: AddCommand = (program, dependencies) => {
  program
    .command('ban')
    .description('ban addresses, prefixes or hosts')
    .argument('[address...]', 'addresses, prefixes or host names; behind them, how long, like 1h')
    .option('--for <time>', 'how long, like 1h; by default as long as the jail bans, without --jail for ever')
    .option('-j, --jail <jail>', 'ban as this jail would')
    .option('--reason <text>', 'why, for others to read')
    .option('--file <file>', 'also those in this file, one a line; - is standard input')
    .option('--force', 'ban also who is spared, the address you come from, and for less than for ever who was')
    .addOption(outputOption())
    .action(async (words: readonly string[], options: BanOptions) => {
      const { texts, time } = lengthLast(words, options.for, options.file !== undefined);
      const bantime = durationOf(time);
      const addresses = await wanted(texts, options, dependencies);
      if (options.force !== true) refuseOwn(addresses, dependencies.peer());
      await withAgent(dependencies, async (client) => {
        const jail = await jailAtWork(options.jail, client, dependencies);
        const request = requestOf(bantime, jail, options);
        await showDone(
          [{ addresses, ...request }],
          (wanted) => banInPortions(client, wanted),
          (views) =>
            print(
              dependencies,
              options,
              views.map((view) => banRecord(view)),
              (style, now) => views.map((view) => banSentence(view, style, now)),
            ),
        );
        await requireStored(client);
      });
    });
};

async function wanted(
  texts: readonly string[],
  { file }: BanOptions,
  { resolve, lines }: Dependencies,
): Promise<readonly Address[]> {
  const given = await allAddressesOf(texts, resolve);
  const all = file === undefined ? given : [...given, ...addressesIn(lines(file), file)];
  if (all.length > 0) return [...new Map(all.map((one) => [one.text, one])).values()];
  throw new F2bError('USAGE', 'nobody to ban', { hint: 'write f2bctl ban ADDRESS…, or --file FILE' });
}

function requestOf(
  bantime: number | undefined,
  jail: string | undefined,
  { reason, force }: BanOptions,
): Omit<BanRequest, 'addresses'> {
  return {
    ...(bantime === undefined ? {} : { bantime }),
    ...(jail === undefined ? {} : { jail }),
    ...(reason === undefined ? {} : { reason }),
    ...(force === true ? { force } : {}),
  };
}

/** Nobody is to lock themselves out by a slip of the hand. */
function refuseOwn(addresses: readonly Address[], peer: string | undefined): void {
  const own = peer === undefined ? undefined : parseAddress(peer);
  const hit = own && addresses.find((address) => covers(address, own));
  if (own === undefined || hit === undefined) return;
  throw new F2bError('TERMINAL_ADDRESS', hit === own ? own.text : `you come from ${own.text}`);
}
