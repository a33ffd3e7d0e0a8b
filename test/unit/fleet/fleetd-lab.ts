/** A whole f2b-fleetd on a stream in memory, with an agent that only remembers what it is asked for. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FleetLimits } from '../../../src/config/fleet.js';
import { FOREVER } from '../../../src/core/time.js';
import { Fleetd } from '../../../src/fleet/fleetd.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { NOON } from '../../fakes/values.js';
import { MemoryStream } from '../../support/memory-stream.js';
import { until } from '../../support/process.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const HOUR = 3_600_000_000;

/** Resolves when it is connected. */
export async function connectedFleetd(t: TestContext, host: string, limits: Partial<FleetLimits> = {}) {
  const directory = mkdtempSync(join(tmpdir(), `f2b-fleetd-lab-${process.pid}-`));
  const store = await openFleetState({ directory, report: ({ message }) => assert.fail(message) });
  const clock = new VirtualClock(NOON);
  const stream = new MemoryStream(clock);
  const reported: string[] = [];
  const { fleetd } = await Fleetd.create({
    ...{ host, version: '1', publish: true, apply: true, store, clock, user: 990, ownAddresses: () => [] },
    limits: {
      ...{ minReporters: 1, within: HOUR, minAge: 0, maxBansPerHost: 1_000, maxBansPerMinute: 1_000, maxBans: 10_000 },
      ...{ maxPrefixIPv4: 24, maxPrefixIPv6: 48, maxBanTime: FOREVER, ...limits },
    },
    agent: {
      bans: async () => [],
      report: async (reports) => {
        reported.push(...reports.map(({ address }) => address.text));
        return [];
      },
      async *unban() {},
      why: () => assert.fail('not asked for'),
    },
    tell: { say: () => {}, problem: ({ message }) => assert.fail(message), resolved: () => {} },
    open: async () => stream.open(),
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
  return { fleetd, clock, stream, reported };
}
