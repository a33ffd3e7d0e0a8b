/** Times as people write them for --since, --until and --now. */
import { F2bError } from '../../errors.js';
import { parseDuration } from '../../text/duration.js';
import { parseTime } from '../../text/parse-time.js';
import type { Zone } from '../../text/zone.js';

/** The time in `text`, µs since the epoch. Throws USAGE. */
export function requireTime(option: string, text: string, now: number, zone: Zone): number {
  const at = parseTime(text, now, zone);
  if (at !== undefined) return at;
  const hint =
    'write for example "2026-01-31 12:00", "2026-01-31 12:00 Europe/Berlin", "yesterday", "-1h" or @1777636800';
  throw new F2bError('USAGE', `${option}: ${JSON.stringify(text)} is no time`, {
    hint: parseDuration(text) === undefined ? hint : `so long ago is ${option}=-${text.trim()}`,
  });
}
