/**
 * Simulated hosts that share failures, many in one process, each with a connection of its own: each has five failures a
 * second, of addresses that its parent chose, until all are told.
 */
import { partitionOf } from '../../src/fleet/counting/partition.js';
import { encodeFailures, MOST_FAILURES, type SharedFailure } from '../../src/fleet/messages/failure-message.js';
import type { Session } from '../../src/fleet/session.js';
import { openSession } from '../../src/nats/session.js';
import { anAddress } from '../fakes/values.js';
import { sleep } from '../support/process.js';
import { untilStored } from './until-stored.js';

/** A failure of a host: whose, and so long after the beginning, µs. */
export type Planned = readonly [address: string, after: number];

/** What the parent sends first. */
export interface FailingOrder {
  readonly servers: readonly string[];
  readonly caFile: string;
  readonly hosts: readonly { readonly name: string; readonly seed: string; readonly planned: readonly Planned[] }[];
}

/** What the parent sends when all are connected: when it begins, µs since the epoch. */
export interface Begin {
  readonly begin: number;
}

/** What is told in the end: how late the last answer of the servers was, and each failure with what was said of it, in ms. */
export interface Told {
  readonly failures: number;
  readonly longest: number;
}

const SECOND = 1_000_000;

/** Publishes what has come due, and what comes due meanwhile after that, as f2b-fleetd does. */
async function host(session: Session, planned: readonly Planned[], begin: number): Promise<Told> {
  let longest = 0;
  for (let next = 0; next < planned.length; ) {
    const wait = begin + (planned[next]?.[1] ?? 0) - Date.now() * 1_000;
    if (wait > 0) await sleep(wait / SECOND);
    const sent = Date.now();
    const partitions = new Map<number, SharedFailure[]>();
    const first = next;
    for (; next < planned.length && next - first < MOST_FAILURES; next += 1) {
      const [text = '', after = 0] = planned[next] ?? [];
      if (begin + after > sent * 1_000) break;
      const address = anAddress(text);
      const partition = partitionOf(address);
      const failure = { address, at: begin + after, count: 1 };
      partitions.set(partition, [...(partitions.get(partition) ?? []), failure]);
    }
    await Promise.all(
      [...partitions].map(([partition, failures]) => {
        const id = `${first}.${partition}`;
        const body = encodeFailures({ id, failures });
        return untilStored(() =>
          session.failures.publish(partition, body, `${id} ${begin} ${failures.length}${planned[0]}`),
        );
      }),
    );
    longest = Math.max(longest, Date.now() - sent);
  }
  return { failures: planned.length, longest };
}

process.once('message', async ({ servers, caFile, hosts }: FailingOrder) => {
  const sessions: Session[] = [];
  for (const { name, seed } of hosts)
    sessions.push(
      await openSession({ servers, host: name, seed: new TextEncoder().encode(seed), tls: { caFile }, replicas: 1 }),
    );
  process.once('message', async ({ begin }: Begin) => {
    const all = await Promise.all(sessions.map((session, index) => host(session, hosts[index]?.planned ?? [], begin)));
    const failures = all.reduce((sum, told) => sum + told.failures, 0);
    process.send?.({ failures, longest: Math.max(...all.map(({ longest }) => longest)) } satisfies Told);
  });
  process.send?.('ready');
});
process.once('disconnect', () => process.exit());
