/** f2bctl ban --file bans all whom a file names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aWorld, run } from './run.js';

test('a time behind a file of addresses is how long these are banned', async () => {
  const world = aWorld();
  world.files.set('/root/list', '192.0.2.7\n');
  for (const time of [['8min'], ['for', '8min']]) {
    const { output, errors } = await run(world, ['ban', '--file', '/root/list', ...time]);
    assert.equal(output, '192.0.2.7 is banned by manual until 2026-05-01 12:08:00 UTC (in 6min).\n', errors);
  }
});
