import type { JailStatus } from '../agent/agent-status.js';
import type { F2bError } from '../errors.js';
import { withAgentIfThere } from './command.js';
import type { Asking, Dependencies } from './dependencies.js';

/** The jails that the agent has; undefined when it cannot be asked. */
export async function jailsAtWork(
  dependencies: Dependencies,
  asking?: Asking,
): Promise<readonly JailStatus[] | undefined> {
  const isAway = ({ code }: F2bError) => code !== 'INTERNAL';
  const status = await withAgentIfThere(dependencies, isAway, (client) => client.status(), asking);
  return status?.jails;
}
