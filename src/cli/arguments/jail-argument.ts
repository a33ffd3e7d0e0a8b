/** The jails of a machine as people name them, and what is told of those that are not in force. */

import { DEFAULT_CONFIG_DIRECTORY } from '../../config/directories.js';
import type { JailEntry } from '../../config/files/configuration-files.js';
import { nearest } from '../../config/keys/nearest.js';
import type { AgentClient } from '../../control/client.js';
import { jailAmong } from '../../control/jail-named.js';
import { parseAddress } from '../../core/address/address.js';
import { F2bError } from '../../errors.js';
import type { Dependencies } from '../dependencies.js';
import { isAgent } from './is-agent.js';

const OF_AGENT =
  'that is the agent: f2bctl status tells of it, systemctl starts and stops it, and files in /etc/f2b/f2bd.conf.d change it, see f2b.conf(5)';
const OF_ALL = 'name them one by one; f2bctl status tells of all jails, and f2bctl list-jails lists them';

/** `all` and `*`, as other programs have them. */
export function isEverybody(text: string): boolean {
  return text === 'all' || text === '*';
}

/** Of jails with one beginning. */
const MOST_NAMED = 8;

/** That there is no such jail, and what was probably meant. */
export function unknownJail(text: string, names: readonly string[]): F2bError {
  if (isAgent(text)) return new F2bError('UNKNOWN_JAIL', text, { hint: OF_AGENT });
  if (parseAddress(text) !== undefined) {
    return new F2bError('UNKNOWN_JAIL', text, { hint: `that is an address: f2bctl why ${text} tells of it` });
  }
  if (isEverybody(text)) return new F2bError('UNKNOWN_JAIL', text, { hint: OF_ALL });
  const begun = names.filter((name) => name.startsWith(`${text}-`));
  if (begun.length > 0) {
    const some = begun.length > MOST_NAMED ? [...begun.slice(0, MOST_NAMED), '…'] : begun;
    return new F2bError('UNKNOWN_JAIL', text, { hint: `those that begin so: ${some.join(' ')}` });
  }
  const meant = nearest(text, [...names, ...names.map((name) => name.replace(/\.service$/, ''))]);
  const list = 'f2bctl list-jails --all lists the jails that there are';
  return new F2bError('UNKNOWN_JAIL', text, { hint: meant === undefined ? list : `did you mean ${meant}? ${list}` });
}

/** The jail of that name among those with a file. Throws UNKNOWN_JAIL. */
export function jailEntry(text: string, jails: readonly JailEntry[]): JailEntry {
  const found = jailAmong(text, jails);
  if (found !== undefined) return found;
  throw unknownJail(
    text,
    jails.map(({ name }) => name),
  );
}

/**
 * The name in full of a jail whose bans somebody asks of the agent; one that nobody knows is for the agent to refuse. Throws
 * JAIL_NOT_ACTIVE for one that is switched off.
 */
export async function jailAtWork(
  text: string | undefined,
  client: Pick<AgentClient, 'status'>,
  { configuration }: Pick<Dependencies, 'configuration'>,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const asked = jailAmong(text, (await client.status()).jails);
  if (asked !== undefined) return asked.name;
  await refuseSwitchedOff(text, configuration);
  return text;
}

/** Of a jail that the agent does not have. Throws JAIL_NOT_ACTIVE when there is one that is switched off. */
export async function refuseSwitchedOff(text: string, configuration: Dependencies['configuration']): Promise<void> {
  const present = jailAmong(text, await configuration.jails(DEFAULT_CONFIG_DIRECTORY));
  if (present !== undefined) throw notInForce(present);
}

/** Why the agent has no such jail although there is one, and how to have it. */
export function notInForce({ name, state }: JailEntry): F2bError {
  const hint =
    state === 'enabled'
      ? 'it came after the agent last read its configuration: systemctl reload f2bd'
      : `switch it on with: f2bctl enable --now ${name}`;
  const why = state === 'enabled' ? 'is not in force yet' : `is ${state}`;
  return new F2bError('JAIL_NOT_ACTIVE', `${name} ${why}`, { hint });
}
