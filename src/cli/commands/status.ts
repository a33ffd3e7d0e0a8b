import { F2bError } from '../../errors.js';
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { banRecord } from '../print/bans.js';
import { jailLines, statusLines } from '../print/status.js';

/** `f2bctl status [JAIL]` */
export const addStatus: AddCommand = (program, dependencies) => {
  program
    .command('status')
    .description('show how the agent does, or one jail')
    .argument('[jail]', 'name of a jail')
    .addOption(outputOption())
    .action((name: string | undefined, options: OutputOptions) =>
      withAgent(dependencies, async (client) => {
        const status = await client.status();
        if (name === undefined) {
          await print(dependencies, options, status, (style, now) => statusLines(status, style, now));
          return;
        }
        const jail = status.jails.find((candidate) => candidate.name === name);
        if (jail === undefined) throw new F2bError('UNKNOWN_JAIL', name);
        const bans = await client.bans({ jail: name, evidence: options.output === 'json' });
        const value = { ...jail, inForce: bans.map(banRecord) };
        await print(dependencies, options, value, (style, now) => jailLines(jail, bans, style, now));
      }),
    );
};
