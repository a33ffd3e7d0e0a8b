import type { Ban } from '../../core/ban.js';
import { FOREVER } from '../../core/time.js';
import { addressesOf } from '../address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { durationOf } from '../duration-argument.js';
import { allowanceSentence } from '../print/allowances.js';
import { unbanSentence } from '../print/bans.js';

interface AllowOptions extends OutputOptions {
  readonly for?: string;
  readonly reason?: string;
}

/** `f2bctl allow ADDRESS [--for TIME] [--reason TEXT]` */
export const addAllow: AddCommand = (program, dependencies) => {
  program
    .command('allow')
    .description('spare an address for a time, and lift its bans')
    .argument('<address>', 'address, prefix or host name')
    .option('--for <time>', 'how long, like 1h; by default for ever')
    .option('--reason <text>', 'why, for others to read')
    .addOption(outputOption())
    .action(async (text: string, options: AllowOptions) => {
      const { for: length, reason } = options;
      const until = dependencies.now() + (durationOf(length) ?? FOREVER);
      const addresses = await addressesOf(text, dependencies.resolve);
      const allowed = addresses.map((address) => ({ address, until, ...(reason === undefined ? {} : { reason }) }));
      await withAgent(dependencies, async (client) => {
        const lifted: Ban[] = [];
        for (const allowance of allowed) {
          for (const ban of await client.allow(allowance)) lifted.push(ban);
        }
        print(dependencies, options, { allowed, lifted }, (style, now) => [
          ...allowed.map((allowance) => allowanceSentence(allowance, style, now)),
          ...lifted.map((ban) => unbanSentence(ban, style)),
        ]);
      });
    });
};
