/**
 * Whom a running fail2ban has banned, as its client lists them. Invariant: a line that says something else becomes a row
 * without an address, so that it is counted.
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import { parseTime } from '../text/parse-time.js';
import type { Zone } from '../text/zone.js';
import type { DatabaseRow } from './bans.js';

/** `192.0.2.1 \t2026-11-30 16:00:00 + 600 = 2026-11-30 16:10:00`, of getBanList in fail2ban's banmanager.py. */
const LINE = /^(\S{1,100})\s+(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \+ (-?\d{1,15}) = /;

/** What `get JAIL banip --with-time` prints, as rows of its database would be. `now` in µs; `zone`: fail2ban's. */
export function listedBans(jail: string, output: string, now: number, zone: Zone): readonly DatabaseRow[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [, ip, time = '', bantime] = LINE.exec(line) ?? [];
    const at = parseTime(time, now, zone);
    if (ip === undefined || at === undefined) return { jail };
    return { jail, ip, timeofban: at / MICROS_PER_SECOND, bantime: Number(bantime) };
  });
}
