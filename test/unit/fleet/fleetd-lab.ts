/** A whole f2b-fleetd on a stream in memory, with an agent that only remembers what it is asked for. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { nextTurn } from '../../../src/async/next-turn.js';
import type { FleetLimits } from '../../../src/config/fleet.js';
import type { FleetStore } from '../../../src/fleet/fleet-store.js';
import { Fleetd, type FleetdOptions } from '../../../src/fleet/fleetd.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { fakeAgent } from '../../fakes/agent.js';
import { NOON } from '../../fakes/values.js';
import { fleetLimits } from '../../support/fleet-limits.js';
import { MemoryStream } from '../../support/memory-stream.js';
import { until } from '../../support/process.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** Promises that hang on one another, and on no disk, are settled after fewer. */
const TURNS = 20;

/** The store, which takes real time, and how to wait until it has nothing to do and what it answered was taken in. */
function watched(store: FleetStore): { readonly store: FleetStore; readonly settled: () => Promise<unknown> } {
  let pending = 0;
  const counted = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: readonly unknown[]) => {
        pending += 1;
        const answer: Promise<unknown> = Reflect.apply(value, target, given);
        return answer.finally(() => {
          pending -= 1;
        });
      };
    },
  });
  const isIdle = async () => {
    for (let turn = 0; turn < TURNS; turn += 1) {
      if (pending > 0) return undefined;
      await nextTurn();
    }
    return true;
  };
  return { store: counted, settled: () => until('all that was begun is stored', isIdle) };
}

/**
 * Resolves when it is connected. `ahead`: of the servers' clock, µs. `count`: with whom it counts together. `settled` resolves when nothing that was begun is left
 * to do: for what is not to happen.
 */
export async function connectedFleetd(
  t: TestContext,
  host: string,
  limits: Partial<FleetLimits> = {},
  ahead = 0,
  count?: FleetdOptions['count'],
) {
  const directory = mkdtempSync(join(tmpdir(), `f2b-fleetd-lab-${process.pid}-`));
  const { store, settled } = watched(
    await openFleetState({ directory, report: ({ message }) => assert.fail(message) }),
  );
  const clock = new VirtualClock(NOON);
  const stream = new MemoryStream({ now: () => clock.now() + ahead });
  const reported: string[] = [];
  const { fleetd } = await Fleetd.create({
    ...{ host, version: '1', seed: 7, publish: true, apply: true, store, clock, user: 990, ownAddresses: () => [] },
    limits: fleetLimits(limits),
    ...(count === undefined ? {} : { count }),
    agent: {
      async *banPages() {},
      report: async (reports) => {
        reported.push(...reports.map(({ address }) => address.text));
        return [];
      },
      async *unban() {},
      why: async (address) => fakeAgent().why(address),
    },
    tell: { say: () => {}, problem: ({ message }) => assert.fail(message), resolved: () => {} },
    open: async () => stream.open(host),
  });
  const ended = new AbortController();
  const running = fleetd.run(ended.signal);
  t.after(async () => {
    ended.abort();
    await running;
    await store.close();
    rmSync(directory, { recursive: true });
  });
  await until('it is connected', () => stream.stored.length > 0 || undefined);
  return { fleetd, clock, stream, reported, settled };
}
