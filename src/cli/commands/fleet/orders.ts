/** `f2bctl fleet ban`, `unban`, `allow`, `disallow`, `withdraw`, `pause` and `resume`. */
import type { Command } from 'commander';
import type { Address } from '../../../core/address/address.js';
import { FOREVER } from '../../../core/time.js';
import type { FleetOrder } from '../../../ports/fleet-control.js';
import { addressesOf } from '../../arguments/address-argument.js';
import { durationOf } from '../../arguments/duration-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print } from '../../command.js';
import type { Dependencies } from '../../dependencies.js';
import { untilText } from '../../print/times.js';

interface BanOptions extends OutputOptions {
  readonly for?: string;
  readonly reason?: string;
}

/** `f2bctl fleet ban ADDRESS [--for TIME] [--reason TEXT]` */
export const addFleetBan: AddCommand = (fleet, dependencies) => {
  lasting(aboutAddress(fleet, 'ban', 'ban an address on every host; on an administrator’s host')).action(
    async (text: string, options: BanOptions) => {
      const limits = limitsOf(options);
      const addresses = await orderEach(dependencies, text, (address) => ({ kind: 'ban', address, ...limits }));
      const until = dependencies.now() + limits.time;
      await print(dependencies, options, { ordered: addresses, until }, (style, now) =>
        addresses.map((address) => `${style.bold(address.text)} is to be banned everywhere ${untilText(until, now)}.`),
      );
    },
  );
};

/** `f2bctl fleet unban ADDRESS` */
export const addFleetUnban: AddCommand = (fleet, dependencies) => {
  aboutAddress(fleet, 'unban', 'lift all bans of an address on every host; on an administrator’s host')
    .addOption(outputOption())
    .action(async (text: string, options: OutputOptions) => {
      const addresses = await orderEach(dependencies, text, (address) => ({ kind: 'unban', address }));
      await print(dependencies, options, { unbanned: addresses }, (style) =>
        addresses.map((address) => `The bans of ${style.bold(address.text)} are to be lifted everywhere.`),
      );
    });
};

/** `f2bctl fleet allow ADDRESS [--for TIME] [--reason TEXT]` */
export const addFleetAllow: AddCommand = (fleet, dependencies) => {
  const description = 'spare an address on every host from bans of others; on an administrator’s host';
  lasting(aboutAddress(fleet, 'allow', description)).action(async (text: string, options: BanOptions) => {
    const limits = limitsOf(options);
    const addresses = await orderEach(dependencies, text, (address) => ({ kind: 'allow', address, ...limits }));
    const until = dependencies.now() + limits.time;
    await print(dependencies, options, { allowed: addresses, until }, (style, now) => [
      ...addresses.map(
        (address) =>
          `${style.bold(address.text)} is to be spared everywhere from bans of others ${untilText(until, now)}.`,
      ),
      'Each host bans by what it sees itself all the same; f2bctl fleet unban lifts that.',
    ]);
  });
};

/** `f2bctl fleet disallow ADDRESS` */
export const addFleetDisallow: AddCommand = (fleet, dependencies) => {
  aboutAddress(fleet, 'disallow', 'spare an address no longer; on an administrator’s host')
    .addOption(outputOption())
    .action(async (text: string, options: OutputOptions) => {
      const addresses = await orderEach(dependencies, text, (address) => ({ kind: 'disallow', address }));
      await print(dependencies, options, { disallowed: addresses }, (style) =>
        addresses.map((address) => `${style.bold(address.text)} is to be spared no longer.`),
      );
    });
};

function aboutAddress(fleet: Command, name: string, description: string): Command {
  return fleet.command(name).description(description).argument('<address>', 'address, prefix or host name');
}

function lasting(command: Command): Command {
  return command
    .option('--for <time>', 'how long, like 1h; by default for ever')
    .option('--reason <text>', 'why, for others to read')
    .addOption(outputOption());
}

function limitsOf({ for: length, reason }: BanOptions): { readonly time: number; readonly reason?: string } {
  return { time: durationOf(length) ?? FOREVER, ...(reason === undefined ? {} : { reason }) };
}

/** Gives the order for each address that a text stands for, and answers with these. */
async function orderEach(
  { fleet, resolve }: Pick<Dependencies, 'fleet' | 'resolve'>,
  text: string,
  orderOf: (address: Address) => FleetOrder,
): Promise<readonly Address[]> {
  const addresses = await addressesOf(text, resolve);
  for (const address of addresses) await fleet().order(orderOf(address));
  return addresses;
}

/** `f2bctl fleet withdraw HOST` */
export const addFleetWithdraw: AddCommand = (fleet, dependencies) => {
  fleet
    .command('withdraw')
    .description('take back everywhere what a host has published; on an administrator’s host')
    .argument('<host>', 'its name in the fleet')
    .addOption(outputOption())
    .action(async (host: string, options: OutputOptions) => {
      await dependencies.fleet().withdraw(host);
      await print(dependencies, options, { withdrawn: host }, () => [
        `What ${host} has published is taken back. To keep it out, use f2bctl fleet revoke.`,
      ]);
    });
};

/** `f2bctl fleet pause` and `f2bctl fleet resume` */
export const addFleetPause: AddCommand = (fleet, dependencies) => {
  const verbs = [
    { name: 'pause', isPaused: true, description: 'lift here what others banned, until resume', said: 'lifted here' },
    { name: 'resume', isPaused: false, description: 'ban here again what others ban', said: 'banned here again' },
  ];
  for (const { name, isPaused, description, said } of verbs)
    fleet
      .command(name)
      .description(description)
      .addOption(outputOption())
      .action(async (options: OutputOptions) => {
        await dependencies.fleet().pause(isPaused);
        await print(dependencies, options, { isPaused }, () => [`What other hosts ban is ${said}.`]);
      });
};
