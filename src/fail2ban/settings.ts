/**
 * The settings that fail2ban and f2b both have: what fail2ban's words for them are here, and what its server answers.
 */
import { timeSpan } from '../config/values/fail2ban-values.js';
import { boolean, duration } from '../config/values/readers.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import type { PickleValue } from './pickle-value.js';

/** A setting of a jail. */
export interface Setting {
  /** f2b's name of it. */
  readonly key: string;
  /** A value as a file of f2b's has it. What is none is left to the agent to refuse. */
  readonly write: (value: string) => string;
  /** What fail2ban's server answers for a value of such a file. */
  readonly tell: (value: string) => PickleValue;
}

const asWritten = (value: string) => value;
const anyTime = duration({ min: 0, max: FOREVER });

/** A length of time. `endless`: what stands for no end. */
export function timeSetting(key: string, endless: PickleValue): Setting {
  return {
    key,
    write: (value) => timeSpan(value) ?? value,
    tell(value) {
      const read = anyTime(value);
      if (!read.ok) return value;
      return read.value === FOREVER ? endless : Math.round(read.value / MICROS_PER_SECOND);
    },
  };
}

function yesOrNo(key: string, tell: (isOn: boolean) => PickleValue = (isOn) => isOn): Setting {
  return {
    key,
    write: asWritten,
    tell(value) {
      const read = boolean(value);
      return read.ok ? tell(read.value) : value;
    },
  };
}

function plain(key: string, tell: (value: string) => PickleValue = asWritten): Setting {
  return { key, write: asWritten, tell };
}

/** By fail2ban's names, those that are set by one value. */
export const settings: ReadonlyMap<string, Setting> = new Map([
  ['bantime', timeSetting('BanTime', -1)],
  ['findtime', timeSetting('FindTime', null)],
  ['maxretry', plain('MaxRetry', Number)],
  ['usedns', { ...plain('UseDNS'), write: (value) => value.toLowerCase() }],
  ['ignoreself', yesOrNo('IgnoreSelf')],
  ['bantime.increment', yesOrNo('BanTimeIncrement')],
  ['bantime.factor', plain('BanTimeFactor')],
  ['bantime.multipliers', plain('BanTimeMultipliers')],
  ['bantime.maxtime', timeSetting('BanTimeMax', null)],
  ['bantime.rndtime', timeSetting('BanTimeRandom', null)],
  // As a client sets it, so fail2ban keeps it.
  ['bantime.overalljails', yesOrNo('BanTimeAllJails', String)],
]);

/** What f2b does in the place of what it has not, by fail2ban's names. */
const otherwise: ReadonlyMap<string, (jail: string) => string> = new Map([
  ['ignorecommand', (jail: string) => `a program is named in a file: f2bctl set ${jail} IgnoreCommand=PROGRAM`],
  ['ignorecache', () => 'f2b keeps what IgnoreCommand= said for five minutes'],
  ['maxmatches', () => 'f2b keeps the journal’s own entries of each ban: f2bctl why ADDRESS'],
  ['bantime.formula', () => 'f2b has BanTimeFactor= and BanTimeMultipliers= instead, see f2b.unit(5)'],
  ['attempt', (jail: string) => `f2b counts what is in the journal alone: f2bctl ban ADDRESS --jail ${jail}`],
  ['addlogpath', () => 'f2b reads the journal; f2b-tail(8) brings files into it'],
  ['dellogpath', () => 'f2b reads the journal; f2b-tail(8) brings files into it'],
  ['logencoding', () => 'f2b reads the journal; f2b-tail(8) brings files into it'],
  ['logtimezone', () => 'f2b goes by the times of journald'],
  ...['addjournalmatch', 'deljournalmatch'].map((word) => [word, ofEntries] as const),
  ...['addfailregex', 'delfailregex', 'addignoreregex', 'delignoreregex'].map((word) => [word, ofFilter] as const),
  ...['prefregex', 'maxlines', 'datepattern'].map((word) => [word, ofFilter] as const),
  ...['addaction', 'delaction', 'action'].map((word) => [word, ofActions] as const),
]);

function ofEntries(jail: string): string {
  return `which entries a jail reads is set in its file: f2bctl edit ${jail}, see f2b.unit(5)`;
}

function ofFilter(jail: string): string {
  return `a filter is changed in its file, which f2bctl show ${jail} Filter names: see f2b.filter(5)`;
}

function ofActions(): string {
  return 'what a ban does is Disposition= in f2b.unit(5); who else is told of it, a file of f2b.action(5)';
}

/** What to do about a word that is no setting of f2b's, or that is set in files alone. */
export function insteadOf(word: string, jail: string): string {
  return otherwise.get(word)?.(jail) ?? `f2b has no ${JSON.stringify(word.slice(0, 40))} here: see f2bctl cat ${jail}`;
}
