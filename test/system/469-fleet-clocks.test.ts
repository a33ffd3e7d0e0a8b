/** Hosts of a fleet whose clocks are ten minutes away from that of a real server, and twenty from each other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ban, FLEET_JAIL } from '../../src/core/ban.js';
import { Fleetd } from '../../src/fleet/fleetd.js';
import { openSession } from '../../src/nats/session.js';
import type { Clock } from '../../src/ports/clock.js';
import { openFleetState } from '../../src/store/fleet-state.js';
import { fakeAgent } from '../fakes/agent.js';
import { aBan, anAddress } from '../fakes/values.js';
import { wallClock } from '../support/bus-daemon.js';
import { fleetLimits } from '../support/fleet-limits.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { until } from '../support/process.js';

const MINUTE = 60_000_000;

/** A host with a clock that is `ahead` of this machine's, in this process; its agent goes by that clock, too. */
class Host {
  readonly #ahead: number;
  readonly #agent = fakeAgent();
  readonly #name: string;
  #fleetd: Fleetd | undefined;
  #told = 0;

  private constructor(name: string, ahead: number) {
    this.#name = name;
    this.#ahead = ahead;
  }

  static async start(t: TestContext, lab: NatsLab, name: string, ahead: number): Promise<Host> {
    const host = new Host(name, ahead);
    const directory = mkdtempSync(join(tmpdir(), `f2b-fleet-clocks-${process.pid}-`));
    const store = await openFleetState({ directory, report: ({ message }) => assert.fail(message) });
    const agent = host.#agent;
    const { fleetd } = await Fleetd.create({
      ...{ host: name, version: '1', seed: 7, publish: true, apply: true, store, clock: host.#clock, user: 990 },
      limits: fleetLimits(),
      agent: {
        async *banPages({ jail }) {
          yield agent.bans(jail === undefined ? {} : { jail }, 10_000);
        },
        report: (reports) => agent.report(reports),
        async *unban(address, jail) {
          yield await agent.unban(address, jail);
        },
        why: async (address) => ({ ...agent.why(address), bans: [] }),
      },
      ownAddresses: () => [],
      tell: { say: () => {}, problem: ({ message }) => t.diagnostic(message), resolved: () => {} },
      open: () => openSession(lab.optionsOf(name)),
    });
    host.#fleetd = fleetd;
    const ended = new AbortController();
    const running = fleetd.run(ended.signal);
    t.after(async () => {
      ended.abort();
      await running;
      await store.close();
      rmSync(directory, { recursive: true });
    });
    return host;
  }

  get #clock(): Clock {
    return {
      now: () => wallClock.now() + this.#ahead,
      elapsed: wallClock.elapsed,
      at: (at, wake) => wallClock.at(at - this.#ahead, wake),
    };
  }

  /** The agent bans for five minutes, or lifts that. */
  async tells(kind: 'ban' | 'unban', text: string): Promise<void> {
    this.#told += 1;
    const now = this.#clock.now();
    const ban = aBan({ address: anAddress(text), since: now, until: now + 5 * MINUTE });
    const event = { ban, cursor: `${this.#name} ${this.#told}`, at: now, host: this.#name, message: '' };
    const told = kind === 'ban' ? { kind, ...event } : { kind, cause: 'manual' as const, ...event };
    await this.#fleetd?.told([told], { cursor: event.cursor, receivedAt: now });
  }

  /** What it bans for others, and for how many minutes yet by its own clock. */
  get held(): readonly string[] {
    const left = ({ until: end }: Ban) => Math.round((end - this.#clock.now()) / MINUTE);
    return this.#agent.held
      .filter(({ ban }) => ban.jail === FLEET_JAIL)
      .map(({ ban }) => `${ban.address.text} for ${left(ban)}`)
      .sort();
  }

  async has(expected: readonly string[]): Promise<void> {
    await until(
      `${this.#name} has ${expected.join(', ')}`,
      () => this.held.join() === [...expected].sort().join() || undefined,
      60,
    ).catch((error: unknown) => {
      throw new Error(`${error}; it has ${this.held.join(', ')}`);
    });
  }
}

test('bans of five minutes last five minutes everywhere, however wrong the clocks of hosts are', {
  skip: skipWithoutNats,
}, async (t) => {
  const lab = await NatsLab.start(t, ['ahead', 'behind', 'right']);
  const ahead = await Host.start(t, lab, 'ahead', 10 * MINUTE);
  const behind = await Host.start(t, lab, 'behind', -10 * MINUTE);
  const right = await Host.start(t, lab, 'right', 0);
  await ahead.tells('ban', '203.0.113.1');
  await behind.tells('ban', '203.0.113.2');
  await right.tells('ban', '203.0.113.3');
  await ahead.has(['203.0.113.2 for 5', '203.0.113.3 for 5']);
  await behind.has(['203.0.113.1 for 5', '203.0.113.3 for 5']);
  await right.has(['203.0.113.1 for 5', '203.0.113.2 for 5']);
  await behind.tells('unban', '203.0.113.2');
  await right.tells('unban', '203.0.113.3');
  await ahead.has([]);
  await behind.has(['203.0.113.1 for 5']);
  await right.has(['203.0.113.1 for 5']);
});
