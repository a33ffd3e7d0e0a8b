/** How often an outbox waits for its disk: the agent, whose bans wait for the same disk, is not to wait for what is told. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const missing =
  spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0
    ? false
    : 'needs strace (test/setup system), and leave to trace';
const COUNT = 100;
/** For opening, closing and moving the log into the file. */
const OTHERS = 20;

test('what is taken from the journal is synced before it counts as taken, and what is delivered is not', {
  skip: missing,
}, () => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-outbox-syncs-'));
  try {
    const [sink, trace] = [join(directory, 'sink'), join(directory, 'trace')];
    const child = join(import.meta.dirname, '../unit/outbox/delivering-child.js');
    const tracing = ['-f', '-qq', '-e', 'trace=fsync,fdatasync', '-o', trace];
    const { status, stderr } = spawnSync(
      'strace',
      [...tracing, process.execPath, child, directory, sink, String(COUNT)],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    assert.equal(readFileSync(sink, 'utf8').trim().split('\n').length, COUNT);
    const syncs = readFileSync(trace, 'utf8').match(/f(?:data)?sync\(/g)?.length ?? 0;
    assert.ok(syncs >= COUNT && syncs <= COUNT + OTHERS, `${syncs} syncs for ${COUNT} that were taken`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
