/**
 * `start` and `stop` of a jail, as `f2bctl set --temporary` has it: a stopped jail counts nothing and holds nobody, until it is
 * started or the agent reads its configuration again.
 */
import { isStopped } from '../config/temporary.js';
import type { AgentClient } from '../control/client.js';
import { askJail } from './bans.js';
import { jailToStart, Refusal } from './jail-names.js';
import { PickleError, type PickleValue } from './pickle-value.js';

/** Answers with nothing, also when it runs already. Throws UnknownJailException for one that is not switched on. */
export async function startJail(name: string | undefined, client: AgentClient): Promise<PickleValue> {
  if (name === undefined) throw new Refusal(new PickleError('list index out of range', 'IndexError'));
  const { jail } = jailToStart(name, (await client.status()).jails);
  if (isStopped(jail.temporary)) await client.set(jail.name, ['Enabled=yes']);
  return null;
}

export async function stopJail(name: string | undefined, client: AgentClient): Promise<PickleValue> {
  if (name === undefined) throw new Refusal('f2b is stopped with: systemctl stop f2bd');
  if (name === '--all') throw new Refusal('jails are stopped one by one: stop JAIL; all with: systemctl stop f2bd');
  await client.set((await askJail(name, client)).jail.name, ['Enabled=no']);
  return null;
}
