/**
 * Entries in, decisions out, in two steps: what the filters find, and what the core makes of it.
 * No I/O, and the same entries in the same order give the same outcome, whatever the batches were.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import type { Address } from '../../core/address.js';
import { append } from '../../core/append.js';
import { type Decider, PORTION } from '../../core/decider.js';
import type { Effect } from '../../core/effect.js';
import type { Entry } from '../../core/entry.js';
import type { Failure } from '../../core/failure.js';
import type { Hit, Verdict } from '../../filter/filter.js';
import type { Position } from '../../ports/journal.js';
import { droppedEvent, tellsOfDropped, unitOfDropped } from './dropped-entries.js';
import { createLookups } from './lookups.js';
import { matchBatch, type RoutedEntry } from './match-batch.js';
import type { Routing } from './routing.js';
import type { RunningJail } from './running-jail.js';

/** What the filters found in a batch of entries, in the order of the entries. Nothing is decided yet. */
export interface Matched {
  /** Position after the batch. */
  readonly position: Position;
  readonly entries: number;
  readonly findings: readonly Finding[];
}

/** One thing found: somebody failed, somebody got in, or something to tell. */
export type Finding =
  | { readonly kind: 'hit'; readonly jail: RunningJail; readonly entry: Position; readonly hit: Hit }
  | {
      readonly kind: 'gained';
      readonly jail: RunningJail;
      readonly entry: Position;
      readonly address: Address;
      readonly at: number;
    }
  | { readonly kind: 'event'; readonly event: AgentEvent };

/** What was decided, and what to tell beside the effects. */
interface Decided {
  readonly effects: readonly Effect[];
  readonly events: readonly AgentEvent[];
}

/** What a batch of entries led to, or a part of one. */
export interface Outcome extends Decided {
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
  decide(matched: Matched): Iterable<Outcome>;
  /** Feeds the filters' sessions without counting: for entries just before the saved position. */
  warm(entries: readonly Entry[]): void;
}

interface Parts {
  readonly routing: Routing<RunningJail>;
  readonly decider: Decider;
  /** What a host name stood for when it was last resolved; answers from memory. */
  readonly addressesOf: (name: string) => readonly Address[];
  /** No entry is later than this (µs since the epoch); one that says so was written before the clock was set back. */
  readonly latest: () => number;
}

export function createPipeline({ routing, decider, addressesOf, latest }: Parts): Pipeline {
  const route = (entry: Entry): RoutedEntry => ({ entry, jails: tellsOfDropped(entry) ? [] : routing.jailsOf(entry) });

  const find = ({ entry, jails }: RoutedEntry, verdicts: readonly Verdict[]): Finding[] => {
    if (tellsOfDropped(entry)) {
      const unit = unitOfDropped(entry);
      return unit === undefined || routing.isRead(unit) ? [{ kind: 'event', event: droppedEvent(entry) }] : [];
    }
    return jails.flatMap((jail, index) => findingsOf(jail, entry, verdicts[index] ?? { outcome: 'none' }));
  };

  const lookups = createLookups(addressesOf);

  const decideHit = ({ jail, entry: { cursor }, hit }: Finding & { kind: 'hit' }): Decided => {
    const { addresses, events } =
      hit.address === undefined ? lookups.look(jail, hit, cursor) : { addresses: [hit.address], events: [] };
    const effects = addresses.flatMap((address) => {
      jail.counters.failures += 1;
      return decider.failure({ ...failureOf(jail, cursor, hit, address), at: Math.min(hit.at, latest()) });
    });
    return { effects, events };
  };

  const decideOn = (finding: Finding): Decided => {
    switch (finding.kind) {
      case 'event':
        return { effects: [], events: [finding.event] };
      case 'gained': {
        const { jail, address, at } = finding;
        return { effects: decider.gained(jail.config.name, address, Math.min(at, latest())), events: [] };
      }
      case 'hit':
        return decideHit(finding);
    }
  };

  return {
    match(entries) {
      const last = entries.at(-1);
      if (last === undefined) return undefined;
      const routed = entries.map(route);
      const verdicts = matchBatch(routed);
      const findings = routed.flatMap((entry, index) => find(entry, verdicts[index] ?? []));
      return { position: positionOf(last), entries: entries.length, findings };
    },
    *decide({ position, entries, findings }) {
      let effects: Effect[] = [];
      let events: AgentEvent[] = [];
      let reached: Position | undefined;
      for (const finding of findings) {
        // Between the findings of one entry there is no position to stop at.
        if (finding.kind !== 'event' && finding.entry.cursor !== reached?.cursor) {
          for (;;) {
            const ended = decider.expire(Math.min(timeOf(finding), latest()), PORTION);
            append(effects, ended);
            if (ended.length < PORTION) break;
            yield { effects, events, position: reached, entries: 0 };
            [effects, events] = [[], []];
          }
          reached = finding.entry;
        }
        const decided = decideOn(finding);
        append(effects, decided.effects);
        append(events, decided.events);
      }
      yield { effects, events, position, entries };
    },
    warm(entries) {
      matchBatch(entries.map(route));
    },
  };
}

function positionOf({ cursor, receivedAt }: Entry): Position {
  return { cursor, receivedAt };
}

/** When it happened, µs since the epoch. */
function timeOf(finding: Exclude<Finding, { kind: 'event' }>): number {
  return finding.kind === 'hit' ? finding.hit.at : finding.at;
}

function findingsOf(jail: RunningJail, entry: Entry, verdict: Verdict): Finding[] {
  switch (verdict.outcome) {
    case 'none':
    case 'ignored':
      return [];
    case 'slow': {
      jail.counters.slowLines += 1;
      const { regex, telling } = verdict;
      if (telling === 'counted') return [];
      const { name } = jail.config;
      const isLast = telling === 'last';
      return [{ kind: 'event', event: { kind: 'slow-line', jail: name, cursor: entry.cursor, regex, isLast } }];
    }
    case 'gained': {
      const { address } = verdict;
      return address === undefined ? [] : [{ kind: 'gained', jail, entry: positionOf(entry), address, at: entry.at }];
    }
    case 'failure':
      return verdict.hits.map((hit) => ({ kind: 'hit', jail, entry: positionOf(entry), hit }));
  }
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
