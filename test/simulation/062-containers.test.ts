/** What containers write: pieces of long lines count for nobody, and the time of a line is that of its entry. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { FakeEntry } from '../fakes/journal.js';
import { AgentLab, MINUTE } from './agent-lab.js';

const GUESSER = '203.0.113.5';
const BYSTANDER = '203.0.113.9';

let lab: AgentLab;

beforeEach(() => {
  lab = new AgentLab();
  lab.filter('app', '[Definition]\nfailregex = ^ wrong password from <ADDR>\\.$\n');
  const jail =
    '[Jail]\nFilter=app\nEnabled=yes\n[Journal]\nContainer=app\n[Ban]\nMaxRetry=2\nBanTime=10min\nFindTime=1d\n';
  lab.configure('app', jail);
});
afterEach(() => lab.dispose());

function write(text: string, more: Pick<FakeEntry, 'messageEnd'> = {}): void {
  const container = { CONTAINER_NAME: 'app', CONTAINER_ID: 'c1', PRIORITY: '6', MESSAGE: text };
  const fields = { _SYSTEMD_UNIT: 'docker.service', _UID: '0', ...container };
  lab.journal.append({ receivedAt: lab.clock.now(), line: `host app[1]: ${text}`, fields, stream: 1, ...more });
}

/** The date of `minutes` before now, in UTC, as programs write it. */
function dated(text: string, minutes: number): string {
  const date = new Date((lab.clock.now() - minutes * MINUTE) / 1_000).toISOString();
  return `${date.slice(0, 19).replace('T', ' ')} ${text}`;
}

test('a client who has a line broken chooses what a piece begins with, and nobody is banned for it', async () => {
  await lab.start();
  for (let times = 0; times < 5; times += 1) {
    write(`GET /${'x'.repeat(100)}`, { messageEnd: { isBroken: true, stripped: 0 } });
    write(dated(`wrong password from ${BYSTANDER}.`, 0));
    write(dated(`wrong password from ${GUESSER}.`, 0));
    await lab.clock.advance(MINUTE);
  }
  assert.deepEqual(lab.enforced, [GUESSER]);
});

test('whose clock is in another time zone is guarded all the same', async () => {
  await lab.start();
  for (let times = 0; times < 2; times += 1) write(dated(`wrong password from ${GUESSER}.`, 120));
  await lab.clock.advance(MINUTE);
  assert.deepEqual(lab.enforced, [GUESSER]);
});
