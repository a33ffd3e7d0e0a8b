/**
 * `set`: bans, and settings of a jail. As with fail2ban a setting changes the running agent alone: it is gone once that
 * reads its configuration again.
 */
import type { JailStatus } from '../agent/agent-status.js';
import { withPrefixLength, wordsOf } from '../config/values/fail2ban-values.js';
import { parseAddress } from '../core/address/address.js';
import type { Asked } from './asked.js';
import { askJail, ban, unban } from './bans.js';
import { ignoredWords, inForce, settingAnswer } from './get.js';
import { Refusal } from './jail-names.js';
import { PickleError, type PickleValue } from './pickle-value.js';
import { setServer } from './server-settings.js';
import { insteadOf, settings } from './settings.js';

export async function setAnswer(
  [name = '', verb = '', ...values]: readonly string[],
  asked: Asked,
): Promise<PickleValue> {
  if (verb === '') throw missing();
  const ofServer = values.length === 0 ? await setServer(name, verb, asked) : undefined;
  if (ofServer !== undefined) return ofServer;
  const { client, inTurn } = asked;
  const jail = async () => (await askJail(name, client)).jail;
  switch (verb) {
    case 'banip':
      return ban(values, (await jail()).name, client);
    case 'unbanip': {
      if (values.length === 0) throw missing();
      const isAbsenceTold = values[0] === '--report-absent';
      return unban(isAbsenceTold ? values.slice(1) : values, (await jail()).name, client, isAbsenceTold);
    }
    case 'addignoreip':
      return inTurn(async () => spare(await jail(), values, asked));
    case 'delignoreip':
      return inTurn(async () => spareNoLonger(await jail(), values, asked));
    case 'idle':
      return idleAnswer((await jail()).name, values);
    default:
      return inTurn(async () => setOne(await jail(), verb, values, asked));
  }
}

/** No jail is idle here: one that counts nothing is stopped. */
function idleAnswer(jail: string, [value]: readonly string[]): PickleValue {
  if (value === undefined) throw missing();
  if (value === 'off') return false;
  if (value === 'on')
    throw new Refusal(`no jail is idle in f2b: stop ${jail}, which lifts its bans, until start ${jail}`);
  throw new Refusal("Invalid idle option, must be 'on' or 'off'");
}

async function setOne(
  { name }: JailStatus,
  verb: string,
  [value]: readonly string[],
  asked: Asked,
): Promise<PickleValue> {
  const setting = settings.get(verb);
  if (setting === undefined) throw new Refusal(insteadOf(verb, name));
  if (value === undefined) throw missing();
  await asked.client.set(name, [`${setting.key}=${setting.write(value)}`]);
  return answerOf(verb, name, asked);
}

/** Answers with all that are spared then, as fail2ban does. */
async function spare(jail: JailStatus, values: readonly string[], asked: Asked): Promise<PickleValue> {
  const known = wordsIn(jail, asked).map(plain);
  const added = spared(values).filter((word) => !known.includes(plain(word)));
  if (added.length > 0) await asked.client.set(jail.name, [`IgnoreIP=${[...new Set(added)].join(' ')}`]);
  return answerOf('ignoreip', jail.name, asked);
}

async function spareNoLonger(jail: JailStatus, values: readonly string[], asked: Asked): Promise<PickleValue> {
  if (values.length === 0) throw missing();
  const known = wordsIn(jail, asked);
  const dropped = spared(values).map(plain);
  if (!dropped.every((word) => known.map(plain).includes(word)))
    throw new Refusal(new PickleError('list.remove(x): x not in list', 'ValueError'));
  const left = known.filter((word) => !dropped.includes(plain(word)));
  await asked.client.set(jail.name, ['IgnoreIP=', ...(left.length === 0 ? [] : [`IgnoreIP=${left.join(' ')}`])]);
  return answerOf('ignoreip', jail.name, asked);
}

/** What is in force now. */
async function answerOf(word: string, name: string, asked: Asked): Promise<PickleValue> {
  return settingAnswer(word, (await askJail(name, asked.client)).jail, asked);
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
