/** What of the agent's failures is shared with those who count. Pure. */
import { parseAddress } from '../../core/address/address.js';
import { isOfOneLink } from '../../core/address/one-link.js';
import { globPattern } from '../../core/glob.js';
import type { ToldEvent } from '../../events/told-event.js';
import type { OwnFailures } from '../fleet-store.js';
import { encodeFailures, HIGHEST_COUNT, MOST_FAILURES, type SharedFailure } from '../messages/failure-message.js';
import { isOfFleet } from '../messages/told.js';
import { countedAddress, partitionOf } from './partition.js';

interface Sharing {
  /** See `sharedJails`. */
  readonly isShared: (jail: string) => boolean;
  /** How far the servers' clock is ahead of that of this host, µs. */
  readonly ahead: number;
  /** So long after it a failure counts, µs. */
  readonly findtime: number;
}

/** True for the names of the jails whose failures are shared. `jails`: globs; none: all. */
export function sharedJails(jails: readonly string[]): (jail: string) => boolean {
  const globs = jails.map(globPattern);
  return (jail) => globs.length === 0 || globs.some((glob) => glob.test(jail));
}

interface Told {
  readonly cursor: string;
  readonly failure: SharedFailure;
}

/** Messages of the failures among these events, a few for each partition. */
export function failureMessages(
  events: readonly ToldEvent[],
  { isShared, ahead, findtime }: Sharing,
): readonly OwnFailures[] {
  const partitions = new Map<number, Told[]>();
  for (const event of events) {
    if (event.kind !== 'failure' || event.logged === undefined || !isShared(event.jail ?? '')) continue;
    const parsed = parseAddress(event.address ?? '');
    if (parsed === undefined || isOfFleet({ jail: event.jail ?? '', origin: 'jail' })) continue;
    const { at, count } = event.logged;
    const address = countedAddress(parsed);
    if (isOfOneLink(address)) continue;
    const failure = { address, at: Math.max(0, at + ahead), count: Math.min(count, HIGHEST_COUNT) };
    const partition = partitionOf(address);
    const told = partitions.get(partition) ?? [];
    told.push({ cursor: event.cursor, failure });
    partitions.set(partition, told);
  }
  return [...partitions].flatMap(([partition, told]) =>
    portionsOf(told).map((portion) => {
      const failures = portion.map(({ failure }) => failure);
      const id = idOf(portion[0]?.cursor ?? '');
      return {
        ...{ partition, id, body: encodeFailures({ id, failures }), size: failures.length },
        until: Math.max(...failures.map(({ at }) => at)) - ahead + findtime,
      };
    }),
  );
}

function portionsOf(told: readonly Told[]): readonly (readonly Told[])[] {
  const count = Math.ceil(told.length / MOST_FAILURES);
  return Array.from({ length: count }, (_, n) => told.slice(n * MOST_FAILURES, (n + 1) * MOST_FAILURES));
}

/** Of the event's cursor what no other event of this host has: which journal file's numbering, and the number. */
function idOf(cursor: string): string {
  const [, series = '', number = ''] = /^s=([0-9a-f]{1,12})[0-9a-f]*;i=([0-9a-f]+);/.exec(cursor) ?? [];
  return number === '' ? cursor.slice(0, 100) : `${series}-${number}`;
}
