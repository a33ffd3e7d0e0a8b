/** What f2b-fleetd stores it has again, whatever happened to the process or the file. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import type { F2bError } from '../../../src/errors.js';
import type { Change } from '../../../src/fleet/deciding/change.js';
import type { OwnMessage } from '../../../src/fleet/fleet-store.js';
import { openDatabase } from '../../../src/store/database.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { anAddress, NOON } from '../../fakes/values.js';
import { memoryAfter } from '../../support/fleet-memory.js';

const address = anAddress('203.0.113.1');
const claim = {
  host: 'web1',
  jail: 'ssh.service',
  address,
  since: NOON,
  until: FOREVER,
  sequence: 7,
  heardAt: NOON + 1,
  saidAt: NOON + 2,
};
const reporter = { host: 'web1', minute: 5, published: 3, refused: 2, lastRefusal: 'rate' as const };
const member = {
  ...{ host: 'web1', version: '1', addresses: [anAddress('192.0.2.1')], seenAt: NOON, sequence: 7, applied: 1 },
  ...{ behind: 3, interval: 7 * 60_000_000 },
};
const allowance = {
  ...{ address, until: FOREVER, saidUntil: FOREVER, by: 'admin', sequence: 8, toldAt: NOON },
};

const all: readonly Change[] = [
  { kind: 'claim', claim },
  { kind: 'claim', claim: { ...claim, host: 'web2', until: NOON + 5 } },
  { kind: 'drop-claim', claim: { ...claim, host: 'web2' } },
  { kind: 'claim', claim: { ...claim, jail: 'nginx.service', until: NOON + 9 } },
  { kind: 'reporter', reporter },
  { kind: 'member', member },
  { kind: 'member', member: { ...member, host: 'web3' } },
  { kind: 'drop-member', host: 'web3' },
  { kind: 'order', order: { address, until: FOREVER, reason: 'scans us', sequence: 3, saidAt: NOON } },
  { kind: 'order', order: { address: anAddress('::1'), until: NOON, sequence: 4, saidAt: NOON } },
  { kind: 'drop-order', address: anAddress('::1') },
  { kind: 'allowance', allowance },
  {
    kind: 'allowance',
    allowance: { ...allowance, address: anAddress('::/16'), until: 5, saidUntil: 5, reason: 'office' },
  },
  { kind: 'allowance', allowance: { ...allowance, address: anAddress('::3') } },
  { kind: 'drop-allowance', address: anAddress('::3') },
  { kind: 'lifted', lifted: { address, sequence: 3, before: NOON } },
  { kind: 'release', release: { address, before: NOON } },
  { kind: 'release', release: { address: anAddress('::2'), before: NOON } },
  { kind: 'drop-release', address: anAddress('::2') },
  { kind: 'paused', isPaused: true },
];

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), `f2b-fleet-state-${process.pid}-`));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

const unexpected = (error: F2bError) => assert.fail(error.message);

test('all that was decided is there again, with the place in the stream and the position in the journal', async (t) => {
  const directory = folder(t);
  const first = await openFleetState({ directory, report: unexpected });
  assert.deepEqual([(await first.load()).place, (await first.load()).position], [undefined, undefined]);
  await first.decided(all, { stream: 's', sequence: 7 });
  await first.told([], { cursor: 'c', receivedAt: NOON });
  await first.close();
  const second = await openFleetState({ directory, report: unexpected });
  const { memory, ...places } = await second.load();
  const byJail = (one: { readonly jail: string }, other: { readonly jail: string }) => (one.jail < other.jail ? -1 : 1);
  const expected = memoryAfter(all);
  assert.deepEqual(
    { ...memory, claims: [...memory.claims].sort(byJail) },
    { ...expected, claims: [...expected.claims].sort(byJail) },
  );
  assert.deepEqual(places, { place: { stream: 's', sequence: 7 }, position: { cursor: 'c', receivedAt: NOON } });
  await second.close();
});

test('of each subject the latest word waits until it is published, and again when it is to be', async (t) => {
  const store = await openFleetState({ directory: folder(t), report: unexpected });
  const at = { cursor: 'c', receivedAt: NOON };
  const ban: OwnMessage = { subject: 'a', kind: 'ban', since: NOON, until: NOON + 100, id: 'c1' };
  await store.told([ban, { ...ban, subject: 'b', until: FOREVER, id: 'c2' }], at);
  const before = await store.waiting(10);
  assert.deepEqual(
    before.map(({ subject, round }) => `${subject} ${round}`),
    ['a 0', 'b 0'],
  );
  // While these are on their way, the agent tells something else of one of them.
  await store.told([{ ...ban, kind: 'unban', id: 'c3' }], at);
  await store.published(before, NOON);
  const rest = await store.waiting(10);
  assert.deepEqual([rest.map(({ kind, id }) => `${kind} ${id}`), await store.countWaiting()], [['unban c3'], 1]);
  await store.published(rest, NOON + 1);
  assert.equal(await store.countWaiting(), 0);
  await store.publishAgain(NOON + 1);
  assert.deepEqual(
    (await store.waiting(10)).map(({ subject, round }) => `${subject} ${round}`),
    ['b 1'],
  );
  await store.publishAgain();
  assert.equal(await store.countWaiting(), 2);
  await store.forget(NOON + 100);
  assert.deepEqual(
    (await store.waiting(10)).map(({ subject }) => subject),
    ['b'],
  );
  await store.decided([{ kind: 'withdrawn-here', before: NOON }], { stream: 's', sequence: 1 });
  assert.equal(await store.countWaiting(), 0);
  await store.close();
});

test('what was told is taken back: whatever was a ban waits as its end, as another message than before', async (t) => {
  const store = await openFleetState({ directory: folder(t), report: unexpected });
  const ban: OwnMessage = { subject: 'a', kind: 'ban', since: NOON, until: NOON + 100, id: 'c1' };
  const messages = [
    ban,
    { ...ban, subject: 'b', id: 'c2' },
    { ...ban, subject: 'c', kind: 'unban' as const, id: 'c3' },
  ];
  await store.told(messages, { cursor: 'c', receivedAt: NOON });
  await store.published(
    (await store.waiting(10)).filter(({ subject }) => subject !== 'a'),
    NOON,
  );
  await store.takeBack();
  assert.deepEqual((await store.waiting(10)).map(({ subject, kind, round }) => `${subject} ${kind} ${round}`).sort(), [
    'a unban 1',
    'b unban 1',
  ]);
  await store.close();
});

test('a file of a version that did not store when claims were heard of is read on', async (t) => {
  const directory = folder(t);
  await (await openFleetState({ directory, report: unexpected })).close();
  const path = join(directory, 'fleet.sqlite');
  const database = await openDatabase(path, 'create');
  await database.exec(
    ['claim DROP COLUMN heard_at', 'claim DROP COLUMN said_at', 'claim DROP COLUMN reason', 'own DROP COLUMN reason']
      .map((change) => `ALTER TABLE ${change};`)
      .join(' '),
  );
  await database.run(
    'INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?)',
    'web1',
    'ssh.service',
    '203.0.113.1',
    NOON,
    null,
    7,
  );
  await database.close();
  const store = await openFleetState({ directory, report: unexpected });
  assert.deepEqual([...(await store.load()).memory.claims], [{ ...claim, heardAt: 0, saidAt: 0 }]);
  await store.decided([{ kind: 'claim', claim }], { stream: 's', sequence: 7 });
  await store.close();
});

test('a file that is damaged is set aside and told of, and a second program is kept out', async (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'fleet.sqlite'), 'this is no database, and long enough to be looked at'.repeat(100));
  const told: string[] = [];
  const store = await openFleetState({ directory, report: ({ code }) => told.push(code) });
  assert.deepEqual([told, existsSync(join(directory, 'fleet.sqlite.damaged'))], [['STORE_DAMAGED'], true]);
  await assert.rejects(openFleetState({ directory, report: unexpected }), { code: 'STORE_BUSY' });
  await store.decided(all, { stream: 's', sequence: 7 });
  await store.close();
});

test('after something that could not be stored nothing is stored that rests on it', async (t) => {
  const directory = folder(t);
  const store = await openFleetState({ directory, report: unexpected });
  // No column takes half a µs.
  const first = store.decided([{ kind: 'claim', claim: { ...claim, since: NOON + 0.5 } }], {
    stream: 's',
    sequence: 7,
  });
  const second = store.decided([{ kind: 'reporter', reporter }], { stream: 's', sequence: 8 });
  for (const refused of [first, second]) await assert.rejects(refused, { name: 'F2bError' });
  await store.close();
  const again = await openFleetState({ directory, report: unexpected });
  assert.equal((await again.load()).place, undefined);
  await again.close();
});
