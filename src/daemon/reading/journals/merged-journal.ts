/**
 * Several journals read as one, in the order in which entries were received. Invariant: the entries of each come in its own
 * order, and none is lost when one of them is opened anew. However much another one holds, none waits for ever.
 */
import type { Entry } from '../../../core/entry.js';
import type { Journal, LiveJournal } from '../../../ports/journal.js';

/** A journal that is one of several; `name`: its source's, undefined for the machine's own. */
export interface NamedJournal<J> {
  readonly name: string | undefined;
  readonly journal: J;
}

/** What is read of a journal and not handed out yet. */
interface Read<J> extends NamedJournal<J> {
  waiting: readonly Entry[];
  next: number;
  /** How many entries of others went before what waits here. The machine's own do not count: its clock is ours. */
  passed: number;
  /** How many entries the present read has of it. */
  taken: number;
}

/**
 * So many entries of others may go before those of a journal that waits. Then it has its share of each read, whatever its
 * entries' times, until its turn comes by time again. Without this a journal with a false clock could keep all others
 * waiting for ever. It is to be rare: an entry that comes before its time ends the windows of earlier ones.
 */
const MOST_PASSED = 10_000;

/** What merging keeps of a journal: each is positioned before it is merged. */
export type Merged<J extends Journal> = Pick<J, Exclude<keyof J, 'seek' | 'wasSeen'>>;

/**
 * The entries of all; those of other journals carry their source's name. Unless `mostPassed` is limited, the order is always
 * kept.
 */
export function mergedEntries(
  journals: readonly NamedJournal<Journal>[],
  mostPassed = Number.POSITIVE_INFINITY,
): Merged<Journal> {
  const all = journals.map((named): Read<Journal> => ({ ...named, waiting: [], next: 0, passed: 0, taken: 0 }));
  return {
    read(limit) {
      const entries: Entry[] = [];
      const share = Math.ceil(limit / all.length);
      for (const one of all) one.taken = 0;
      let flowing: readonly Read<Journal>[] = all;
      while (entries.length < limit) {
        flowing = flowing.filter((one) => hasNext(one, limit));
        const late = flowing.filter(({ passed, taken }) => passed >= mostPassed && taken < share);
        const inOrder = earliest(flowing);
        const first = earliest(late) ?? inOrder;
        const entry = first?.waiting[first.next];
        if (first === undefined || entry === undefined) break;
        take(first, flowing, first === inOrder);
        entries.push(first.name === undefined ? entry : { ...entry, source: first.name });
      }
      return entries;
    },
    get isAtEnd() {
      return all.every((one) => one.next >= one.waiting.length && one.journal.isAtEnd);
    },
    entryAt(cursor) {
      for (const { journal } of all) {
        const entry = journal.entryAt(cursor);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
    onChange(wake) {
      const unsubscribers = all.map(({ journal }) => journal.onChange(wake));
      return () => {
        for (const unsubscribe of unsubscribers) unsubscribe();
      };
    },
    close() {
      for (const { journal } of all) journal.close();
    },
  };
}

/** The same of journals that are followed. What keeps another journal from being heard is its own to tell. */
export function mergedJournal(own: LiveJournal, others: readonly NamedJournal<LiveJournal>[]): Merged<LiveJournal> {
  if (others.length === 0) return own;
  const all = [{ name: undefined, journal: own }, ...others];
  const merged = mergedEntries(all, MOST_PASSED);
  const { read, entryAt, onChange, close } = merged;
  return {
    ...{ read, entryAt, onChange, close },
    get isAtEnd() {
      return merged.isAtEnd;
    },
    reopen() {
      for (const { journal } of all) journal.reopen();
    },
    expectSoon() {
      for (const { journal } of all) journal.expectSoon();
    },
    inspect: (isIdle) => own.inspect(isIdle),
  };
}

/** False when it is at its end, where it is asked once: the others go on. */
function hasNext(one: Read<Journal>, limit: number): boolean {
  if (one.next < one.waiting.length) return true;
  one.waiting = one.journal.read(limit);
  one.next = 0;
  if (one.waiting.length === 0) one.passed = 0;
  return one.waiting.length > 0;
}

/** Its next entry goes before those of all that flow. */
function take(first: Read<Journal>, flowing: readonly Read<Journal>[], isInOrder: boolean): void {
  first.next += 1;
  first.taken += 1;
  if (first.name !== undefined) for (const one of flowing) one.passed += 1;
  if (isInOrder) first.passed = 0;
}

/** The one whose next entry was received first; undefined when none has any. */
function earliest(all: readonly Read<Journal>[]): Read<Journal> | undefined {
  let first: Read<Journal> | undefined;
  let at = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const { receivedAt = Number.POSITIVE_INFINITY } = one.waiting[one.next] ?? {};
    if (receivedAt < at) [first, at] = [one, receivedAt];
  }
  return first;
}
