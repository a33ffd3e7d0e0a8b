import { addressesOf } from '../address-argument.js';
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
      const [address] = await addressesOf(text, dependencies.resolve);
      await withAgent(dependencies, async (client) => {
        const explanation = await client.why(address);
        print(dependencies, options, explanation, (style, now) => explanationLines(explanation, style, now));
      });
    });
};
