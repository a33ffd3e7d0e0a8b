/** What becomes of an option of fail2ban's. Invariant: each option that a jail has gets exactly one finding. */
import type { SectionName } from '../config/keys/key.js';

export type FindingOutcome = 'carried over' | 'carried over differently' | 'not needed' | 'not possible';

/** A line for a jail's drop-in. */
export interface Line {
  readonly section: SectionName;
  readonly key: string;
  readonly value: string;
}

/** What becomes of the value of an option. */
export type Convert = (value: string) => Answer;

/** A line of [Ban]. */
export const banLine = (key: string, value: string): Line => ({ section: 'Ban', key, value });

export interface Answer {
  readonly outcome: FindingOutcome;
  readonly lines: readonly Line[];
  /** How, why, or what instead. */
  readonly note: string;
}

export interface Finding extends Answer {
  /** The option's name. */
  readonly option: string;
  readonly value: string;
  /** `FILE:LINE` */
  readonly place: string;
}

export const carried = (section: SectionName, key: string, value: string): Answer => ({
  outcome: 'carried over',
  lines: [{ section, key, value }],
  note: `${key}=${value}`,
});

export const differently = (lines: readonly Line[], note: string): Answer => ({
  outcome: 'carried over differently',
  lines,
  note,
});

export const notNeeded = (note: string): Answer => ({ outcome: 'not needed', lines: [], note });

export const notPossible = (note: string): Answer => ({ outcome: 'not possible', lines: [], note });

/** For an option whose value is empty as if it were not there. */
export const unlessEmpty =
  (convert: Convert): Convert =>
  (value) =>
    value.trim() === '' ? notNeeded('it is empty') : convert(value);
