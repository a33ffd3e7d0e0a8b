/** Values of fail2ban's options as f2b writes them. Undefined is a value that has no counterpart; nothing is evaluated. */
import { MICROS_PER_SECOND } from '../../core/time.js';
import { formatDuration, parseDuration } from '../../text/duration.js';

const DAY = 86_400;

/** Seconds; see MyTime.str2seconds of fail2ban 1.1. */
const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:years?|yea|yy?)$/, 365.25 * DAY],
  [/^(?:months?|mon|mo)$/, 30.4375 * DAY],
  [/^(?:weeks?|wee|ww?)$/, 7 * DAY],
  [/^(?:days?|da|dd?)$/, DAY],
  [/^(?:hours?|hou|hh?)$/, 3600],
  [/^(?:minutes?|min|mm?)$/, 60],
  [/^(?:seconds?|sec|ss?)?$/, 1],
];

/** `10m`, `1d 12h`, `3600`, `1h+30m`, and `-1`, which has no end. */
export function timeSpan(text: string): string | undefined {
  const plain = text.trim().toLowerCase();
  if (/^-\d+$/.test(plain)) return 'infinity';
  if (!/^(?:\+?\s*\d+(?:\.\d+)?\s*[a-z]*\s*)+$/.test(plain) || plain.length > 100) return undefined;
  let seconds = 0;
  for (const [, amount = '', name = ''] of plain.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)) {
    const unit = units.find(([names]) => names.test(name))?.[1];
    if (unit === undefined) return undefined;
    seconds += Number(amount) * unit;
  }
  const asWritten = plain.replaceAll(/\s+/g, ' ');
  const micros = Math.round(seconds) * MICROS_PER_SECOND;
  if (parseDuration(asWritten) === micros && seconds > 0) return asWritten;
  return seconds > 0 && Number.isSafeInteger(micros) ? formatDuration(micros) : undefined;
}

/** `192.0.2.0/255.255.255.0` is written with the length of the prefix. */
export function withPrefixLength(word: string): string {
  const [, address, mask] = /^([\d.]+)\/(\d+\.\d+\.\d+\.\d+)$/.exec(word) ?? [];
  if (address === undefined || mask === undefined) return word;
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) && bits.length === 32 ? `${address}/${bits.replace(/0+$/, '').length}` : word;
}

/** Words that are separated by blanks or commas. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
