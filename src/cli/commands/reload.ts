/** `f2bctl reload`: has the agent read its configuration again. */
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';

/** `f2bctl reload` */
export const addReload: AddCommand = (program, dependencies) => {
  program
    .command('reload')
    .description('read the configuration again')
    .addOption(outputOption())
    .action((options: OutputOptions) =>
      withAgent(dependencies, async (client) => {
        await client.reload();
        await print(dependencies, options, {}, () => ['The configuration was read again.']);
      }),
    );
};
