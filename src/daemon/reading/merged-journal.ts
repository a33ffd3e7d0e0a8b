/**
 * Several journals read as one, in the order in which entries were received. Invariant: the entries of each come in its own
 * order, and none is lost when one of them is opened anew.
 */
import type { Entry } from '../../core/entry.js';
import type { Journal, LiveJournal } from '../../ports/journal.js';

/** A journal that is one of several; `name`: its source's, undefined for the machine's own. */
export interface NamedJournal<J> {
  readonly name: string | undefined;
  readonly journal: J;
}

/** What is read of a journal and not handed out yet. */
interface Read<J> extends NamedJournal<J> {
  waiting: readonly Entry[];
  next: number;
}

/** What merging keeps of a journal: each is positioned before it is merged. */
export type Merged<J extends Journal> = Pick<J, Exclude<keyof J, 'seek' | 'wasSeen'>>;

/** The entries of all; those of other journals carry their source's name. */
export function mergedEntries(journals: readonly NamedJournal<Journal>[]): Merged<Journal> {
  const all = journals.map((named): Read<Journal> => ({ ...named, waiting: [], next: 0 }));
  return {
    read(limit) {
      const entries: Entry[] = [];
      let flowing: readonly Read<Journal>[] = all;
      while (entries.length < limit) {
        flowing = flowing.filter((one) => hasNext(one, limit));
        const first = earliest(flowing);
        const entry = first?.waiting[first.next];
        if (first === undefined || entry === undefined) break;
        first.next += 1;
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
  const merged = mergedEntries(all);
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
  return one.waiting.length > 0;
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
