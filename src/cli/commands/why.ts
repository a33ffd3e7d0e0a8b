/** `f2bctl why`: explains a ban by the entries that caused it. */
import type { Explanation } from '../../agent/explanation.js';
import { addressesOf, isHost } from '../address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { explanationLines } from '../print/explanation.js';

/** `f2bctl why ADDRESS` */
export const addWhy: AddCommand = (program, dependencies) => {
  program
    .command('why')
    .description('show the bans of an address and the journal entries behind them')
    .argument('<address>', 'address, prefix or host name')
    .addOption(outputOption())
    .action(async (text: string, options: OutputOptions) => {
      const addresses = await addressesOf(text, dependencies.resolve);
      await withAgent(dependencies, async (client) => {
        const found: Explanation[] = [];
        for (const address of addresses) found.push(await client.why(address));
        await print(dependencies, options, isHost(text) ? found : found[0], (style, now) =>
          found.flatMap((explanation, index) => [
            ...(index === 0 ? [] : ['']),
            ...explanationLines(explanation, style, now),
          ]),
        );
      });
    });
};
