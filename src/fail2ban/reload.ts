/**
 * `reload`, and `restart` of jails, which clients ask for as one: f2b reads its own configuration again. Bans stay, as they do
 * when fail2ban restarts a jail, unless they are to be lifted.
 */
import type { JailStatus } from '../agent/agent-status.js';
import type { AgentClient } from '../control/client.js';
import { unban, unbanAll } from './bans.js';
import { jailCalled, Refusal } from './jail-names.js';
import type { PickleValue } from './pickle-value.js';

const ALL = '--all';
const OPTIONS: readonly string[] = ['--restart', '--unban', '--if-exists', ALL];

/** `parts`: a jail or `--all`, a list of options, and what clients bring along of fail2ban's configuration, which is not read. */
export async function reloadAnswer(parts: readonly PickleValue[], client: AgentClient): Promise<PickleValue> {
  const { jail: name, options } = wordsOf(parts);
  const before = (await client.status()).jails;
  const jail = name === undefined ? undefined : jailThere(name, before, options);
  await client.reload();
  if (!options.includes('--unban')) return 'OK';
  if (name === undefined) await unbanAll(client);
  // The bans of a jail that is gone now are lifted already.
  else if (jail !== undefined && (await client.status()).jails.some((one) => one.name === jail))
    await unban(['0.0.0.0/0', '::/0'], jail, client);
  return 'OK';
}

interface Words {
  /** Undefined: all of them. */
  readonly jail: string | undefined;
  readonly options: readonly string[];
}

function wordsOf(parts: readonly PickleValue[]): Words {
  const isText = (part: PickleValue): part is string => typeof part === 'string';
  const given = parts.flatMap((part, at) => (at === 1 && Array.isArray(part) ? part : [part])).filter(isText);
  const options = given.filter((word) => word.startsWith('--'));
  const unknown = options.find((word) => !OPTIONS.includes(word));
  if (unknown !== undefined)
    throw new Refusal(`reload has no option ${JSON.stringify(unknown.slice(0, 40))}, but ${OPTIONS.join(', ')}`);
  const [jail, ...more] = given.filter((word) => !word.startsWith('--'));
  if (more.length > 0) throw new Refusal('jails are reloaded together, or one of them: reload, or reload JAIL');
  return { jail, options };
}

/** Undefined for one that need not be there, and is not. */
function jailThere(name: string, jails: readonly JailStatus[], options: readonly string[]): string | undefined {
  try {
    return jailCalled(name, jails).jail.name;
  } catch (error) {
    if (options.includes('--if-exists') && error instanceof Refusal) return undefined;
    throw error;
  }
}
