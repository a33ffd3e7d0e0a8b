/** A kill -9 in the middle of commits leaves the last whole one, never less than what was reported durable. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { openStore } from '../../../src/store/sqlite.js';
import { snapshotOf } from '../../fakes/store.js';

const ROUNDS = 5;

/** Lets the child commit for a while, kills it, and returns the last number it reported as durable. */
async function killWhileCommitting(directory: string): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'committing-child.js'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child.stdout, 'data');
  await setTimeout(Math.random() * 60);
  child.kill('SIGKILL');
  await once(child, 'close');
  const whole = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return Number(whole.at(-1));
}

test('after kill -9 at random moments the store holds exactly one whole commit', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-crash-'));
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const durable = await killWhileCommitting(directory);
      const store = await openStore({ directory, report: (error) => assert.fail(error.message) });
      const { position, failures, bans, offenders } = await snapshotOf(store);
      await store.close();
      const n = position?.receivedAt ?? 0;
      assert.ok(n >= durable, `commit ${durable} was reported durable, ${n} is stored`);
      assert.deepEqual(
        [
          bans.map(({ count }) => count),
          [...offenders].map(({ count }) => count),
          failures.map(({ cursor }) => cursor),
        ],
        [[n], [n], [`s=${n}`]],
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
