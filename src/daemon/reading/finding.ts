/** What the filters find in an entry: the verdicts of its jails as plain values, on which nothing is decided yet. */
import type { AgentEvent } from '../../agent/agent-event.js';
import type { Address } from '../../core/address/address.js';
import { tellsOfDropped, unitOfDropped } from '../../core/dropped-entries.js';
import type { Entry } from '../../core/entry.js';
import type { Hit, Verdict } from '../../filter/filter.js';
import type { Position } from '../../ports/journal.js';
import { droppedEvent } from './dropped-event.js';
import type { Progress } from './journals/progress.js';
import type { RoutedEntry } from './match-batch.js';
import type { Routing } from './routing/routing.js';
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

/** What is asked about an entry. */
interface FindingParts {
  readonly routing: Pick<Routing<RunningJail>, 'isRead' | 'jailsOfGoneSender'>;
  readonly progress: Pick<Progress, 'position'>;
}

/** One that happened at a time of its own. */
export type TimedFinding = Extract<Finding, { readonly position: Position }>;

export function isTimed(finding: Finding): finding is TimedFinding {
  return finding.kind === 'hit' || finding.kind === 'gained';
}

/** When it happened, µs since the epoch. */
export function timeOf(finding: TimedFinding): number {
  return finding.kind === 'hit' ? finding.hit.at : finding.at;
}

/** Adds to `found` what is found in an entry, given the verdicts of its jails; `progress` has just taken note of it. */
export function addFindings(
  found: Finding[],
  { entry, jails }: RoutedEntry,
  verdicts: readonly Verdict[],
  { routing, progress }: FindingParts,
): void {
  if (tellsOfDropped(entry)) {
    const unit = unitOfDropped(entry);
    if (unit === undefined || routing.isRead(unit, entry)) found.push({ kind: 'event', event: droppedEvent(entry) });
    return;
  }
  const { believing, passingOver } = routing.jailsOfGoneSender(entry);
  for (const jail of believing) found.push({ kind: 'without-unit', jail, isBelieved: true });
  for (const jail of passingOver) found.push({ kind: 'without-unit', jail, isBelieved: false });
  jails.forEach((jail, index) => {
    addFound(found, { jail, entry, progress }, verdicts[index]);
  });
}

interface Where {
  readonly jail: RunningJail;
  readonly entry: Entry;
  readonly progress: FindingParts['progress'];
}

function addFound(found: Finding[], { jail, entry, progress }: Where, verdict: Verdict | undefined): void {
  const { cursor, at } = entry;
  switch (verdict?.outcome) {
    case undefined:
    case 'none':
    case 'ignored':
      return;
    case 'slow':
      found.push({ kind: 'slow', jail, cursor, verdict });
      return;
    case 'gained': {
      const { address } = verdict;
      if (address !== undefined) found.push({ kind: 'gained', jail, cursor, position: progress.position, address, at });
      return;
    }
    case 'failure':
      for (const hit of verdict.hits) found.push({ kind: 'hit', jail, cursor, position: progress.position, hit });
  }
}
