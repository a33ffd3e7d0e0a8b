/**
 * The names of banned addresses, as their owners have them told by name servers. Invariants: only what looks like the name
 * of a host is let through; all look-ups of a mail together have one limited time, whatever name servers do.
 */
import { withTimeout } from '../../async/time/with-timeout.js';
import { type Address, isSingle } from '../../core/address/address.js';
import { isHostName } from '../../core/address/host-name.js';
import type { Clock } from '../../ports/clock.js';

/** Of more addresses in one mail, none is looked up. */
const MOST_LOOKED_UP = 10;
/** Of so many names of an address, one is looked for that can be told. */
const MOST_NAMES = 20;

/** Letters, digits, hyphens and underscores, by dots. */
const LABELS = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** The names of an address, as they came; it ends soon once the signal aborts. */
export type NamesOf = (address: string, signal: AbortSignal) => Promise<readonly string[]>;

export interface NameParts {
  readonly namesOf: NamesOf;
  readonly clock: Clock;
  /** How long all look-ups together may take, µs. */
  readonly timeout: number;
}

/** Names by the texts of addresses, of those that answered in time. */
export async function reverseNames(
  addresses: readonly Address[],
  { namesOf, clock, timeout }: NameParts,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const singles = addresses.filter(isSingle);
  if (addresses.length > MOST_LOOKED_UP || singles.length === 0) return names;
  const ending = new AbortController();
  const lookUp = async ({ text }: Address): Promise<void> => {
    const name = (await namesOf(text, ending.signal)).slice(0, MOST_NAMES).find(isTellable);
    if (name !== undefined && !ending.signal.aborted) names.set(text, name.replace(/\.$/, '').toLowerCase());
  };
  await withTimeout(clock, timeout, Promise.allSettled(singles.map(lookUp)));
  ending.abort();
  return names;
}

function isTellable(name: string): boolean {
  return isHostName(name) && LABELS.test(name);
}
