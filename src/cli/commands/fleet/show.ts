/** `f2bctl fleet status`, `bans` and `why`: what f2b-fleetd says. */
import { addressesOf } from '../../arguments/address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print } from '../../command.js';
import { fleetBanLines, fleetStatusLines, fleetWhyLines } from '../../print/fleet.js';

/** `f2bctl fleet status` */
export const addFleetStatus: AddCommand = (fleet, dependencies) => {
  fleet
    .command('status')
    .description('whether this host is connected, who else is there, and what was refused')
    .addOption(outputOption())
    .action(async (options: OutputOptions) => {
      const status = await dependencies.fleet().status();
      await print(dependencies, options, status, (style, now) => fleetStatusLines(status, style, now));
    });
};

/** `f2bctl fleet bans` */
export const addFleetBans: AddCommand = (fleet, dependencies) => {
  fleet
    .command('bans')
    .description('what others have banned, and whether it is banned here')
    .addOption(outputOption())
    .action(async (options: OutputOptions) => {
      const bans = await dependencies.fleet().bans();
      await print(dependencies, options, bans, (style, now) => fleetBanLines(bans, style, now));
    });
};

/** `f2bctl fleet why ADDRESS` */
export const addFleetWhy: AddCommand = (fleet, dependencies) => {
  fleet
    .command('why')
    .description('which hosts have banned an address, and why it is or is not banned here')
    .argument('<address>', 'address, prefix or host name')
    .addOption(outputOption())
    .action(async (text: string, options: OutputOptions) => {
      const control = dependencies.fleet();
      const [address, ...others] = await addressesOf(text, dependencies.resolve);
      const bans = [...(await control.bans(address))];
      for (const other of others) bans.push(...(await control.bans(other)));
      await print(dependencies, options, bans, (style, now) => fleetWhyLines(text, bans, style, now));
    });
};
