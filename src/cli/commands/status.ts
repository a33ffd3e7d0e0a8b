/** `f2bctl status`: the agent, or one jail, as it is now. */
import { type AddCommand, isForPrograms, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { failingActionLines, failingActions } from '../failing-actions.js';
import { jailOverviews } from '../jail-overview.js';
import { jailLines, jailRecord } from '../print/jail-status.js';
import { statusLines } from '../print/status.js';
import { restartLines, restartsDue } from '../restarts.js';

/** `f2bctl status [JAIL…]` */
export const addStatus: AddCommand = (program, dependencies) => {
  program
    .command('status')
    .description('show how the agent does, or jails')
    .argument('[jail...]', 'names of jails')
    .addOption(outputOption())
    .action((names: readonly string[], options: OutputOptions) =>
      withAgent(dependencies, async (client) => {
        if (names.length === 0) {
          const [status, restarts, failing] = await Promise.all([
            client.status(),
            restartsDue(dependencies),
            failingActions(dependencies),
          ]);
          const whole = { ...status, restarts, failingActions: failing ?? null };
          await print(dependencies, options, whole, (style, now) =>
            statusLines(status, [...restartLines(restarts), ...failingActionLines(failing)], style, now),
          );
          return;
        }
        const status = await client.status();
        const asked = { client, isWhole: isForPrograms(options) };
        const shown = await jailOverviews(names, status, asked, dependencies);
        const values = shown.map(jailRecord);
        await print(dependencies, options, values.length === 1 ? values[0] : values, (style, now) =>
          shown.flatMap((one, index) => [...(index > 0 ? [''] : []), ...jailLines(one, status, style, now)]),
        );
      }),
    );
};
