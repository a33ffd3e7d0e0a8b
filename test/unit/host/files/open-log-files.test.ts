/** The logs that a unit's processes write to are found, and nothing else that they have open. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLogFiles } from '../../../../src/host/files/open-log-files.js';

test('a process of a unit has logs open, of which those that it writes to are told', async () => {
  const root = mkdtempSync(join(tmpdir(), 'f2b-open-logs-'));
  for (const name of ['written.log', 'read.log', 'data.db']) writeFileSync(join(root, name), '');
  const script = 'exec 4>>$0/written.log 5<$0/read.log 6>$0/data.db; echo ready; read line';
  const process = spawn('/bin/sh', ['-c', script, root], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(process.stdout, 'data');
    const group = join(root, 'sys/fs/cgroup/system.slice/web.service');
    mkdirSync(join(group, 'worker'), { recursive: true });
    writeFileSync(join(group, 'cgroup.procs'), '2147483646\n');
    writeFileSync(join(group, 'worker/cgroup.procs'), `${process.pid}\n`);
    symlinkSync('/proc', join(root, 'proc'));
    const found = openLogFiles(['/system.slice/web.service', '/system.slice/none.service'], root);
    assert.deepEqual(
      found.map(({ path }) => path),
      [join(root, 'written.log')],
    );
    assert.ok((found[0]?.writtenAt ?? 0) > 1.6e15);
  } finally {
    process.kill();
    rmSync(root, { recursive: true });
  }
});
