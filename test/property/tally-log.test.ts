/** However many commits there were, and wherever the log of them was made shorter, it holds what the plain reading does. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Effect } from '../../src/core/effect.js';
import { openDatabase } from '../../src/store/database.js';
import { openStore } from '../../src/store/sqlite.js';
import { fakeStore, snapshotOf } from '../fakes/store.js';
import { aFailure, anAddress, NOON } from '../fakes/values.js';
import '../support/seed.js';

const addresses = ['192.0.2.1', '192.0.2.2', '198.51.100.0/24', '2001:db8::/64'].map(anAddress);
const place = fc.record({
  jail: fc.constantFrom('ssh.service', 'nginx.service', 'odd\u2028jail'),
  address: fc.constantFrom(...addresses),
});

/** What a commit does, at about `n`. */
const commitAt = (n: number): fc.Arbitrary<readonly Effect[]> => {
  const failure = fc.tuple(place, fc.nat(5), fc.nat(9)).map(([where, late, number]): Effect => {
    const at = NOON + n - late;
    return { kind: 'failure', counted: 1, failure: aFailure({ ...where, at, cursor: `${at}-${number}` }) };
  });
  const clear = place.map((where): Effect => ({ kind: 'clear-failures', ...where }));
  const expire = fc
    .tuple(place, fc.nat(60))
    .map(([{ jail }, ago]): Effect => ({ kind: 'expire-failures', jail, before: NOON + n - ago }));
  const some = fc.oneof(
    { weight: 8, arbitrary: failure },
    { weight: 1, arbitrary: clear },
    { arbitrary: expire, weight: 1 },
  );
  return fc.array(some, { maxLength: 6 });
};

async function rowsIn(directory: string): Promise<number> {
  const database = await openDatabase(join(directory, 'state.sqlite'), 'read');
  const [row] = await database.rows('SELECT count(*) AS count FROM tally_log');
  await database.close();
  return Number(row?.['count']);
}

test('hundreds of commits leave what the plain reading leaves, in few rows, wherever a crash comes', async () => {
  const commits = fc.tuple(...Array.from({ length: 220 }, (_, n) => commitAt(n)));
  const property = fc.asyncProperty(commits, fc.array(fc.nat(219), { maxLength: 6 }), async (all, crashes) => {
    const top = mkdtempSync(join(tmpdir(), 'f2b-tally-log-'));
    const open = (name: string) =>
      openStore({ directory: join(top, name), report: (error) => assert.fail(error.message) });
    try {
      const real = await open('state');
      const plain = fakeStore();
      for (const [n, effects] of all.entries()) {
        const position = { cursor: `s=${n}`, receivedAt: NOON + n };
        await plain.commit(position, effects);
        await real.commit(position, effects);
        if (!crashes.includes(n)) continue;
        cpSync(join(top, 'state'), join(top, `crash-${n}`), { recursive: true });
        const found = await open(`crash-${n}`);
        assert.deepEqual(await snapshotOf(found), await snapshotOf(plain), `a crash after commit ${n}`);
        await found.close();
      }
      await real.close();
      const again = await open('state');
      assert.deepEqual(await snapshotOf(again), await snapshotOf(plain));
      await again.close();
      const rows = await rowsIn(join(top, 'state'));
      assert.ok(rows < 150, `${rows} rows`);
    } finally {
      rmSync(top, { recursive: true });
    }
  });
  await fc.assert(property, { numRuns: 4 });
});
