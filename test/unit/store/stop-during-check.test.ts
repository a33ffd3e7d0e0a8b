/** A start that is to end does not wait until all of a large state has been looked at. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../../src/store/database.js';
import { openState } from '../../../src/store/open-state.js';
import { openStore } from '../../../src/store/sqlite.js';
import { STATE_FILE } from '../../../src/store/state-file.js';

/** Some 40 MB, which take a check many turns of the event loop. */
const FILLER = `CREATE TABLE filler AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT randomblob(4000) FROM n`;

async function withLargeState(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-check-'));
  try {
    const state = await openState(directory, () => {});
    await state.digest();
    await state.close();
    const database = await openDatabase(join(directory, STATE_FILE), 'create');
    await database.exec(FILLER);
    await database.close();
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const reason = new Error('it is being stopped');
const remember = () => () => {};

for (const [when, ending] of [
  ['before', () => AbortSignal.abort(reason)],
  [
    'while',
    () => {
      const asked = new AbortController();
      setImmediate(() => asked.abort(reason));
      return asked.signal;
    },
  ],
] as const) {
  test(`a stop that is asked for ${when} the state is looked at breaks that off, and the next start has it`, () =>
    withLargeState(async (directory) => {
      const state = await openState(directory, () => {});
      await assert.rejects(state.load(remember, ending()), reason);
      assert.equal(state.id, undefined, 'it is known to be sound');
      await state.close();
      const next = await openState(directory, ({ message }) => assert.fail(message));
      await next.load(remember);
      assert.notEqual(next.id, undefined);
      await next.close();
    }));
}

test('a state that is closed while it is looked at is closed without waiting for that', () =>
  withLargeState(async (directory) => {
    const state = await openState(directory, ({ message }) => assert.fail(message));
    await state.close();
    assert.equal(state.id, undefined, 'it is known to be sound');
  }));

test('what is stored last of a start that was broken off is nothing, and fails at nothing', () =>
  withLargeState(async (directory) => {
    const store = await openStore({ directory, report: ({ message }) => assert.fail(message) });
    await assert.rejects(store.load(remember, AbortSignal.abort(reason)), reason);
    await store.commit(undefined, []);
    await store.close();
  }));
