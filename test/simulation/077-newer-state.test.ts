/** An older f2bd finds the state of a newer one: whom that banned stays shut out, and its file is left to it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openDatabase } from '../../src/store/database.js';
import { openResilientStore, openStore } from '../../src/store/sqlite.js';
import { fakeOwner } from '../fakes/store.js';
import { aBan, anAddress } from '../fakes/values.js';
import { until } from '../support/process.js';
import { AgentLab, MINUTE } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
let folder: string;

beforeEach(() => {
  lab = new AgentLab();
  folder = mkdtempSync(join(tmpdir(), 'f2b-newer-'));
});
afterEach(async () => {
  await lab.dispose();
  rmSync(folder, { recursive: true });
});

/** What the status tells, once it tells of something: SQLite takes real time. */
function problems(): Promise<readonly string[]> {
  return until('the status tells of a problem', async () => {
    const { problems: open } = await lab.client.status();
    return open.length > 0 ? open.map(({ code }) => code) : undefined;
  });
}

test('its bans stay in the firewall, the file is untouched, and a problem says what to do', async () => {
  const directory = join(folder, 'state');
  const newer = await openStore({ directory, report: ({ message }) => assert.fail(message) });
  const now = lab.clock.now();
  const position = { cursor: '', receivedAt: now };
  const ban = aBan({ jail: 'ssh.service', address: anAddress(ATTACKER), since: now, until: now + 120 * MINUTE });
  await newer.commit(position, [{ kind: 'ban', ban }]);
  await newer.close();
  const path = join(directory, 'state.sqlite');
  const database = await openDatabase(path, 'create');
  await database.exec('PRAGMA user_version = 1000; PRAGMA journal_mode = DELETE');
  await database.close();
  const before = readFileSync(path);

  const store = await openResilientStore({ directory, scratch: folder, owner: fakeOwner() });
  lab.openStore = () => store;
  await lab.start();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(60 * MINUTE);
  assert.deepEqual(await problems(), ['STORE_NEWER']);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(60 * MINUTE);
  assert.deepEqual(lab.enforced, []);
  assert.deepEqual(readFileSync(path), before);
});
