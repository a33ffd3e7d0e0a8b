/** `f2bctl is-active`: answers scripts by the exit status, as systemctl does. */

import type { AgentStatus } from '../../../agent/agent-status.js';
import { DEFAULT_CONFIG_DIRECTORY } from '../../../config/directories.js';
import { isStopped } from '../../../config/temporary.js';
import { jailAmong } from '../../../control/jail-named.js';
import type { F2bError } from '../../../errors.js';
import { isAgent } from '../../arguments/is-agent.js';
import {
  type AddCommand,
  configDirectoryOption,
  EndWith,
  type OutputOptions,
  outputOption,
  print,
  withAgentIfThere,
} from '../../command.js';
import type { Dependencies } from '../../dependencies.js';

/** As systemctl(1) has them: not active, and no such unit. */
const [NOT_ACTIVE, UNKNOWN, NOT_ENABLED] = [3, 4, 1];

/** `f2bctl is-active [JAIL…]`: of the agent itself, or of jails. */
export const addIsActive: AddCommand = (program, dependencies) => {
  program
    .command('is-active')
    .description('tell whether the agent, or jails, are at work')
    .argument('[jail...]', 'names of jails')
    .option('-q, --quiet', 'by the exit status alone')
    .addOption(outputOption())
    .action(async (names: readonly string[], options: StateOptions) => {
      const active = await activeJails(dependencies);
      const asked = names.length === 0 ? ['f2bd'] : names;
      const states = asked.map((name) => ({ name, state: isActive(name, active) ? 'active' : 'inactive' }));
      await tell(states, options, dependencies);
      if (states.every(({ state }) => state === 'active')) return;
      throw new EndWith((await areKnown(names, dependencies)) ? NOT_ACTIVE : UNKNOWN);
    });
};

/** Asked only where a jail is not active: it takes reading the configuration. */
async function areKnown(names: readonly string[], { configuration }: Dependencies): Promise<boolean> {
  const others = names.filter((name) => !isAgent(name));
  if (others.length === 0) return true;
  const jails = await configuration.jails(DEFAULT_CONFIG_DIRECTORY);
  return others.every((name) => jailAmong(name, jails) !== undefined);
}

function isActive(name: string, active: AgentStatus['jails'] | undefined): boolean {
  return active !== undefined && (isAgent(name) || jailAmong(name, active) !== undefined);
}

/** Undefined when the agent does not run. */
async function activeJails(dependencies: Dependencies): Promise<AgentStatus['jails'] | undefined> {
  const isAway = ({ code }: F2bError) => code === 'AGENT_NOT_RUNNING';
  const status = await withAgentIfThere(dependencies, isAway, (client) => client.status());
  return status?.jails.filter(({ temporary }) => !isStopped(temporary));
}

interface IsEnabledOptions extends StateOptions {
  readonly configDirectory: string;
}

/** `f2bctl is-enabled JAIL…` */
export const addIsEnabled: AddCommand = (program, dependencies) => {
  program
    .command('is-enabled')
    .description('tell whether jails are switched on')
    .argument('<jail...>', 'names of jails')
    .option('-q, --quiet', 'by the exit status alone')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (names: readonly string[], options: IsEnabledOptions) => {
      const jails = await dependencies.configuration.jails(options.configDirectory);
      const states = names.map((name) => ({ name, state: jailAmong(name, jails)?.state ?? 'not-found' }));
      await tell(states, options, dependencies);
      if (states.some(({ state }) => state === 'not-found')) throw new EndWith(UNKNOWN);
      if (states.some(({ state }) => state !== 'enabled')) throw new EndWith(NOT_ENABLED);
    });
};

interface StateOptions extends OutputOptions {
  readonly quiet?: boolean;
}

/** What each is that was asked about, by the name it was asked by. */
type Asked = readonly { readonly name: string; readonly state: string }[];

async function tell(asked: Asked, options: StateOptions, dependencies: Dependencies): Promise<void> {
  if (options.quiet !== true) await print(dependencies, options, asked, () => asked.map(({ state }) => state));
}
