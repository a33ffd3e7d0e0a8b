/** `get`: settings of the server, and of jails as they are in force. */
import type { JailStatus } from '../agent/agent-status.js';
import { boolean } from '../config/values/readers.js';
import type { AgentClient } from '../control/client.js';
import { parseAddress } from '../core/address/address.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import { askJail, banList, bannedOf } from './bans.js';
import { Refusal } from './jail-names.js';
import { PickleError, type PickleValue } from './pickle-value.js';

/** The settings in force of a jail, `Key` → value as it would be written. */
export type SettingsOf = (jail: string) => ReadonlyMap<string, string>;

interface Asked {
  readonly client: AgentClient;
  readonly settings: SettingsOf;
}

/** What is true of f2b whatever its configuration. */
const SERVER: ReadonlyMap<string, PickleValue> = new Map<string, PickleValue>([
  ['loglevel', 'INFO'],
  ['logtarget', 'SYSTEMD-JOURNAL'],
  ['syslogsocket', 'auto'],
  ['dbfile', '/var/lib/f2b/state.sqlite'],
]);

export async function getAnswer([name = '', key = '', ...rest]: readonly string[], asked: Asked): Promise<PickleValue> {
  const ofServer = SERVER.get(name);
  if (key === '' && ofServer !== undefined) return ofServer;
  if (key === '' && (name === 'dbpurgeage' || name === 'dbmaxmatches'))
    throw new Refusal(`f2b has no ${name}: see OffenderMemory= in f2b.conf(5)`);
  if (key === '') throw new Refusal(new PickleError('list index out of range', 'IndexError'));
  const { jail } = await askJail(name, asked.client);
  if (key === 'banned') return bannedOf(jail.name, rest, asked.client);
  if (key === 'banip') return banList(jail.name, rest[0] === '--with-time', asked.client);
  return settingAnswer(key, jail, asked.settings);
}

function settingAnswer(key: string, jail: JailStatus, settings: SettingsOf): PickleValue {
  const value = (name: string) => settings(jail.name).get(name) ?? '';
  switch (key) {
    case 'bantime':
      return jail.bantime === FOREVER ? -1 : seconds(jail.bantime);
    case 'findtime':
      return seconds(jail.findtime);
    case 'maxretry':
      return jail.maxretry;
    case 'journalmatch':
      return jail.units.map((unit) => [`_SYSTEMD_UNIT=${unit}`]);
    case 'logpath':
      return [];
    case 'ignoreip':
      return ignored(value('IgnoreIP'));
    case 'ignoreself':
      return isOn(value('IgnoreSelf'));
    case 'ignorecommand':
      return value('IgnoreCommand');
    case 'usedns':
      return value('UseDNS') || 'no';
    case 'actions':
      return ['f2b'];
    default:
      throw new Refusal(`f2b does not tell ${JSON.stringify(key.slice(0, 40))} here: see f2bctl cat ${jail.name}`);
  }
}

/** Each word as fail2ban shows it: a prefix without the bits behind its length. */
function ignored(words: string): readonly string[] {
  const found = words.split(/\s+/).filter((word) => word !== '');
  return found.map((word) => parseAddress(word)?.text ?? word);
}

function seconds(micros: number): number {
  return Math.round(micros / MICROS_PER_SECOND);
}

/** True unless it says no: what is in force was read before, and what is missing is the default. */
function isOn(text: string): boolean {
  const read = boolean(text);
  return !read.ok || read.value;
}
