/** Options of fail2ban's that have a key in [Ban], each by itself. */
import { timeSpan, withPrefixLength, wordsOf } from '../config/values/fail2ban-values.js';
import { ignoreWord } from '../config/values/ignore-word.js';
import { isTrue } from '../filter/ini/truth.js';
import {
  type Answer,
  banLine,
  type Convert,
  carried,
  differently,
  notNeeded,
  notPossible,
  unlessEmpty,
} from './finding.js';

/** For a key that holds a time span. */
export const span = (key: string): Convert =>
  unlessEmpty((value) => {
    const time = timeSpan(value);
    return time === undefined
      ? notPossible(`it is no plain time span: write ${key}= in [Ban]`)
      : carried('Ban', key, time);
  });

/** For a key that holds yes or no. */
export const yesOrNo =
  (key: string): Convert =>
  (value) =>
    carried('Ban', key, isTrue(value) ? 'yes' : 'no');

/** Python's whole numbers; with none failure and with one fail2ban bans at the first. */
function maxRetry(value: string): Answer {
  const number = /^[+-]?\d{1,9}$/.test(value.trim()) ? Number(value) : undefined;
  if (number === undefined) return notPossible('it is no whole number: write MaxRetry= in [Ban]');
  const retries = String(Math.max(1, number));
  if (number >= 1) return carried('Ban', 'MaxRetry', retries);
  return differently([banLine('MaxRetry', retries)], 'MaxRetry=1: the first failure leads to a ban, as in fail2ban');
}

function ignoreIp(value: string): Answer {
  const words = wordsOf(value).map(withPrefixLength);
  if (words.length === 0) return notNeeded('it is empty');
  const good = words.filter((word) => ignoreWord(word).ok);
  const bad = words.flatMap((word) => {
    const read = ignoreWord(word);
    return read.ok ? [] : [{ word, why: read.message }];
  });
  const why = bad.map((one) => one.why).join('; ');
  if (good.length === 0) return notPossible(why);
  const lines = [banLine('IgnoreIP', good.join(' '))];
  if (bad.length > 0) return differently(lines, `without ${bad.map(({ word }) => word).join(' ')}: ${why}`);
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
  if (word !== 'raw') return notPossible('fail2ban knows yes, warn, no and raw: write UseDNS= in [Ban]');
  return differently(
    [banLine('UseDNS', 'no')],
    'UseDNS=no: as with raw no name is looked up; what is no address is not banned',
  );
}

/** By the names of fail2ban's options. */
export const limits: ReadonlyMap<string, Convert> = new Map([
  ['maxretry', maxRetry],
  ['findtime', span('FindTime')],
  ['bantime', span('BanTime')],
  ['ignoreip', ignoreIp],
  ['ignoreself', yesOrNo('IgnoreSelf')],
  ['ignorecommand', ignoreCommand],
  ['usedns', useDns],
]);
