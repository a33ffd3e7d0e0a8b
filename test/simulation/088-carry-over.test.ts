/** Bans of another program, taken in while the firewall is still busy with the first of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../../src/async/deferred.js';
import { MANUAL_JAIL } from '../../src/core/ban.js';
import { anAddress } from '../fakes/values.js';
import { AgentLab, MINUTE } from './agent-lab.js';

test('who carries bans over hands on more while the firewall is busy, and none is called enforced before it is', async () => {
  const lab = new AgentLab();
  try {
    const { agent } = await lab.start();
    const firewall = createDeferred();
    lab.firewall.pause = firewall.promise;
    const times = { since: lab.clock.now() - MINUTE, until: lab.clock.now() + MINUTE };
    const carried = (text: string) => ({
      ...{ jail: MANUAL_JAIL, address: anAddress(text), count: 1, failures: 5, reason: 'from elsewhere' },
      ...times,
    });
    for (const text of ['192.0.2.1', '192.0.2.2']) {
      const answer = await agent.carryOver([carried(text)]);
      assert.equal(answer.banned, 1);
    }
    assert.equal(lab.disk.bans.size, 2);
    assert.deepEqual(lab.enforced, []);
    firewall.resolve();
    await lab.settle();
    assert.deepEqual(lab.enforced, ['192.0.2.1', '192.0.2.2']);
  } finally {
    await lab.dispose();
  }
});
