/** What the filters find in an entry: the verdicts of its jails as plain values, on which nothing is decided yet. */
import type { AgentEvent } from '../../agent/agent-event.js';
import type { Address } from '../../core/address/address.js';
import type { Entry } from '../../core/entry.js';
import type { Hit, Verdict } from '../../filter/filter.js';
import type { Position } from '../../ports/journal.js';
import { droppedEvent, tellsOfDropped, unitOfDropped } from './dropped-entries.js';
import type { RoutedEntry } from './match-batch.js';
import type { Progress } from './progress.js';
import type { Routing } from './routing.js';
import type { RunningJail } from './running-jail.js';

type SlowVerdict = Extract<Verdict, { readonly outcome: 'slow' }>;

/** By which jail it was found, and where. */
interface Found {
  readonly jail: RunningJail;
  /** Of the entry. */
  readonly cursor: string;
  /** Where the journals stand after the entry. */
  readonly position: Position;
}

/** One thing found: somebody failed, somebody got in, a line took too long, an entry had no unit, or something to tell. */
export type Finding =
  | (Found & { readonly kind: 'hit'; readonly hit: Hit })
  | (Found & { readonly kind: 'gained'; readonly address: Address; readonly at: number })
  | { readonly kind: 'slow'; readonly jail: RunningJail; readonly cursor: string; readonly verdict: SlowVerdict }
  | { readonly kind: 'without-unit'; readonly jail: RunningJail; readonly isBelieved: boolean }
  | { readonly kind: 'event'; readonly event: AgentEvent };

/** One that happened at a time of its own. */
export type TimedFinding = Extract<Finding, { readonly position: Position }>;

export function isTimed(finding: Finding): finding is TimedFinding {
  return finding.kind === 'hit' || finding.kind === 'gained';
}

/** When it happened, µs since the epoch. */
export function timeOf(finding: TimedFinding): number {
  return finding.kind === 'hit' ? finding.hit.at : finding.at;
}

/** What is found in an entry, given the verdicts of its jails; `progress` has just taken note of it. */
export function findingsOf(
  { entry, jails }: RoutedEntry,
  verdicts: readonly Verdict[],
  routing: Pick<Routing<RunningJail>, 'isRead' | 'jailsOfGoneSender'>,
  progress: Pick<Progress, 'position'>,
): readonly Finding[] {
  if (tellsOfDropped(entry)) {
    const unit = unitOfDropped(entry);
    return unit === undefined || routing.isRead(unit) ? [{ kind: 'event', event: droppedEvent(entry) }] : [];
  }
  const { believing, passingOver } = routing.jailsOfGoneSender(entry);
  const found = jails.flatMap((jail, index) => foundBy(jail, entry, verdicts[index] ?? { outcome: 'none' }, progress));
  return [...withoutUnit(believing, true), ...withoutUnit(passingOver, false), ...found];
}

function withoutUnit(jails: readonly RunningJail[], isBelieved: boolean): readonly Finding[] {
  return jails.map((jail) => ({ kind: 'without-unit', jail, isBelieved }));
}

function foundBy(jail: RunningJail, entry: Entry, verdict: Verdict, progress: Pick<Progress, 'position'>): Finding[] {
  const { cursor, at } = entry;
  switch (verdict.outcome) {
    case 'none':
    case 'ignored':
      return [];
    case 'slow':
      return [{ kind: 'slow', jail, cursor, verdict }];
    case 'gained': {
      const { address } = verdict;
      return address === undefined ? [] : [{ kind: 'gained', jail, cursor, position: progress.position, address, at }];
    }
    case 'failure':
      return verdict.hits.map((hit) => ({ kind: 'hit', jail, cursor, position: progress.position, hit }));
  }
}
