/** `f2bctl is-active`: answers scripts by the exit status, as systemctl does. */

import { DEFAULT_CONFIG_DIRECTORY } from '../../../config/directories.js';
import { jailAmong, jailNamed } from '../../../control/jail-named.js';
import type { F2bError } from '../../../errors.js';
import { type AddCommand, configDirectoryOption, EndWith, withAgentIfThere } from '../../command.js';
import type { Dependencies } from '../../dependencies.js';
import { isAgent } from '../../jail-argument.js';

/** As systemctl(1) has them: not active, and no such unit. */
const [NOT_ACTIVE, UNKNOWN, NOT_ENABLED] = [3, 4, 1];

/** `f2bctl is-active [JAIL…]`: of the agent itself, or of jails. */
export const addIsActive: AddCommand = (program, dependencies) => {
  program
    .command('is-active')
    .description('tell whether the agent, or jails, are at work')
    .argument('[jail...]', 'names of jails')
    .option('-q, --quiet', 'by the exit status alone')
    .action(async (names: readonly string[], { quiet }: { readonly quiet?: boolean }) => {
      const active = await activeJails(dependencies);
      const wanted = names.length === 0 ? [active !== undefined] : names.map((name) => isActive(name, active));
      if (quiet !== true) for (const one of wanted) dependencies.output.write(one ? 'active\n' : 'inactive\n');
      if (wanted.every(Boolean)) return;
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

function isActive(name: string, active: readonly string[] | undefined): boolean {
  return active !== undefined && (isAgent(name) || jailNamed(name, active) !== undefined);
}

/** Undefined when the agent does not run. */
async function activeJails(dependencies: Dependencies): Promise<readonly string[] | undefined> {
  const isAway = ({ code }: F2bError) => code === 'AGENT_NOT_RUNNING';
  const status = await withAgentIfThere(dependencies, isAway, (client) => client.status());
  return status?.jails.map(({ name }) => name);
}

interface IsEnabledOptions {
  readonly quiet?: boolean;
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
    .action(async (names: readonly string[], { quiet, configDirectory }: IsEnabledOptions) => {
      const jails = await dependencies.configuration.jails(configDirectory);
      const states = names.map((name) => jailAmong(name, jails)?.state);
      if (quiet !== true) for (const state of states) dependencies.output.write(`${state ?? 'not-found'}\n`);
      if (states.includes(undefined)) throw new EndWith(UNKNOWN);
      if (states.some((state) => state !== 'enabled')) throw new EndWith(NOT_ENABLED);
    });
};
