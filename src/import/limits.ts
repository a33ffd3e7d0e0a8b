/** Options of fail2ban's that have a key in [Ban], each by itself. */
import { formulaAnswer } from '../config/keys/fail2ban-keys.js';
import { timeSpan, withPrefixLength, wordsOf } from '../config/values/fail2ban-values.js';
import { ignoreWord } from '../config/values/ignore-word.js';
import { isTrue } from '../filter/ini/truth.js';
import { type Answer, carried, differently, notNeeded, notPossible } from './finding.js';

type Convert = (value: string) => Answer;

const span =
  (key: string): Convert =>
  (value) => {
    const time = timeSpan(value);
    return time === undefined
      ? notPossible(`it is no plain time span: write ${key}= in [Ban]`)
      : carried('Ban', key, time);
  };

const yesOrNo =
  (key: string): Convert =>
  (value) =>
    carried('Ban', key, isTrue(value) ? 'yes' : 'no');

const matching =
  (key: string, pattern: RegExp, otherwise: string): Convert =>
  (value) =>
    pattern.test(value.trim()) ? carried('Ban', key, value.trim()) : notPossible(otherwise);

function formula(value: string): Answer {
  const otherwise = formulaAnswer(value);
  if (otherwise === undefined) return notNeeded('it is what BanTimeIncrement=yes does');
  return notPossible(`formulas are no programs here: ${otherwise}`);
}

function ignoreIp(value: string): Answer {
  const words = wordsOf(value).map(withPrefixLength);
  if (words.length === 0) return notNeeded('it is empty');
  const good = words.filter((word) => ignoreWord(word).ok);
  const bad = words.filter((word) => !good.includes(word));
  if (good.length === 0) return notPossible(`neither addresses nor host names: ${bad.join(' ')}`);
  const lines = [{ section: 'Ban', key: 'IgnoreIP', value: good.join(' ') }] as const;
  if (bad.length > 0) return differently(lines, `without ${bad.join(' ')}, neither an address nor a host name`);
  return carried('Ban', 'IgnoreIP', good.join(' '));
}

function ignoreCommand(value: string): Answer {
  if (value.trim() === '') return notNeeded('it is empty');
  const tags = [...value.matchAll(/<([^<>\s]+)>/g)].map(([, tag]) => tag);
  if (!value.startsWith('/') || /[\n|&;$`]/.test(value) || tags.some((tag) => tag !== 'ip'))
    return notPossible(
      'no shell runs it and <ip> alone is filled in: write a program with its absolute path to IgnoreCommand=',
    );
  const lines = [{ section: 'Ban', key: 'IgnoreCommand', value }] as const;
  return differently(lines, 'it runs as the user f2b in the sandbox of the agent, for at most 5 seconds');
}

function useDns(value: string): Answer {
  const word = value.trim().toLowerCase();
  if (['yes', 'no', 'warn'].includes(word)) return carried('Ban', 'UseDNS', word);
  return notPossible('only yes, no and warn are known: write UseDNS= in [Ban]');
}

const multipliers: Convert = (value) => {
  const list = wordsOf(value).join(' ');
  return matching(
    'BanTimeMultipliers',
    /^[\d. ]+$/,
    'it is no list of numbers: write BanTimeMultipliers= in [Ban]',
  )(list);
};

/** By the names of fail2ban's options. */
export const limits: ReadonlyMap<string, Convert> = new Map([
  ['maxretry', matching('MaxRetry', /^[1-9]\d{0,3}$/, 'it is no number from 1 to 9999: write MaxRetry= in [Ban]')],
  ['findtime', span('FindTime')],
  ['bantime', span('BanTime')],
  ['bantime.increment', yesOrNo('BanTimeIncrement')],
  [
    'bantime.factor',
    matching('BanTimeFactor', /^\d+(?:\.\d+)?$/, 'it is no plain number: write BanTimeFactor= in [Ban]'),
  ],
  ['bantime.formula', formula],
  ['bantime.multipliers', multipliers],
  ['bantime.maxtime', span('BanTimeMax')],
  ['bantime.rndtime', span('BanTimeRandom')],
  ['bantime.overalljails', yesOrNo('BanTimeAllJails')],
  ['ignoreip', ignoreIp],
  ['ignoreself', yesOrNo('IgnoreSelf')],
  ['ignorecommand', ignoreCommand],
  ['usedns', useDns],
]);
