/**
 * A program for the test of access: becomes an ordinary user and looks into journal folders with that user's rights.
 * Node.js refuses that to a process that may use io_uring (CVE-2024-22017): start it with UV_USE_IO_URING=0.
 */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAccess } from '../../../src/journal/access.js';

const NOBODY = 65534;

/** Runs `look` with the rights of an ordinary user. */
function asNobody(look: () => void): void {
  process.seteuid?.(NOBODY);
  try {
    look();
  } finally {
    process.seteuid?.(0);
  }
}

const directory = process.argv[2] ?? '';
chmodSync(directory, 0o755);
const look = () => checkAccess(directory);
asNobody(() => assert.doesNotThrow(look));

const machine = join(directory, 'e'.repeat(32));
mkdirSync(machine);
writeFileSync(join(machine, 'system.journal'), '', { mode: 0o600 });
asNobody(() => assert.throws(look, { code: 'JOURNAL_NO_ACCESS', exitStatus: 77, hint: /systemd-journal/ }));
assert.doesNotThrow(look);

writeFileSync(join(machine, 'user-65534.journal'), '', { mode: 0o644 });
asNobody(() => assert.doesNotThrow(look));
