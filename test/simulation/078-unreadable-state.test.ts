/** The agent finds a state that it cannot open: whom the firewall holds stays shut out, and the file is left as it is. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openResilientStore } from '../../src/store/sqlite.js';
import { AgentLab, MINUTE } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const NEXT = '203.0.113.6';

let lab: AgentLab;
let folder: string;

beforeEach(() => {
  lab = new AgentLab();
  folder = mkdtempSync(join(tmpdir(), 'f2b-unreadable-'));
});
afterEach(async () => {
  await lab.dispose();
  rmSync(folder, { recursive: true });
});

/** Lets time pass until it is so: SQLite takes real time. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let n = 0; !(await isSo()); n += 1) {
    if (n > 600) assert.fail(`it never came to that: ${await codes()}`);
    await lab.clock.advance(MINUTE / 60);
    await sleep(10);
  }
}

const codes = async () => (await lab.client.status()).problems.map(({ code }) => code);

async function startWith(directory: string): Promise<void> {
  lab.openStore = (owner) => openResilientStore({ directory, scratch: folder, owner });
  await lab.start();
}

test('bans stay and are made, a problem says what to do, and it is taken up once it can be', async () => {
  const directory = join(folder, 'state');
  const path = join(directory, 'state.sqlite');
  lab.write('f2bd.conf.d/20-ban.conf', '[Ban]\nBanTime=1h\n');
  await startWith(directory);
  await lab.fail(ATTACKER, 5);
  await until(() => lab.enforced.length === 1);
  // What the journal tells of it is older than FindTime= by then.
  await lab.clock.advance(20 * MINUTE);
  await lab.stop();
  // As somebody sees it who may not read the file, root included.
  renameSync(path, join(folder, 'kept'));
  mkdirSync(path);

  await startWith(directory);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await until(async () => (await codes()).includes('STORE_UNREADABLE'));
  await lab.fail(NEXT, 5);
  await until(() => lab.enforced.length === 2);
  assert.deepEqual(readdirSync(path), []);

  rmSync(path, { recursive: true });
  renameSync(join(folder, 'kept'), path);
  await until(async () => (await codes()).length === 0);
  assert.deepEqual([...lab.enforced].sort(), [ATTACKER, NEXT]);
  await lab.clock.advance(61 * MINUTE);
  assert.deepEqual(lab.enforced, []);
});
