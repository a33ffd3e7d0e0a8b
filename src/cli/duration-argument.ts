/** Lengths of time as people write them for --for. */

import { parseAddress } from '../core/address/address.js';
import { boundedBantime } from '../core/deciding/bantime.js';
import { F2bError } from '../errors.js';
import { parseDuration } from '../text/duration.js';

/** µs, FOREVER for `infinity` and for more than a century; undefined when the option is not given. Throws USAGE. */
export function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration !== undefined && duration > 0) return boundedBantime(duration);
  throw new F2bError('USAGE', `--for: ${JSON.stringify(text)} is no length of time`, {
    hint: 'write for example 90, 10min, "1h 30min", 2w or infinity',
  });
}

/** `ban ADDRESS 1h`: a last word that is a length of time, and no address. `time`: what --for says. */
export function lengthLast(words: readonly string[], time: string | undefined) {
  const last = words.at(-1);
  const isLength = last !== undefined && words.length > 1 && parseAddress(last) === undefined;
  if (time !== undefined || !isLength || parseDuration(last) === undefined) return { texts: words, time };
  return { texts: words.slice(0, -1), time: last };
}
