import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressFromWords } from '../../../../src/core/address/address.js';
import type { Effect } from '../../../../src/core/effect.js';
import { openDatabase } from '../../../../src/store/database.js';
import { exportState } from '../../../../src/store/maintenance/export-state.js';
import { openStore } from '../../../../src/store/sqlite.js';
import { migrations } from '../../../../src/store/tables/migrations.js';
import { fakeStore, snapshotOf } from '../../../fakes/store.js';
import { aFailure, NOON } from '../../../fakes/values.js';
import { exported } from '../../../support/core.js';

const MANY = 25_000;

function failuresOf(jail: string, count: number): readonly Effect[] {
  return Array.from({ length: count }, (_, n) => {
    const address = addressFromWords(0, 0, 0xffff, Math.imul(n, 0x9e3779b1), 128);
    return { kind: 'failure', counted: 1, failure: aFailure({ jail, address, at: NOON + n, cursor: `c${n}` }) };
  });
}

/** What expires, and of which jail how many failures of many are after that. */
const cases: readonly (readonly [what: string, expiries: readonly (readonly [jail: string, count: number])[]])[] = [
  ['most of one jail', [['ssh.service', 20_000]]],
  ['all of one jail', [['ssh.service', MANY]]],
  [
    'all there are',
    [
      ['ssh.service', MANY],
      ['nginx', 300],
      ['recidive', 5],
    ],
  ],
  [
    'most of one jail and some of another',
    [
      ['ssh.service', 24_000],
      ['nginx', 100],
    ],
  ],
  ['less than is left', [['ssh.service', 11_000]]],
];

for (const [what, expiries] of cases) {
  test(`of tens of thousands of failures those that have not expired are left: ${what}`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'f2b-store-expire-'));
    try {
      const store = await openStore({ directory, report: (error) => assert.fail(error.message) });
      const plain = fakeStore();
      const commits: readonly (readonly Effect[])[] = [
        [...failuresOf('nginx', 300), ...failuresOf('ssh.service', MANY), ...failuresOf('recidive', 5)],
        expiries.map(([jail, count]) => ({ kind: 'expire-failures', jail, before: NOON + count - 1 })),
        failuresOf('ssh.service', 1),
      ];
      for (const one of [store, plain]) for (const effects of commits) await one.commit(undefined, effects);
      assert.deepEqual(exported(await snapshotOf(store)), exported(await snapshotOf(plain)));
      await store.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-tally-'));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const open = (directory: string, reports: string[] = []) =>
  openStore({ directory, report: (error) => void reports.push(error.message) });

async function change(directory: string, sql: string): Promise<void> {
  const database = await openDatabase(join(directory, 'state.sqlite'), 'create');
  await database.exec(sql);
  await database.close();
}

test('failures that the first schema kept as rows are exported as they are, and taken over', () =>
  inDirectory(async (directory) => {
    const [firstSchema = ''] = migrations;
    await change(
      directory,
      `${firstSchema}
      WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 200)
      INSERT INTO failure SELECT 'ssh.service', '192.0.2.' || value, 's=' || value, ${NOON} + value, 2,
        '["a","s=' || value || '"]', CASE WHEN value = 7 THEN 'o''"root' END FROM n;
      PRAGMA user_version = 1`,
    );
    const before = [];
    for await (const record of exportState(directory)) before.push(record);
    assert.equal(before.length, 200);
    await (await open(directory)).close();
    const after = [];
    for await (const record of exportState(directory)) after.push(record);
    assert.deepEqual(after, before);
  }));

test('a row of the log that is damaged costs its own failures and is reported, and no upkeep touches it', () =>
  inDirectory(async (directory) => {
    const store = await open(directory);
    for (const n of [1, 2, 3]) {
      const failure = aFailure({ cursor: `c${n}`, at: NOON + n });
      await store.commit(undefined, [{ kind: 'failure', counted: 1, failure }]);
    }
    await store.close();
    await change(directory, 'UPDATE tally_log SET failures = substr(failures, 1, 40) WHERE id = 2');
    const reports: string[] = [];
    const again = await open(directory, reports);
    const left = async () => (await snapshotOf(again)).failures.map(({ cursor }) => cursor);
    assert.deepEqual(await left(), ['c1', 'c3']);
    assert.match(reports.join(), /1 rows were passed over/);
    for (let n = 10; n < 100; n += 1) {
      const failure = aFailure({ cursor: `c${n}`, at: NOON + n });
      await again.commit(undefined, [
        { kind: 'expire-failures', jail: failure.jail, before: NOON + n - 5 },
        { kind: 'failure', counted: 1, failure },
      ]);
    }
    assert.deepEqual(await left(), ['c95', 'c96', 'c97', 'c98', 'c99']);
    await again.close();
  }));
