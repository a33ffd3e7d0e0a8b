/** `f2bctl allow`: spares an address for a time. */
import type { AgentClient } from '../../control/client.js';
import { FOREVER } from '../../core/time.js';
import type { Allowance } from '../../ports/store.js';
import { allAddressesOf } from '../arguments/address-argument.js';
import { durationOf, lengthLast } from '../arguments/duration-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, showDone, withAgent } from '../command.js';
import { allowanceSentence } from '../print/allowances.js';
import { liftedRecord, unbanSentence } from '../print/bans.js';

interface AllowOptions extends OutputOptions {
  readonly for?: string;
  readonly reason?: string;
}

/** `f2bctl allow ADDRESS… [--for TIME] [--reason TEXT]` */
export const addAllow: AddCommand = (program, dependencies) => {
  program
    .command('allow')
    .description('spare an address for a time, and lift its bans')
    .argument('<address...>', 'addresses, prefixes or host names; behind them, how long, like 1h')
    .option('--for <time>', 'how long, like 1h; by default for ever')
    .option('--reason <text>', 'why, for others to read')
    .addOption(outputOption())
    .action(async (words: readonly string[], options: AllowOptions) => {
      const { reason } = options;
      const { texts, time } = lengthLast(words, options.for);
      const until = dependencies.now() + (durationOf(time) ?? FOREVER);
      const addresses = await allAddressesOf(texts, dependencies.resolve);
      const wanted = addresses.map((address) => ({ address, until, ...(reason === undefined ? {} : { reason }) }));
      await withAgent(dependencies, async (client) => {
        await showDone(
          wanted,
          (allowance) => allowing(client, allowance),
          async (done) => {
            const allowed = [...new Set(done.map(({ allowance }) => allowance))];
            const lifted = done.flatMap((portion) => portion.lifted);
            await print(dependencies, options, { allowed, lifted: lifted.map(liftedRecord) }, (style, now) => [
              ...allowed.map((allowance) => allowanceSentence(allowance, style, now)),
              ...lifted.map((ban) => unbanSentence(ban, style)),
            ]);
          },
        );
      });
    });
};

/** Each portion of lifted bans, which may be empty, says that the address is allowed by now. */
async function* allowing(client: AgentClient, allowance: Omit<Allowance, 'since'>) {
  for await (const lifted of client.allow(allowance)) yield [{ allowance, lifted }];
}
