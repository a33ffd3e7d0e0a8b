/**
 * Whether what a jail reads is of another kind than its filter is written for. Invariant: one entry of that kind within the
 * last day, or too few entries, and it is not said.
 */
import { nextTurn } from '../../async/next-turn.js';
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Journal } from '../../ports/journal.js';
import type { OpenJournal } from './journal-consumer.js';
import { createJournals, type Journals, type RemoteHosts } from './journals/journals.js';
import type { RunningJail } from './running-jail.js';

/** Each quarter of the last day is looked at, so that no script that ran once makes up what is seen. µs */
const QUARTER = 6 * 3_600 * MICROS_PER_SECOND;
const QUARTERS = 4;
/** So many entries are looked at in each; where there are fewer, nothing is said. */
const ENTRIES = 250;
/** So many are read at the most to find them: of some units others are read too, and passed over. */
const MOST = 5_000;

/** What a look at the past needs of the world. */
export interface History {
  readonly openHistory: OpenJournal;
  readonly remoteHosts: RemoteHosts;
}

/** `meant`: one entry at least may be for the filter; `few`: there are not enough, or they cannot be read. */
export type Likeness = 'meant' | 'few' | 'unlike';

/** `now`: µs since the epoch. */
export async function likenessOf(history: History, jail: RunningJail, now: number): Promise<Likeness> {
  if (jail.config.settings.recidive) return 'meant';
  try {
    const journals = createJournals([jail], history.remoteHosts);
    for (let quarter = QUARTERS; quarter > 0; quarter -= 1) {
      const found = likenessSince(history.openHistory, journals, jail, now - quarter * QUARTER);
      if (found !== 'unlike') return found;
      await nextTurn();
    }
    return 'unlike';
  } catch (error) {
    if (error instanceof F2bError) return 'few';
    throw error;
  }
}

/** Of the entries of one quarter. */
function likenessSince(
  openHistory: OpenJournal,
  { own, others, routing }: Journals<RunningJail>,
  jail: RunningJail,
  since: number,
): Likeness {
  // Of several hosts the first is as good as any.
  const [{ matches, fields, source } = own] = others;
  if (source === undefined && jail.selection.source !== undefined) return 'few';
  const journal = openHistory(matches, fields, source);
  let [seen, read] = [0, 0];
  try {
    journal.seek({ kind: 'since', since });
    for (const entry of entriesOf(journal)) {
      read += 1;
      if (entry.receivedAt >= since + QUARTER || read > MOST) return 'few';
      const sourced = source === undefined ? entry : { ...entry, source: source.name };
      if (!routing.jailsOf(sourced).includes(jail)) continue;
      if (jail.matcher.mayBeFor(lineOf(jail, entry), !jail.selection.isFile)) return 'meant';
      seen += 1;
      if (seen === ENTRIES) return 'unlike';
    }
    return 'few';
  } finally {
    journal.close();
  }
}

function* entriesOf(journal: Journal): Generator<Entry> {
  for (let entries = journal.read(ENTRIES); entries.length > 0; entries = journal.read(ENTRIES)) yield* entries;
}

function lineOf({ selection }: RunningJail, { line: text, messageAt, at, cursor }: Entry) {
  return { text: selection.isFile ? text.slice(messageAt) : text, at, cursor };
}
