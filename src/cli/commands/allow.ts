import { append } from '../../core/append.js';
import type { Ban } from '../../core/ban.js';
import { FOREVER } from '../../core/time.js';
import type { Allowance } from '../../ports.js';
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
      const wanted = addresses.map((address) => ({ address, until, ...(reason === undefined ? {} : { reason }) }));
      await withAgent(dependencies, async (client) => {
        const allowed = new Set<Omit<Allowance, 'since'>>();
        const lifted: Ban[] = [];
        try {
          for (const allowance of wanted) {
            for await (const portion of client.allow(allowance)) {
              allowed.add(allowance);
              append(lifted, portion);
            }
          }
        } finally {
          // Also when the agent stops in the middle: this much is done.
          if (allowed.size > 0) {
            print(dependencies, options, { allowed: [...allowed], lifted }, (style, now) => [
              ...[...allowed].map((allowance) => allowanceSentence(allowance, style, now)),
              ...lifted.map((ban) => unbanSentence(ban, style)),
            ]);
          }
        }
      });
    });
};
