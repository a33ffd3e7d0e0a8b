import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { banLines, banRecord } from '../print/bans.js';

/** `f2bctl bans [JAIL]` */
export const addBans: AddCommand = (program, dependencies) => {
  program
    .command('bans')
    .description('list the bans in force')
    .argument('[jail]', 'only of this jail')
    .addOption(outputOption())
    .action((jail: string | undefined, options: OutputOptions) =>
      withAgent(dependencies, async (client) => {
        const evidence = options.output === 'json';
        const bans = await client.bans({ evidence, ...(jail === undefined ? {} : { jail }) });
        await print(dependencies, options, bans.map(banRecord), (style, now) => banLines(bans, style, now));
      }),
    );
};
