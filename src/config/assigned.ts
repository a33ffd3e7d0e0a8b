/**
 * Assignments of several files, in order, read by the table of keys: for scalars the last one counts, lists append,
 * an empty value resets. Invariant: every assignment is read, also one that a later file overrides: all problems show.
 */
import type { Problem } from '../core/problem.js';
import { F2bError } from '../errors.js';
import type { Assignment, Place } from './files/syntax.js';
import { splitWords } from './files/words.js';
import type { ListKey, ScalarKey } from './keys/key.js';
import type { Reading } from './values/reading.js';

/** A value and where it was written; `place` is undefined for the built-in default. */
export interface Placed<T> {
  readonly value: T;
  readonly place: Place | undefined;
}

type AnyKey = Pick<ScalarKey<unknown>, 'section' | 'name' | 'doc'>;

/** All assignments that are in force for one jail or the agent; what is wrong is pushed to `problems`. */
export interface Assigned {
  readonly assignments: readonly Assignment[];
  readonly problems: Problem[];
}

function assignmentsOf({ assignments }: Assigned, key: AnyKey): readonly Assignment[] {
  return assignments.filter(({ section, key: name }) => section === key.section && name === key.name);
}

/** The value, or undefined after saying what is wrong with it. */
function accept<T>(
  assigned: Assigned,
  key: AnyKey,
  { place, value: text }: Assignment,
  read: Reading<T>,
): { readonly value: T } | undefined {
  if (read.ok) return read;
  const isCommented = /\s[#;]/.test(text);
  const hint = isCommented ? 'a comment stands on a line of its own' : (read.hint ?? `${key.name}= is ${key.doc}`);
  assigned.problems.push({ ...place, message: `${key.name}=: ${read.message}`, hint });
  return undefined;
}

/** The built-in default; that it can be read is the table's own promise. */
function initialValue<T>(key: ScalarKey<T>): T {
  const read = key.read(key.initial);
  if (!read.ok) throw new F2bError('INTERNAL', `the default of ${key.name}= cannot be read: ${read.message}`);
  return read.value;
}

/** The value of a key that holds one value. */
export function scalar<T>(assigned: Assigned, key: ScalarKey<T>): Placed<T> {
  const initial: Placed<T> = { value: initialValue(key), place: undefined };
  return assignmentsOf(assigned, key).reduce<Placed<T>>((sofar, assignment) => {
    if (assignment.value === '') return initial;
    const accepted = accept(assigned, key, assignment, key.read(assignment.value));
    return accepted === undefined ? sofar : { value: accepted.value, place: assignment.place };
  }, initial);
}

/** The items of a key that holds a list. */
export function list<T>(assigned: Assigned, key: ListKey<T>): readonly Placed<T>[] {
  let items: Placed<T>[] = [];
  for (const assignment of assignmentsOf(assigned, key)) {
    const { value, place } = assignment;
    if (value === '') items = [];
    for (const word of accept(assigned, key, assignment, splitWords(value, key.escapes))?.value ?? []) {
      const accepted = accept(assigned, key, assignment, key.read(word));
      if (accepted !== undefined) items.push({ value: accepted.value, place });
    }
  }
  return items;
}
