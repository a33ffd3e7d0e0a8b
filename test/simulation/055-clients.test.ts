/** Which addresses are one client, and what of its prefix is banned. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { AgentLab } from './agent-lab.js';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(async () => {
  await lab.dispose();
});

test('a client that comes through NAT64 is banned alone', async () => {
  await lab.start();
  await lab.fail('64:ff9b::c633:6407', 5);
  assert.deepEqual(lab.enforced, ['64:ff9b::c633:6407']);
});

test('a client of the same link is banned alone, whatever interface it comes through', async () => {
  lab.ownAddresses = () => [parseAddress('fe80::1') ?? assert.fail()];
  await lab.start();
  for (const zone of ['eth0', 'br-lan.7']) {
    await lab.fail(`fe80::5%${zone}`, 4);
    await lab.fail(`fe80::1%${zone}`, 5);
  }
  assert.deepEqual(lab.enforced, ['fe80::5']);
});

test('a client that is in the machine’s own /64 is banned alone', async () => {
  lab.ownAddresses = () => [parseAddress('fd99::1') ?? assert.fail()];
  await lab.start();
  await lab.fail('fd99::100', 5);
  assert.deepEqual(lab.enforced, ['fd99::100']);
});

test('changing the address before each limit does not help who is in the machine’s own /64', async () => {
  lab.ownAddresses = () => [parseAddress('fd99::1') ?? assert.fail()];
  await lab.start();
  for (let host = 0x100; host <= 0x127; host += 1) await lab.fail(`fd99::${host.toString(16)}`, 4);
  assert.deepEqual(lab.enforced, ['fd99::100/120']);
  assert.equal(lab.told('failure'), 17);
});
