/**
 * How long it takes from the journal entry of the last straw to the kernel dropping the address: reported, not judged.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { kernelSetChanges } from './firewall.js';
import { guess } from './login.js';
import { stepsOf } from './steps.js';

const attackers = sources.ipv4.slice(0, 20);

interface JournalLine {
  readonly MESSAGE: unknown;
  readonly __REALTIME_TIMESTAMP: string;
}

test('twenty attackers one after the other', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  /** When journald received the last failed password from the address, ms since the epoch. */
  const lastFailure = async (address: string): Promise<number> => {
    // Of a sender that has ended when journald looks, as one whose client is cut off, no unit is known.
    const lines = (await container.ask('journalctl -t sshd-session -o json')).trim().split('\n');
    const times = lines
      .map((line) => JSON.parse(line) as JournalLine)
      .filter(
        ({ MESSAGE }) => typeof MESSAGE === 'string' && MESSAGE.includes(`Failed password for alice from ${address} `),
      )
      .map((line) => Number(line.__REALTIME_TIMESTAMP) / 1000);
    assert.equal(times.length, 5);
    return Math.max(...times);
  };

  await step("are each in the kernel's set after their fifth failure and not before it", async (t) => {
    const changes = await kernelSetChanges(container);
    const latencies: number[] = [];
    for (const from of attackers) {
      await guess(container, { from, to: target.ipv4 }, 5);
      const addedAt = await until(`${from} reaches the kernel`, () => changes.added(from));
      latencies.push(addedAt - (await lastFailure(from)));
    }
    changes.stop();
    latencies.sort((one, other) => one - other);
    const [median = 0, worst = 0] = [latencies[Math.floor(latencies.length / 2)], latencies.at(-1)];
    t.diagnostic(
      `journal entry to kernel: median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms of ${latencies.length}`,
    );
    assert.ok((latencies[0] ?? 0) > 0, `banned ${latencies[0]} ms after the fifth failure`);
  });
});
