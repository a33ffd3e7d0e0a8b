import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressFromWords } from '../../../src/core/address/address.js';
import type { Effect } from '../../../src/core/effect.js';
import { openStore } from '../../../src/store/sqlite.js';
import { fakeStore, snapshotOf } from '../../fakes/store.js';
import { aFailure, NOON } from '../../fakes/values.js';
import { exported } from '../../support/core.js';

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
