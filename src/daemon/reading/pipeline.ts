/**
 * Entries in, decisions out, in two steps: what the filters find, and what the core makes of it.
 * No I/O, and the same entries in the same order give the same outcome, whatever the batches were.
 */

import type { Address } from '../../core/address/address.js';
import { append } from '../../core/append.js';
import { type Decider, PORTION } from '../../core/deciding/decider.js';
import { tellsOfDropped } from '../../core/dropped-entries.js';
import type { Entry } from '../../core/entry.js';
import type { Position } from '../../ports/journal.js';
import { createDecideFinding, type Decided, nothingDecided } from './decide-finding.js';
import { addFindings, type Finding, isTimed, timeOf } from './finding.js';
import type { Progress } from './journals/progress.js';
import { matchBatch, type RoutedEntry } from './match-batch.js';
import type { Routing } from './routing/routing.js';
import type { RunningJail } from './running-jail.js';

/** What the filters found in a batch of entries, in the order of the entries. Nothing is decided yet. */
export interface Matched {
  /** Position after the batch. */
  readonly position: Position;
  readonly entries: number;
  /** How many of them each jail that saw some of them saw. */
  readonly seen: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

/** What a batch of entries led to, or a part of one. */
export interface DecidedPart extends Decided {
  /** The last entry that is wholly decided on; undefined when it is none of this batch. */
  readonly position: Position | undefined;
  /** How many entries are done with: those of the batch with its last part, none before. */
  readonly entries: number;
  /** The same by the jails that saw them. */
  readonly seen: ReadonlyMap<string, number>;
}

export interface Pipeline {
  /** Matches a batch; undefined for an empty one. */
  match(entries: readonly Entry[]): Matched | undefined;
  /**
   * Decides on what was found, in the order of the batches. After a long pause very much ends before an entry: each part
   * holds a portion of it, and is to be carried out before the next one is asked for.
   */
  decide(matched: Matched): Generator<DecidedPart, void>;
  /**
   * Feeds the filters' sessions without counting: for entries just before the saved position. In a storm these are very many,
   * and nothing is heard meanwhile. So what no verdict depends on is not matched.
   */
  warm(entries: readonly Entry[]): void;
}

interface Parts {
  readonly routing: Pick<Routing<RunningJail>, 'jailsOf' | 'jailsOfGoneSender' | 'isRead'>;
  /** Stands where the first entry to be matched follows. */
  readonly progress: Progress;
  readonly decider: Decider;
  /** What a host name stood for when it was last resolved; answers from memory. */
  readonly addressesOf: (name: string) => readonly Address[];
  /** No entry is later than this (µs since the epoch); one that says so was written before the clock was set back. */
  readonly latest: () => number;
}

export function createPipeline({ routing, progress, decider, addressesOf, latest }: Parts): Pipeline {
  const route = (entry: Entry): RoutedEntry => ({
    entry,
    jails: tellsOfDropped(entry) ? [] : routing.jailsOf(entry),
  });

  const decideOn = createDecideFinding({ decider, addressesOf, latest });

  return {
    match(entries) {
      if (entries.length === 0) return undefined;
      const routed = entries.map(route);
      const verdicts = matchBatch(routed);
      const findings: Finding[] = [];
      const asked = { routing, progress };
      routed.forEach((one, index) => {
        progress.note(one.entry);
        addFindings(findings, one, verdicts[index] ?? [], asked);
      });
      return { position: progress.position, entries: entries.length, seen: seenIn(routed), findings };
    },
    *decide({ position, entries, seen, findings }) {
      let sum = nothingDecided();
      let reached: Position | undefined;
      let cursor: string | undefined;
      for (const finding of findings) {
        // Between the findings of one entry there is no position to stop at.
        if (isTimed(finding) && finding.cursor !== cursor) {
          for (;;) {
            const ended = decider.expire(Math.min(timeOf(finding), latest()), PORTION);
            append(sum.effects, ended);
            if (ended.length < PORTION) break;
            yield { ...sum, position: reached, entries: 0, seen: new Map() };
            sum = nothingDecided();
          }
          ({ position: reached, cursor } = finding);
        }
        decideOn(sum, finding);
      }
      yield { ...sum, position, entries, seen };
    },
    warm(entries) {
      const routed = entries.map(route);
      // Of a broken line the rest is the next one.
      const isWhole = !entries.some(({ messageEnd }) => messageEnd?.isBroken === true);
      matchBatch(isWhole ? toThoseWhoRemember(routed) : routed);
    },
  };
}

/** The same entries for fewer jails. Entries with the same fields share one list of them. */
function toThoseWhoRemember(routed: readonly RoutedEntry[]): readonly RoutedEntry[] {
  const known = new Map<readonly RunningJail[], readonly RunningJail[]>();
  return routed.map(({ entry, jails }) => {
    const some = known.get(jails) ?? jails.filter(({ matcher }) => matcher.remembers);
    known.set(jails, some);
    return { entry, jails: some };
  });
}

/** Entries with the same fields share one list of jails, and each list is counted once. */
function seenIn(routed: readonly RoutedEntry[]): ReadonlyMap<string, number> {
  const entries = new Map<readonly RunningJail[], number>();
  for (const { jails } of routed) entries.set(jails, 1 + (entries.get(jails) ?? 0));
  const seen = new Map<string, number>();
  for (const [jails, count] of entries)
    for (const { config } of jails) seen.set(config.name, count + (seen.get(config.name) ?? 0));
  return seen;
}
