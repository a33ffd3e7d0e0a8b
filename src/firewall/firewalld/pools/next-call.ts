/**
 * The next call to firewalld for a pool.
 * Invariant: an entry that is held and wanted stays in some set at every moment. setEntries empties a set before it
 * fills it (firewalld 1.3.3: 20 to 60 ms without its 900 entries), so a set that holds wanted entries is never given
 * new ones in place: they go to an empty set together with what it keeps, and then the old set is cleared.
 */
import type { Pool } from './pool.js';
import type { SetContent } from './set-content.js';
import type { Step } from './step.js';

/** Entries per set: up to 999 are filled in with one transaction. */
export const CAPACITY = 999;

/** At most this many changes are made one by one: addEntry takes 5 to 10 ms, setEntries of a whole set 100. */
const FEW = 8;

/** At most this many entries of a set that holds nothing else are removed one by one: clearing takes two calls of nft. */
const CLEARED = 2;

/** The first set with fewer entries takes what is new, so that a small installation sees all its bans in set 0. */
const SMALL = 128;

/** A smaller `urgency` goes first. */
export interface Task {
  readonly urgency: number;
  readonly step: Step;
}

const NEW_BAN = 0;
const PATIENT_BAN = 1;
const READ = 2;
const RESTORE = 3;
const FINISH = 4;
const RELEASE = 5;

/** Undefined when the firewall holds what is wanted, as far as is known. */
export function nextCall(pool: Pool): Task | undefined {
  if (pool.fresh.size > 0) return { urgency: NEW_BAN, step: addition(pool, pool.fresh.size) };
  if (pool.patient.size > 0) return { urgency: PATIENT_BAN, step: addition(pool, pool.patient.size) };
  const due = pool.sets.find((set) => set.isDue);
  if (due !== undefined) return { urgency: READ, step: { kind: 'read', set: due.name } };
  if (pool.lost.size > 0) return { urgency: RESTORE, step: addition(pool, pool.lost.size) };
  const finish = clearing(pool);
  if (finish !== undefined) return { urgency: FINISH, step: finish };
  const release = removals(pool);
  return release === undefined ? undefined : { urgency: RELEASE, step: release };
}

/** Clears a set that holds nothing needed, so that no entry outlives its ban there; or writes a broken one anew. */
function clearing(pool: Pool): Step | undefined {
  const isDue = (set: SetContent) => set.isBroken || (set.keptCount === 0 && set.surplus.size > CLEARED);
  const set = pool.sets.find((candidate) => candidate.isKnown && isDue(candidate) && !hasRetained(pool, candidate));
  if (set === undefined || set.keptCount > 0) return set && replacement(pool, set);
  return { kind: 'replace', set: set.name, entries: [] };
}

function hasRetained(pool: Pool, set: SetContent): boolean {
  return pool.retained().some((entry) => set.surplus.has(entry));
}

/**
 * The set that stays free for the next replacement; none when there is only one set. It need not be empty: what it
 * holds is only what has to go, and goes when the set is written.
 */
function spareSet(pool: Pool): SetContent | undefined {
  if (pool.sets.length === 1) return undefined;
  const free = pool.sets.filter(
    (set) => set.isKnown && set.keptCount === 0 && !set.isBroken && !hasRetained(pool, set),
  );
  return free.findLast((set) => set.isEmpty) ?? free.at(-1);
}

/** Where the next entry goes; undefined while no set is known. Many go where little has to be written with them. */
function targetSet(pool: Pool, count: number): SetContent | undefined {
  const spare = spareSet(pool);
  const known = pool.sets.filter((set) => set.isKnown && set !== spare);
  const first = known.find((set) => (count > FEW ? set.keptCount === 0 : set.keptCount < SMALL));
  if (first !== undefined) return first;
  const [roomiest] = known.sort((one, other) => one.keptCount - other.keptCount);
  return roomiest !== undefined && roomiest.keptCount < CAPACITY ? roomiest : (spare ?? roomiest);
}

/** One step towards adding what is missing, of which `count` entries are urgent. */
function addition(pool: Pool, count: number): Step {
  const [entry = ''] = missing(pool, 1);
  const target = targetSet(pool, count);
  const isBlocked = target?.blocks(entry) === true;
  // What moves many entries, or one past what is in its way, has to know all sets: one of them is to be free.
  const unknown = pool.sets.find((set) => !set.isKnown);
  if (target === undefined || (unknown !== undefined && (count > FEW || isBlocked)))
    return { kind: 'read', set: unknown?.name ?? '' };
  const isBulk = (count > FEW && !pool.isDoubtful) || isBlocked;
  const step = isBulk ? (replacement(pool, target) ?? clearing(pool)) : undefined;
  if (step !== undefined) return step;
  return isBlocked ? evasion(pool, target, entry) : { kind: 'add', set: target.name, entry };
}

/** Adds to a set in which nothing is in the way; where there is none, what is in the way goes first. */
function evasion(pool: Pool, target: SetContent, entry: string): Step {
  const other = pool.sets.find((set) => set.keptCount < CAPACITY && !set.blocks(entry));
  if (other !== undefined) return { kind: 'add', set: other.name, entry };
  const [obstacle = ''] = target.surplus.keys();
  return { kind: 'remove', set: target.name, entry: obstacle };
}

/** The next entries to add, the most urgent ones first. */
function missing(pool: Pool, count: number): string[] {
  const entries: string[] = [];
  for (const source of [pool.fresh, pool.patient, pool.lost]) {
    for (const entry of source.keys()) {
      if (entries.length >= count) return entries;
      entries.push(entry);
    }
  }
  return entries;
}

/** Many changes to `target` at once; undefined when single ones have to do: it is full, or there is no empty set. */
function replacement(pool: Pool, target: SetContent): Step | undefined {
  const kept = target.kept();
  const added = pool.isDoubtful ? [] : missing(pool, Math.max(CAPACITY - kept.length, 0));
  if (added.length + target.surplus.size === 0 && !target.isBroken) return undefined;
  const entries = [...kept, ...added];
  const isNeeded = hasRetained(pool, target);
  if (kept.length === 0 && !isNeeded) return { kind: 'replace', set: target.name, entries };
  const spare = spareSet(pool);
  const isSafe = !isNeeded || pool.areReplacedBy(target.surplus.keys(), new Set(added));
  if (spare === undefined || spare === target || !isSafe) return undefined;
  return { kind: 'replace', set: spare.name, entries, replaces: target.name };
}

function removals(pool: Pool): Step | undefined {
  const crowded = pool.sets.find((set) => set.surplus.size > FEW);
  const step = crowded === undefined ? undefined : replacement(pool, crowded);
  if (step !== undefined) return step;
  for (const set of pool.sets) {
    for (const entry of set.surplus.keys())
      if (!pool.isRetained(entry)) return { kind: 'remove', set: set.name, entry };
  }
  return undefined;
}
