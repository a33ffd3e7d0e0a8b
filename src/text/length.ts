/** Lengths of time for people; programs get whole microseconds. */
import { FOREVER, MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';
import { formatDuration } from './duration.js';

/** A length in at most two units, of whole seconds if it is any: `1h 30min`, `35ms`, `infinity`. µs. */
export function length(duration: number): string {
  if (duration === FOREVER) return 'infinity';
  if (duration < MICROS_PER_MILLISECOND) return '0s';
  const unit = duration < MICROS_PER_SECOND ? MICROS_PER_MILLISECOND : MICROS_PER_SECOND;
  return formatDuration(Math.floor(duration / unit) * unit, 2);
}

/** `in 9min 30s`, `2h ago`. */
export function relative(at: number, now: number): string {
  return at > now ? `in ${length(at - now)}` : `${length(now - at)} ago`;
}
