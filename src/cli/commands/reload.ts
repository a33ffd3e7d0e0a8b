/** `f2bctl reload`: has the agent read its configuration again. */

import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { restartLines, restartsDue } from '../restarts.js';

/** `f2bctl reload` */
export const addReload: AddCommand = (program, dependencies) => {
  program
    .command('reload')
    .description('read the configuration again')
    .addOption(outputOption())
    .action((options: OutputOptions) =>
      withAgent(dependencies, async (client) => {
        await client.reload();
        const restarts = await restartsDue(dependencies);
        await print(dependencies, options, { restarts }, ({ yellow }) => [
          'The configuration was read again.',
          ...restartLines(restarts).map(yellow),
        ]);
      }),
    );
};
