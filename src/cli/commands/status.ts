/** `f2bctl status`: the agent, or one jail, as it is now. */
import type { AgentStatus, JailStatus } from '../../agent/agent-status.js';
import { DEFAULT_CONFIG_DIRECTORY } from '../../config/directories.js';
import type { AgentClient } from '../../control/client.js';
import { jailAmong } from '../../control/jail-named.js';
import { jailEntry, notInForce } from '../arguments/jail-argument.js';
import { type AddCommand, isForPrograms, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { banRecord } from '../print/bans.js';
import { jailLines, statusLines } from '../print/status.js';
import { restartsDue } from '../restarts.js';

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
          const [status, restarts] = await Promise.all([client.status(), restartsDue(dependencies)]);
          await print(dependencies, options, { ...status, restarts }, (style, now) =>
            statusLines(status, restarts, style, now),
          );
          return;
        }
        const status = await client.status();
        const jails = await Promise.all(names.map((name) => jailIn(status, name, dependencies)));
        const shown = await Promise.all(jails.map((jail) => withBans(jail, client, options)));
        const values = shown.map(({ jail, bans }) => ({ ...jail, inForce: bans.map((view) => banRecord(view)) }));
        await print(dependencies, options, values.length === 1 ? values[0] : values, (style, now) =>
          shown.flatMap(({ jail, bans }, index) => [...(index > 0 ? [''] : []), ...jailLines(jail, bans, style, now)]),
        );
      }),
    );
};

async function withBans(jail: JailStatus, client: AgentClient, options: OutputOptions) {
  return { jail, bans: await client.bans({ jail: jail.name, evidence: isForPrograms(options) }) };
}

/** Throws UNKNOWN_JAIL, or JAIL_NOT_ACTIVE for one that is switched off. */
async function jailIn({ jails }: AgentStatus, text: string, { configuration }: Dependencies): Promise<JailStatus> {
  const found = jailAmong(text, jails);
  if (found !== undefined) return found;
  throw notInForce(jailEntry(text, await configuration.jails(DEFAULT_CONFIG_DIRECTORY)));
}
