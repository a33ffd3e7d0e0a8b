/** `f2bctl allowed`: who is spared for a time, and why. */
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { allowanceLines } from '../print/allowances.js';

/** `f2bctl allowed` */
export const addAllowed: AddCommand = (program, dependencies) => {
  program
    .command('allowed')
    .description('list the addresses that are spared for a time')
    .addOption(outputOption())
    .action((options: OutputOptions) =>
      withAgent(dependencies, async (client) => {
        const allowances = await client.allowances();
        await print(dependencies, options, allowances, (style, now) => allowanceLines(allowances, style, now));
      }),
    );
};
