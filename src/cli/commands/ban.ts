import type { BanRequest } from '../../agent/agent.js';
import { type Address, covers, parseAddress } from '../../core/address/address.js';
import { F2bError } from '../../errors.js';
import { addressesOf } from '../address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { durationOf } from '../duration-argument.js';
import { banRecord, banSentence } from '../print/bans.js';

interface BanOptions extends OutputOptions {
  readonly for?: string;
  readonly jail?: string;
  readonly reason?: string;
  readonly force?: boolean;
}

/** `f2bctl ban ADDRESS [--for TIME] [--jail JAIL] [--reason TEXT] [--force]` */
export const addBan: AddCommand = (program, dependencies) => {
  program
    .command('ban')
    .description('ban an address, a prefix or a host')
    .argument('<address>', 'address, prefix or host name')
    .option('--for <time>', 'how long, like 1h; by default as long as the jail bans, without --jail for ever')
    .option('-j, --jail <jail>', 'ban as this jail would')
    .option('--reason <text>', 'why, for others to read')
    .option('--force', 'ban also who is spared, the address you come from, and for less than for ever who was')
    .addOption(outputOption())
    .action(async (text: string, options: BanOptions) => {
      const bantime = durationOf(options.for);
      const addresses = await addressesOf(text, dependencies.resolve);
      if (options.force !== true) refuseOwn(addresses, dependencies.peer());
      await withAgent(dependencies, async (client) => {
        const views = await client.ban(requestOf(addresses, bantime, options));
        await print(dependencies, options, views.map(banRecord), (style, now) =>
          views.map((view) => banSentence(view, style, now)),
        );
      });
    });
};

function requestOf(addresses: readonly Address[], bantime: number | undefined, options: BanOptions): BanRequest {
  const { jail, reason, force } = options;
  return {
    addresses,
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
