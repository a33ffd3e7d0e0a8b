/** `get`: settings of the server, and of jails as they are in force. */
import type { JailStatus } from '../agent/agent-status.js';
import { toppedBy } from '../config/effective-settings.js';
import { keysOf } from '../config/keys/keys.js';
import { isSingle, parseAddress } from '../core/address/address.js';
import { MAX_EVIDENCE } from '../core/ban.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import type { Asked, SettingsOf } from './asked.js';
import { askJail, banList, bannedOf } from './bans.js';
import { type FilterUse, filterAnswer } from './filter-answer.js';
import { Refusal } from './jail-names.js';
import { PickleError, type PickleValue } from './pickle-value.js';
import { serverSetting } from './server-settings.js';
import { insteadOf, settings } from './settings.js';

/** What stands for all that f2b does with a ban. */
const ACTION = 'f2b';

export async function getAnswer([name = '', key = '', ...rest]: readonly string[], asked: Asked): Promise<PickleValue> {
  const ofServer = key === '' ? await serverSetting(name, asked) : undefined;
  if (ofServer !== undefined) return ofServer;
  if (key === '') throw new Refusal(new PickleError('list index out of range', 'IndexError'));
  const { jail } = await askJail(name, asked.client);
  if (key === 'banned') return bannedOf(jail.name, rest, asked.client);
  if (key === 'banip') return banList(jail.name, rest[0] === '--with-time', asked.client);
  return key.startsWith('action') && key !== 'actions' ? actionAnswer(key, rest) : settingAnswer(key, jail, asked);
}

/** The one thing that f2b does for fail2ban's actions has nothing that could be called or changed. */
function actionAnswer(key: string, [name]: readonly string[]): PickleValue {
  if (name === undefined) throw new Refusal(new PickleError('list index out of range', 'IndexError'));
  if (name !== ACTION) throw new Refusal(new PickleError(`Invalid Action name: ${name.slice(0, 100)}`, 'KeyError'));
  if (key === 'actionproperties' || key === 'actionmethods') return [];
  throw new Refusal('what a ban does is Disposition= and Ports= of the jail, see f2b.unit(5)');
}

/** The settings in force, `Key` → value as it would be written. */
export function inForce(jail: JailStatus, settings: SettingsOf): ReadonlyMap<string, string> {
  const all = toppedBy(settings(jail.name), jail.temporary ?? []);
  return new Map(all.map(({ key, value }) => [key, value]));
}

/** Throws a Refusal for what f2b does not have. */
export function settingAnswer(word: string, jail: JailStatus, { settings: files, filter }: Asked): PickleValue {
  const values = inForce(jail, files);
  switch (word) {
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
    case 'idle':
      return false;
    case 'ignoreip':
      return ignored(values.get('IgnoreIP') ?? '');
    case 'ignorecommand':
      return values.get('IgnoreCommand') ?? '';
    case 'actions':
      return [ACTION];
    case 'logencoding':
      return 'UTF-8';
    case 'logtimezone':
      return null;
    case 'maxmatches':
      return MAX_EVIDENCE;
    default: {
      const ofFilter = filterAnswer(word, () => filter(useOf(values)));
      if (ofFilter !== undefined) return ofFilter;
      const setting = settings.get(word);
      if (setting === undefined) throw new Refusal(insteadOf(word, jail.name));
      return setting.tell(values.get(setting.key) ?? initialOf(setting.key));
    }
  }
}

function useOf(values: ReadonlyMap<string, string>): FilterUse {
  const of = (key: string) => values.get(key) ?? initialOf(key);
  return { filter: of('Filter'), usedns: of('UseDNS'), logtype: of('LogType') };
}

/** What is true of a jail that has no file. */
function initialOf(key: string): string {
  return keysOf.jail.find(({ name }) => name === key)?.initial ?? '';
}

function seconds(micros: number): number {
  return Math.round(micros / MICROS_PER_SECOND);
}

export function ignoredWords(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Each word as fail2ban shows it: a prefix without the bits behind its length; single addresses come last. */
function ignored(text: string): readonly string[] {
  const words = ignoredWords(text).map((word) => {
    const address = parseAddress(word);
    return { text: address?.text ?? word, isLast: address !== undefined && isSingle(address) };
  });
  return [...words.filter(({ isLast }) => !isLast), ...words.filter(({ isLast }) => isLast)].map(({ text }) => text);
}
