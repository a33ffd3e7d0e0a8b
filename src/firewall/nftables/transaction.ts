/**
 * Changes of elements as the commands of one transaction.
 * Invariant: a set is made, with its rule, before it is filled.
 */
import type { Claim } from '../claims.js';
import { elementOf, type GroupName, type SetName } from './set-name.js';
import { type Command, type ElementChange, elementCommands, foundation, groupCommands, setCommands } from './table.js';
import { secondsUntil } from './time-out.js';

export interface Change {
  readonly kind: ElementChange['kind'];
  readonly claim: Claim;
  readonly set: SetName;
  /** When the element ends by itself, µs since the epoch. */
  readonly deadline: number;
}

/** What one transaction does. */
export interface Transaction {
  readonly commands: readonly Command[];
  readonly changes: readonly Change[];
  /** A new table takes the place of what was there. */
  readonly isNewTable: boolean;
}

/** `sets`: those the table has. */
export function transaction(changes: readonly Change[], sets: Iterable<SetName>, now: number): Transaction {
  return { commands: commandsOf(changes, sets, now), changes, isNewTable: false };
}

/** The whole table anew, with these elements. */
export function newTable(changes: readonly Change[], now: number): Transaction {
  return { commands: [...foundation, ...commandsOf(changes, [], now)], changes, isNewTable: true };
}

function commandsOf(changes: readonly Change[], sets: Iterable<SetName>, now: number): readonly Command[] {
  const names = new Set<string>();
  const groups = new Set<GroupName>();
  for (const { text, group } of sets) {
    names.add(text);
    groups.add(group);
  }
  const layout: Command[] = [];
  const bySet = new Map<string, { readonly set: SetName; readonly changes: ElementChange[] }>();
  for (const { kind, claim, set, deadline } of changes) {
    if (!groups.has(set.group)) layout.push(...groupCommands(set.group, claim.purpose));
    if (!names.has(set.text)) layout.push(...setCommands(set));
    groups.add(set.group);
    names.add(set.text);
    const ofSet = bySet.get(set.text) ?? { set, changes: [] };
    bySet.set(set.text, ofSet);
    const element = elementOf(claim.address);
    ofSet.changes.push(kind === 'remove' ? { kind, element } : { kind, element, seconds: secondsUntil(deadline, now) });
  }
  return [...layout, ...[...bySet.values()].flatMap((ofSet) => elementCommands(ofSet.set, ofSet.changes))];
}
