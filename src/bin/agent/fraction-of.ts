import { createHash } from 'node:crypto';

/** A number in [0, 1) drawn from a cursor: evenly spread, and the same each time the entry is read. */
export function fractionOf(cursor: string): number {
  return createHash('sha256').update(cursor).digest().readUIntBE(0, 6) / 2 ** 48;
}
