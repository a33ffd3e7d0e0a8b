/** A kill -9 loses nothing of what was taken, and nothing is delivered out of order. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

const COUNT = 150;
const KILLS = Number(process.env['F2B_KILLS'] ?? 5);

/** Runs the child, and kills it after `timeout` ms if it is not done by then; true when it was done. */
async function deliver(directory: string, sink: string, timeout: number | undefined): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'delivering-child.js'), directory, sink, String(COUNT)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  if (timeout !== undefined) {
    await setTimeout(timeout);
    child.kill('SIGKILL');
  }
  const [status] = await closed;
  return status === 0;
}

test('after kill -9 at random moments each delivery was made, and a repeated one has the same id and body', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-outbox-crash-'));
  const sink = join(directory, 'sink');
  try {
    for (let kill = 0; kill < KILLS; kill += 1) await deliver(directory, sink, Math.random() * 100);
    assert.ok(await deliver(directory, sink, undefined));
    const lines = readFileSync(sink, 'utf8').trimEnd().split('\n');
    const firsts = [...new Set(lines)];
    assert.deepEqual(
      firsts,
      Array.from({ length: COUNT }, (_, n) => `${n + 1} line ${n + 1}`),
    );
    // A group at most comes again after each kill.
    assert.ok(lines.length - firsts.length <= 3 * KILLS);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
