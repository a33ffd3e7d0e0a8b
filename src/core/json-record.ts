/** What another program sent or stored as JSON, read with care: what is not as it should be is thrown, and nothing is guessed. */
import { FOREVER } from './time.js';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Readers of values that may be anything. */
export interface JsonReader {
  readonly record: (value: unknown) => JsonRecord;
  readonly list: (value: unknown) => readonly unknown[];
  readonly text: (value: unknown) => string;
  readonly number: (value: unknown) => number;
  /** JSON has no infinity: null never ends. */
  readonly end: (value: unknown) => number;
}

/** `wrong`: what is thrown. */
export function jsonReader(wrong: () => Error): JsonReader {
  const number = (value: unknown): number => {
    if (typeof value !== 'number') throw wrong();
    return value;
  };
  return {
    record(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong();
      return { ...value };
    },
    list(value) {
      if (!Array.isArray(value)) throw wrong();
      return value;
    },
    text(value) {
      if (typeof value !== 'string') throw wrong();
      return value;
    },
    number,
    end: (value) => (value === null ? FOREVER : number(value)),
  };
}

/** As `end` reads it; in a row of a table it is the same. */
export function jsonEnd(until: number): number | null {
  return until === FOREVER ? null : until;
}
