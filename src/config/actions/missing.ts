/** Keys that an action cannot do without. */
import type { Assigned } from '../assigned.js';
import type { Place } from '../files/syntax.js';

/** The assignments of an action, and the place of what is wrong with it as a whole. */
export interface ActionAssigned {
  readonly assigned: Assigned;
  readonly whole: Place;
}

/** Says that something is missing, unless it is there and wrong. */
export function missing({ assigned, whole }: ActionAssigned, key: string, why: string, hint: string): void {
  const isThere = assigned.assignments.some((one) => one.key === key && one.value !== '');
  if (!isThere) assigned.problems.push({ ...whole, message: `${key}= is missing${why}`, hint });
}
