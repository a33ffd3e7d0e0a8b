/** Instants and durations are whole microseconds, as in journald; instants count from the Unix epoch. */

export const MICROS_PER_MILLISECOND = 1_000;
export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

/** An `until` or a duration that never ends. */
export const FOREVER = Number.POSITIVE_INFINITY;
