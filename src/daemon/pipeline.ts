/**
 * Entries in, decisions out, in two steps: what the filters find, and what the core makes of it.
 * No I/O, and the same entries in the same order give the same outcome, whatever the batches were.
 */
import type { Address } from '../core/address.js';
import type { Decider } from '../core/decider.js';
import type { Effect } from '../core/effect.js';
import type { Entry } from '../core/entry.js';
import type { Failure } from '../core/failure.js';
import type { Hit, Verdict } from '../filter/filter.js';
import type { AgentEvent, Position } from '../ports.js';
import { createLookups } from './lookups.js';
import { matchBatch, type RoutedEntry } from './match-batch.js';
import type { Routing } from './routing.js';
import type { RunningJail } from './running-jail.js';
import { isSuppressed, suppressedEvent, suppressedUnit } from './suppressed.js';

/** What the filters found in a batch of entries, in the order of the entries. Nothing is decided yet. */
export interface Matched {
  /** Position after the batch. */
  readonly position: Position;
  readonly entries: number;
  readonly findings: readonly Finding[];
}

/** One thing found: somebody failed, somebody got in, or something to tell. */
export type Finding =
  | { readonly kind: 'hit'; readonly jail: RunningJail; readonly cursor: string; readonly hit: Hit }
  | { readonly kind: 'gained'; readonly jail: RunningJail; readonly address: Address; readonly at: number }
  | { readonly kind: 'event'; readonly event: AgentEvent };

/** What a batch of entries led to. */
export interface Outcome {
  readonly effects: readonly Effect[];
  /** What was noticed on the way: to be told before the effects. */
  readonly events: readonly AgentEvent[];
}

export interface Pipeline {
  /** Matches a batch; undefined for an empty one. */
  match(entries: readonly Entry[]): Matched | undefined;
  /** Decides on what was found. To be called in the order of the batches. */
  decide(matched: Matched): Outcome;
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
  const route = (entry: Entry): RoutedEntry => ({ entry, jails: isSuppressed(entry) ? [] : routing.jailsOf(entry) });

  const find = ({ entry, jails }: RoutedEntry, verdicts: readonly Verdict[]): Finding[] => {
    if (isSuppressed(entry)) {
      const unit = suppressedUnit(entry);
      return unit === undefined || routing.isRead(unit) ? [{ kind: 'event', event: suppressedEvent(entry) }] : [];
    }
    return jails.flatMap((jail, index) => findingsOf(jail, entry, verdicts[index] ?? { outcome: 'none' }));
  };

  const lookups = createLookups(addressesOf);

  const decideHit = ({ jail, cursor, hit }: Finding & { kind: 'hit' }): Outcome => {
    const { addresses, events } =
      hit.address === undefined ? lookups.look(jail, hit, cursor) : { addresses: [hit.address], events: [] };
    const effects = addresses.flatMap((address) => {
      jail.counters.failures += 1;
      return decider.failure({ ...failureOf(jail, cursor, hit, address), at: Math.min(hit.at, latest()) });
    });
    return { effects, events };
  };

  return {
    match(entries) {
      const last = entries.at(-1);
      if (last === undefined) return undefined;
      const { cursor, receivedAt } = last;
      const routed = entries.map(route);
      const verdicts = matchBatch(routed);
      const findings = routed.flatMap((entry, index) => find(entry, verdicts[index] ?? []));
      return { position: { cursor, receivedAt }, entries: entries.length, findings };
    },
    decide({ findings }) {
      const effects: Effect[] = [];
      const events: AgentEvent[] = [];
      for (const finding of findings) {
        if (finding.kind === 'event') events.push(finding.event);
        else if (finding.kind === 'gained') {
          append(effects, decider.gained(finding.jail.config.name, finding.address, Math.min(finding.at, latest())));
        } else {
          const outcome = decideHit(finding);
          append(effects, outcome.effects);
          append(events, outcome.events);
        }
      }
      return { effects, events };
    },
    warm(entries) {
      matchBatch(entries.map(route));
    },
  };
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
      return address === undefined ? [] : [{ kind: 'gained', jail, address, at: entry.at }];
    }
    case 'failure':
      return verdict.hits.map((hit) => ({ kind: 'hit', jail, cursor: entry.cursor, hit }));
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

/** After a long pause one failure can end more bans than a call takes arguments. */
function append<T>(list: T[], more: readonly T[]): void {
  for (const item of more) list.push(item);
}
