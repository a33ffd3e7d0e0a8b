/**
 * Entries in, decisions out, in two steps: what the filters find, and what the core makes of it.
 * No I/O, and the same entries in the same order give the same outcome, whatever the batches were.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import type { Address } from '../../core/address/address.js';
import { append } from '../../core/append.js';
import { type Decider, PORTION } from '../../core/decider.js';
import type { Effect } from '../../core/effect.js';
import type { Entry } from '../../core/entry.js';
import type { Failure } from '../../core/failure.js';
import type { Hit } from '../../filter/filter.js';
import type { Position } from '../../ports/journal.js';
import { tellsOfDropped } from './dropped-entries.js';
import { type Finding, findingsOf, isTimed, timeOf } from './finding.js';
import { createLookups } from './lookups.js';
import { matchBatch, type RoutedEntry } from './match-batch.js';
import type { Progress } from './progress.js';
import type { Routing } from './routing.js';
import type { RunningJail } from './running-jail.js';

/** What the filters found in a batch of entries, in the order of the entries. Nothing is decided yet. */
export interface Matched {
  /** Position after the batch. */
  readonly position: Position;
  readonly entries: number;
  readonly findings: readonly Finding[];
}

/** An entry that had no unit any more, as its sender was gone, and whether its jail believed it all the same. */
export interface WithoutUnit {
  readonly jail: string;
  readonly isBelieved: boolean;
}

/** What was decided on, what was decided, and what to tell beside the effects. */
interface Decided {
  /** Whatever became of them: whose address is banned or spared too. */
  readonly failures: readonly Failure[];
  /** Lines that took too long, by the jails whose filters they are. */
  readonly slowLines: readonly string[];
  readonly withoutUnit: readonly WithoutUnit[];
  readonly effects: readonly Effect[];
  readonly events: readonly AgentEvent[];
}

const nothing: Decided = { failures: [], slowLines: [], withoutUnit: [], effects: [], events: [] };

/** What a batch of entries led to, or a part of one. */
export interface DecidedPart extends Decided {
  /** The last entry that is wholly decided on; undefined when it is none of this batch. */
  readonly position: Position | undefined;
  /** How many entries are done with: those of the batch with its last part, none before. */
  readonly entries: number;
}

export interface Pipeline {
  /** Matches a batch; undefined for an empty one. */
  match(entries: readonly Entry[]): Matched | undefined;
  /**
   * Decides on what was found, in the order of the batches. After a long pause very much ends before an entry: each part
   * holds a portion of it, and is to be carried out before the next one is asked for.
   */
  decide(matched: Matched): Generator<DecidedPart, void>;
  /** Feeds the filters' sessions without counting: for entries just before the saved position. */
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
  const route = (entry: Entry): RoutedEntry => ({ entry, jails: tellsOfDropped(entry) ? [] : routing.jailsOf(entry) });

  const lookups = createLookups(addressesOf);

  const decideHit = ({ jail, cursor, hit }: Finding & { kind: 'hit' }): Decided => {
    const { addresses, events } =
      hit.address === undefined ? lookups.look(jail, hit, cursor) : { addresses: [hit.address], events: [] };
    const failures = addresses.map((address) => ({
      ...failureOf(jail, cursor, hit, address),
      at: Math.min(hit.at, latest()),
    }));
    return { ...nothing, failures, effects: failures.flatMap((failure) => decider.failure(failure)), events };
  };

  const decideOn = (finding: Finding): Decided => {
    switch (finding.kind) {
      case 'event':
        return { ...nothing, events: [finding.event] };
      case 'slow':
        return { ...nothing, slowLines: [finding.jail.config.name], events: slowLineTold(finding) };
      case 'without-unit':
        return { ...nothing, withoutUnit: [{ jail: finding.jail.config.name, isBelieved: finding.isBelieved }] };
      case 'gained': {
        const { jail, address, at } = finding;
        return { ...nothing, effects: decider.gained(jail.config.name, address, Math.min(at, latest())) };
      }
      case 'hit':
        return decideHit(finding);
    }
  };

  return {
    match(entries) {
      if (entries.length === 0) return undefined;
      const routed = entries.map(route);
      const verdicts = matchBatch(routed);
      const findings = routed.flatMap((one, index) => {
        progress.note(one.entry);
        return findingsOf(one, verdicts[index] ?? [], routing, progress);
      });
      return { position: progress.position, entries: entries.length, findings };
    },
    *decide({ position, entries, findings }) {
      let sum = emptySum();
      let reached: Position | undefined;
      let cursor: string | undefined;
      for (const finding of findings) {
        // Between the findings of one entry there is no position to stop at.
        if (isTimed(finding) && finding.cursor !== cursor) {
          for (;;) {
            const ended = decider.expire(Math.min(timeOf(finding), latest()), PORTION);
            append(sum.effects, ended);
            if (ended.length < PORTION) break;
            yield { ...sum, position: reached, entries: 0 };
            sum = emptySum();
          }
          ({ position: reached, cursor } = finding);
        }
        add(sum, decideOn(finding));
      }
      yield { ...sum, position, entries };
    },
    warm(entries) {
      matchBatch(entries.map(route));
    },
  };
}

/** To be added to. */
function emptySum() {
  const failures: Failure[] = [];
  const slowLines: string[] = [];
  const withoutUnit: WithoutUnit[] = [];
  const effects: Effect[] = [];
  const events: AgentEvent[] = [];
  return { failures, slowLines, withoutUnit, effects, events };
}

function add(sum: ReturnType<typeof emptySum>, decided: Decided): void {
  append(sum.failures, decided.failures);
  append(sum.slowLines, decided.slowLines);
  append(sum.withoutUnit, decided.withoutUnit);
  append(sum.effects, decided.effects);
  append(sum.events, decided.events);
}

/** Of a regex that keeps taking too long, only the first lines are told. */
function slowLineTold({ jail, cursor, verdict: { regex, notice } }: Finding & { kind: 'slow' }): AgentEvent[] {
  if (notice === 'counted') return [];
  return [{ kind: 'slow-line', jail: jail.config.name, cursor, regex, isLast: notice === 'last' }];
}

function failureOf(jail: RunningJail, cursor: string, hit: Hit, address: Address): Failure {
  const user = hit.fields['user'];
  return {
    jail: jail.config.name,
    address,
    at: hit.at,
    cursor,
    evidence: hit.evidence,
    count: 1,
    ...(typeof user === 'string' ? { user } : {}),
  };
}
