/** An import of an export is the state again; anything else is refused with every reason, and changes nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Effect } from '../../../../src/core/effect.js';
import { FOREVER } from '../../../../src/core/time.js';
import { F2bError } from '../../../../src/errors.js';
import { checkState, vacuumState } from '../../../../src/store/maintenance/care.js';
import { exportState } from '../../../../src/store/maintenance/export-state.js';
import { importState } from '../../../../src/store/maintenance/import-state.js';
import { openStore } from '../../../../src/store/sqlite.js';
import { aBan, aFailure, anAddress, anOffender, NOON } from '../../../fakes/values.js';

function aDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-import-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

const open = (directory: string) => openStore({ directory, report: (error) => assert.fail(error.message) });

async function exported(directory: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const record of exportState(directory)) lines.push(JSON.stringify(record));
  return lines;
}

const effects: readonly Effect[] = [
  { kind: 'failure', counted: 1, failure: aFailure({ user: 'root' }) },
  { kind: 'offender', offender: anOffender({ bantime: FOREVER, totalBantime: FOREVER }) },
  { kind: 'ban', ban: aBan({ until: FOREVER, reason: 'ours', origin: 'manual' }) },
  {
    kind: 'ban',
    ban: aBan({
      ...{ address: anAddress('192.0.2.0/24'), disposition: 'ports', ports: ['22/tcp'] },
      members: [aBan({ address: anAddress('192.0.2.7') }), aBan({ address: anAddress('192.0.2.8'), until: FOREVER })],
    }),
  },
];

const position = {
  ...{ cursor: 's=1;i=9', receivedAt: NOON },
  others: { 'LogNamespace=web': { cursor: 's=2;i=3', receivedAt: NOON } },
};

/** A directory with a state of every kind of thing, closed. */
async function aState(t: TestContext): Promise<string> {
  const directory = aDirectory(t);
  const store = await open(directory);
  await store.commit(position, effects);
  await store.saveAllowances([
    { address: anAddress('2001:db8::/48'), since: NOON, until: FOREVER },
    { address: anAddress('198.51.100.1'), since: NOON, until: NOON + 9, reason: 'guest' },
  ]);
  await store.close();
  return directory;
}

test('what was exported is imported as it was, in the place of what was there', async (t) => {
  const [from, to] = [await aState(t), aDirectory(t)];
  const store = await open(to);
  await store.commit({ cursor: 's=2', receivedAt: 1 }, [{ kind: 'ban', ban: aBan({ jail: 'gone' }) }]);
  await store.close();
  const lines = await exported(from);
  assert.deepEqual(await importState(to, '-', [...lines, '']), { failures: 1, offenders: 1, bans: 2, allowances: 2 });
  assert.deepEqual(await exported(to), lines);
});

test('all problems are told with their lines, and nothing is changed', async (t) => {
  const directory = await aState(t);
  const before = await exported(directory);
  const [cursor = '', failure = '', offender = '', ban = ''] = before;
  const lines = [
    ...[cursor, failure, 'nonsense', '[]', '{"type":"jail"}'],
    failure.replace('192.0.2.1', '192.0.2.300'),
    failure.replace('"count":1', '"count":-1'),
    offender.replace('"bantime"', '"bantimes"'),
    ban.replace('"disposition":"ports"', '"disposition":"explode"'),
    ban.replace('192.0.2.7', '192.0.2.777'),
    failure,
  ];
  await assert.rejects(importState(directory, 'old.json', lines), (error) => {
    assert.ok(error instanceof F2bError && error.code === 'IMPORT_INVALID');
    assert.deepEqual(error.message.split('\n').slice(1), [
      'old.json:3: is not a JSON object',
      'old.json:4: is not a JSON object',
      'old.json:5: "type" must be one of cursor, failure, offender, ban, allowance',
      'old.json:6: "address" must be an IP address or prefix in its shortest form',
      'old.json:7: "count" must be a whole number, not negative',
      'old.json:8: "bantimes" is no key of the type offender',
      'old.json:9: "disposition" must be one of drop, reject, ports',
      'old.json:10: is not a valid ban',
      'old.json:11: is about the same as line 2',
    ]);
    return true;
  });
  assert.deepEqual(await exported(directory), before);
});

test('an empty file does not empty the state, and another kind of file is not told line by line', async (t) => {
  const directory = await aState(t);
  await assert.rejects(importState(directory, '-', ['', ' ']), /-: there is nothing to import/);
  const error = await importState(
    directory,
    '-',
    Array.from({ length: 500 }, () => 'x'),
  ).catch((cause: unknown) => cause);
  assert.ok(error instanceof F2bError);
  assert.equal(error.message.split('\n').length, 22);
  assert.match(error.message, /… and 480 more$/);
  assert.equal((await exported(directory)).length, 7);
});

test('while the agent runs the state is looked at, but neither imported nor vacuumed', async (t) => {
  const directory = await aState(t);
  const store = await open(directory);
  for (const work of [() => importState(directory, '-', []), () => vacuumState(directory)]) {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof F2bError && error.code === 'STORE_BUSY');
      assert.match(error.hint, /systemctl stop f2bd/);
      return true;
    });
  }
  const { size, path, ...report } = await checkState(directory);
  assert.ok(size > 0);
  assert.equal(path, join(directory, 'state.sqlite'));
  assert.deepEqual(report, {
    schema: 3,
    position,
    counts: { failures: 1, offenders: 1, bans: 2, allowances: 2 },
    damage: [],
  });
  await store.close();
});

test('a vacuum gives space back and changes nothing else', async (t) => {
  const directory = aDirectory(t);
  const bans = Array.from({ length: 5_000 }, (_, n) => aBan({ address: anAddress(`10.0.${n >> 8}.${n & 255}`) }));
  const store = await open(directory);
  await store.commit(
    undefined,
    bans.map((ban) => ({ kind: 'ban', ban })),
  );
  await store.commit(
    undefined,
    bans.slice(1).map((ban) => ({ kind: 'unban', ban, cause: 'expired' })),
  );
  await store.close();
  const lines = await exported(directory);
  const { before, after } = await vacuumState(directory);
  assert.ok(after < before / 4, `${before} → ${after}`);
  assert.deepEqual(await exported(directory), lines);
});

test('without a state a vacuum makes none, and a check says so', async (t) => {
  const directory = aDirectory(t);
  await assert.rejects(vacuumState(directory), { code: 'STORE_UNREADABLE' });
  await assert.rejects(checkState(directory), { code: 'STORE_UNREADABLE' });
  assert.deepEqual(readdirSync(directory), []);
});
