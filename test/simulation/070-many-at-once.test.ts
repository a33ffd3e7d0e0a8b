/** One order may lift more bans than a function call takes arguments (some 120,000), all through the agent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFromWords, parseAddress } from '../../src/core/address/address.js';
import type { Effect } from '../../src/core/effect.js';
import { fakeStore } from '../fakes/store.js';
import { aBan } from '../fakes/values.js';
import { AgentLab } from './agent-lab.js';

const BANS = 130_000;

test('a prefix with 130,000 bans in it is freed by one order, and each of them is told', async () => {
  const lab = new AgentLab();
  try {
    const ban = (n: number): Effect => ({
      kind: 'ban',
      ban: aBan({ jail: 'ssh.service', address: addressFromWords(0, 0, 0xffff, 0x0a000000 + n, 128) }),
    });
    await fakeStore(lab.disk).commit(
      undefined,
      Array.from({ length: BANS }, (_, n) => ban(n)),
    );
    const { agent } = await lab.start();
    const everybody = parseAddress('10.0.0.0/8');
    assert.ok(everybody !== undefined);
    assert.equal((await agent.unban(everybody)).length, BANS);
    await lab.settle();
    assert.equal(lab.disk.bans.size, 0);
    assert.deepEqual(lab.enforced, []);
    await lab.stop();
    assert.equal(lab.told('unban'), BANS);
  } finally {
    await lab.dispose();
  }
});
