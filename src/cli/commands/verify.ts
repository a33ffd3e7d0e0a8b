/** `f2bctl verify`: has the firewall compared with the bans in force. */
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';

/** `f2bctl verify` */
export const addVerify: AddCommand = (program, dependencies) => {
  program
    .command('verify')
    .description('compare the firewall with the bans in force, and mend it')
    .addOption(outputOption())
    .action((options: OutputOptions) =>
      withAgent(dependencies, async (client) => {
        const found = await client.verify();
        await print(dependencies, options, found, ({ green, yellow }) => [
          found.added + found.removed === 0
            ? green('The firewall holds all bans and nothing else.')
            : yellow(`The firewall was mended: ${found.added} missing added, ${found.removed} foreign removed.`),
        ]);
      }),
    );
};
