/** Lengths of time as people write them for --for. */

import { parseAddress } from '../../core/address/address.js';
import { boundedBantime } from '../../core/deciding/bantime.js';
import { FOREVER } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import { parseDuration } from '../../text/duration.js';

/** µs, FOREVER for `infinity` and for more than a century; undefined when the option is not given. Throws USAGE. */
export function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const duration = FOR_EVER.has(text) ? FOREVER : parseDuration(text);
  if (duration !== undefined && duration > 0) return boundedBantime(duration);
  throw new F2bError('USAGE', `--for: ${JSON.stringify(text)} is no length of time`, {
    hint: 'write for example 90, 10min, "1h 30min", 2w or infinity',
  });
}

/**
 * `ban ADDRESS 1h`, `ban ADDRESS 1 hour`, `ban ADDRESS for 1h`: last words that are a length of time, and no address.
 * `time`: what --for says; `hasOthers`: the addresses need not be among the words.
 */
export function lengthLast(typed: readonly string[], time: string | undefined, hasOthers = false) {
  const words = unitJoined(typed);
  const [last, least] = [words.at(-1), hasOthers ? 0 : 1];
  if (time !== undefined || last === undefined || words.length <= least || !isLength(last))
    return { texts: words, time };
  return { texts: words.slice(0, words.at(-2) === 'for' && words.length > least + 1 ? -2 : -1), time: last };
}

/** A number and its unit as one word, where these are the last two. */
function unitJoined(words: readonly string[]): readonly string[] {
  const [number = '', unit = ''] = words.slice(-2);
  const isSplit = /^\d+$/.test(number) && /^[a-z]+$/i.test(unit) && isLength(`${number} ${unit}`);
  return isSplit ? [...words.slice(0, -2), `${number} ${unit}`] : words;
}

function isLength(text: string): boolean {
  return FOR_EVER.has(text) || (parseAddress(text) === undefined && parseDuration(text) !== undefined);
}

/** As other programs have it. */
const FOR_EVER: ReadonlySet<string> = new Set(['forever', 'permanent', 'permanently', '-1']);
