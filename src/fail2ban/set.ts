/**
 * `set`: bans, and settings of a jail. As with fail2ban a setting changes the running agent alone: it is gone once that
 * reads its configuration again.
 */
import type { JailStatus } from '../agent/agent-status.js';
import { withPrefixLength, wordsOf } from '../config/values/fail2ban-values.js';
import { parseAddress } from '../core/address/address.js';
import { askJail, ban, unban } from './bans.js';
import { type Asked, ignoredWords, inForce, settingAnswer } from './get.js';
import { Refusal } from './jail-names.js';
import { PickleError, type PickleValue } from './pickle-value.js';
import { insteadOf, settings } from './settings.js';

export async function setAnswer(
  [name = '', verb = '', ...values]: readonly string[],
  asked: Asked,
): Promise<PickleValue> {
  if (verb === '') throw missing();
  const { jail } = await askJail(name, asked.client);
  switch (verb) {
    case 'banip':
      return ban(values, jail.name, asked.client);
    case 'unbanip': {
      const isAbsenceTold = values[0] === '--report-absent';
      return unban(isAbsenceTold ? values.slice(1) : values, jail.name, asked.client, isAbsenceTold);
    }
    case 'addignoreip':
      return asked.inTurn(() => spare(jail.name, values, asked));
    case 'delignoreip':
      return asked.inTurn(() => spareNoLonger(jail.name, values, asked));
    default:
      return asked.inTurn(() => setOne(jail.name, verb, values, asked));
  }
}

async function setOne(
  jail: string,
  verb: string,
  [value]: readonly string[],
  { client, ...asked }: Asked,
): Promise<PickleValue> {
  const setting = settings.get(verb);
  if (setting === undefined) throw new Refusal(insteadOf(verb, jail));
  if (value === undefined) throw missing();
  await client.set(jail, [`${setting.key}=${setting.write(value)}`]);
  return settingAnswer(verb, (await askJail(jail, client)).jail, { client, ...asked });
}

/** Answers with all that are spared then, as fail2ban does. */
async function spare(name: string, values: readonly string[], asked: Asked): Promise<PickleValue> {
  const { jail } = await askJail(name, asked.client);
  const known = wordsIn(jail, asked).map(plain);
  const added = spared(values).filter((word) => !known.includes(plain(word)));
  if (added.length > 0) await asked.client.set(name, [`IgnoreIP=${[...new Set(added)].join(' ')}`]);
  return answerOf(name, asked);
}

async function spareNoLonger(name: string, values: readonly string[], asked: Asked): Promise<PickleValue> {
  if (values.length === 0) throw missing();
  const { jail } = await askJail(name, asked.client);
  const known = wordsIn(jail, asked);
  const dropped = spared(values).map(plain);
  if (!dropped.every((word) => known.map(plain).includes(word)))
    throw new Refusal(new PickleError('list.remove(x): x not in list', 'ValueError'));
  const left = known.filter((word) => !dropped.includes(plain(word)));
  await asked.client.set(name, ['IgnoreIP=', ...(left.length === 0 ? [] : [`IgnoreIP=${left.join(' ')}`])]);
  return answerOf(name, asked);
}

async function answerOf(name: string, asked: Asked): Promise<PickleValue> {
  return settingAnswer('ignoreip', (await askJail(name, asked.client)).jail, asked);
}

/** As they are written, with those that the agent was given. */
function wordsIn(jail: JailStatus, asked: Asked): readonly string[] {
  return ignoredWords(inForce(jail, asked.settings).get('IgnoreIP') ?? '');
}

function spared(values: readonly string[]): readonly string[] {
  return values.flatMap(wordsOf).map(withPrefixLength);
}

/** Equal for words that mean the same. */
function plain(word: string): string {
  return parseAddress(word)?.text ?? word;
}

/** What Python says of a word that is not there. */
function missing(): Refusal {
  return new Refusal(new PickleError('list index out of range', 'IndexError'));
}
