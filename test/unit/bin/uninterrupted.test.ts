import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const program = new URL('../../../src/bin/process/uninterrupted.js', import.meta.url);

/** Runs it as a program of its own, which is sent signals amid the work. */
function run(signals: readonly string[]) {
  const code = `
    import { uninterrupted } from ${JSON.stringify(program)};
    const signals = ${JSON.stringify(signals)};
    const done = await uninterrupted(async () => {
      for (const signal of signals) process.kill(process.pid, signal);
      await new Promise((resolve) => setTimeout(resolve, 100));
      process.stdout.write('done ');
      return 'well';
    });
    process.stdout.write(done);`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
}

test('work that a signal comes amid is done to its end, and then the signal ends the program', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    const { stdout, signal: endedBy } = run([signal, signal]);
    assert.match(stdout, /^done /, signal);
    assert.equal(endedBy, signal);
  }
});

test('without a signal the program goes on with what the work resolved to', () => {
  const { stdout, status } = run([]);
  assert.deepEqual([stdout, status], ['done well', 0]);
});
