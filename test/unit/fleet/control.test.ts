/** What f2bctl asks of f2b-fleetd and what it answers, as it crosses the socket. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { answerFleet, fleetClient } from '../../../src/fleet/control.js';
import type { FleetOrder } from '../../../src/ports/fleet-control.js';
import { aFleetBan, FakeFleet } from '../../fakes/fleet.js';
import { anAddress, NOON } from '../../fakes/values.js';

const address = anAddress('203.0.113.0/24');

function lab() {
  const fleet = new FakeFleet();
  const client = fleetClient(async (word, parameters) =>
    JSON.parse(JSON.stringify((await answerFleet(fleet, { word, parameters })) ?? {})),
  );
  return { fleet, client };
}

test('what f2b-fleetd says of itself and of bans arrives as it was said', async () => {
  const { fleet, client } = lab();
  fleet.current = {
    ...fleet.current,
    ...{ lagMessages: 3, lagTime: 5, refusals: { rate: 2 }, problem: 'x', waiting: 4 },
    members: [
      {
        host: 'web2',
        version: '1',
        addresses: ['192.0.2.2'],
        seenAt: NOON,
        isSilent: true,
        sequence: 10,
        behind: 3,
        applied: 7,
      },
    ],
    reporters: [{ host: 'web3', claims: 5, refused: 9, lastRefusal: 'x' }],
    allowances: [
      { address: '192.0.2.0/24', until: FOREVER, by: 'admin', reason: 'the office' },
      { address: '::1', until: NOON, by: 'admin', reason: '' },
    ],
  };
  assert.deepEqual(await client.status(), fleet.current);
  fleet.known = [aFleetBan, { ...aFleetBan, address: '203.0.113.2', until: FOREVER }];
  assert.deepEqual(await client.bans(), fleet.known);
});

test('each word of an administrator arrives as it was given', async () => {
  const { fleet, client } = lab();
  const orders: readonly FleetOrder[] = [
    { kind: 'ban', address, time: 5, reason: 'scans us' },
    { kind: 'ban', address, time: FOREVER },
    { kind: 'unban', address },
    { kind: 'allow', address, time: 7, reason: 'the office' },
    { kind: 'allow', address, time: FOREVER },
    { kind: 'disallow', address },
  ];
  for (const order of orders) await client.order(order);
  assert.deepEqual(fleet.asked, [
    'ban 203.0.113.0/24 5 scans us',
    `ban 203.0.113.0/24 ${FOREVER}`,
    'unban 203.0.113.0/24',
    'allow 203.0.113.0/24 7 the office',
    `allow 203.0.113.0/24 ${FOREVER}`,
    'disallow 203.0.113.0/24',
  ]);
});

test('a question without an address or a time is refused', async () => {
  const { fleet } = lab();
  for (const [word, query] of [
    ['allow', 'address=::1'],
    ['allow', 'time=5'],
    ['allow', 'address=::1&time=-1'],
    ['ban', 'address=x&time=5'],
    ['disallow', ''],
    ['nothing', ''],
  ] as const)
    await assert.rejects(answerFleet(fleet, { word, parameters: new URLSearchParams(query) }), { code: 'USAGE' }, word);
  assert.deepEqual(fleet.asked, []);
});
