/**
 * One watch over the journal with one set of jails: what a reload ends and replaces.
 * It is born positioned and warmed up, so that following it loses and repeats nothing.
 */
import type { Decider } from '../core/decider.js';
import type { Entry } from '../core/entry.js';
import type { Journal, JournalStart, Position } from '../ports.js';
import type { Apply } from './apply.js';
import { createFollower, type Follower } from './follower.js';
import { createPipeline } from './pipeline.js';
import { createRouting } from './routing.js';
import type { RunningJail } from './running-jail.js';
import { warmUp } from './warm-up.js';

/** Opens the journal for these alternatives of FIELD=value, with these fields in the entries. */
export type OpenJournal = (matches: readonly (readonly string[])[], fields: readonly string[]) => Journal;

export interface Watch {
  readonly jails: readonly RunningJail[];
  readonly journal: Journal;
  readonly follower: Follower;
  /** Stops following and closes the journal. */
  end(): Promise<void>;
}

interface Parts {
  readonly jails: readonly RunningJail[];
  readonly openJournal: OpenJournal;
  readonly decider: Decider;
  readonly apply: Apply;
  /** Told of every batch that was read. */
  readonly counted: (entries: number) => void;
  /** Called when the end of the journal is reached. */
  readonly idle: () => Promise<void>;
}

/** Starts at the saved position, or at `start` when nothing is saved yet. */
export function createWatch(parts: Parts, saved: Position | undefined, start: JournalStart): Watch {
  const { jails, decider, apply } = parts;
  const routing = createRouting(jails);
  const pipeline = createPipeline(routing, decider);
  const journal = parts.openJournal(routing.matches, routing.fields);
  if (saved === undefined) journal.seek(start);
  else warmUp(journal, saved, (entries) => pipeline.warm(entries));

  const take = async (entries: readonly Entry[]) => {
    const outcome = pipeline.process(entries);
    if (outcome === undefined) return;
    parts.counted(entries.length);
    await apply.batch(outcome.position, entries.length, outcome.effects, outcome.events);
  };
  const follower = createFollower(journal, take, parts.idle);
  return {
    jails,
    journal,
    follower,
    async end() {
      await follower.stop();
      journal.close();
    },
  };
}
