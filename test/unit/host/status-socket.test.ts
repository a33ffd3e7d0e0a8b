/** The socket of those who may read how a daemon does. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askJson } from '../../../src/host/json-socket.js';
import { STATUS_SOCKET, serveStatus } from '../../../src/host/status-socket.js';

test('who reaches the status socket is told the status, and has nothing else done', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-status-'));
  const asked: string[] = [];
  const server = serveStatus(directory, async ({ word }) => {
    asked.push(word);
    return { held: 3 };
  });
  try {
    const path = join(directory, STATUS_SOCKET);
    assert.equal(statSync(path).mode & 0o777, 0o660);
    const ask = askJson({ path, absent: 'FLEET_NOT_RUNNING', timeout: 5_000 });
    assert.deepEqual(await ask('status', new URLSearchParams()), { held: 3 });
    for (const word of ['withdraw', 'pause', 'control', '', 'STATUS']) {
      await assert.rejects(ask(word, new URLSearchParams({ host: 'web1' })), { code: 'USAGE' });
    }
    assert.deepEqual(asked, ['status']);
  } finally {
    server.close();
    rmSync(directory, { recursive: true });
  }
});
