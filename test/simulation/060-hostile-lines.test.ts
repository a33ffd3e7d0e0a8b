/** Lines made to stall a regex: the agent goes on, counts them, says so, and judges everything else. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AgentStatus } from '../../src/agent/agent-status.js';
import { AgentLab, MINUTE } from './agent-lab.js';

const LINES = 10_000;
const GUESSER = '203.0.113.5';
/** Exponential, and beyond what V8's linear engine can do. */
const REGEX = String.raw`^host app\[\d+\]: (?:\w+\s?)+(?<!-)! from <ADDR>$`;

const lab = new AgentLab();
let status: AgentStatus;

before(async () => {
  lab.filter('app', `[Definition]\nfailregex = ${REGEX}\n`);
  lab.configure('app', '[Jail]\nFilter=app\nEnabled=yes\n[Journal]\nUnit=app.service\n[Ban]\nFindTime=1d\n');
  const { agent } = await lab.start();
  const fields = { _SYSTEMD_UNIT: 'app.service', _UID: '0' };
  for (let n = 0; n < LINES; n += 1) {
    const text = n % 2000 === 1999 ? `wrong password! from ${GUESSER}` : `${'a'.repeat(50)}! from nobody`;
    lab.journal.append({ receivedAt: lab.clock.now(), line: `host app[1]: ${text}`, fields });
    if (n % 1000 === 999) await lab.clock.advance(MINUTE);
  }
  // What comes of the last line is told last, and telling waits while lines are read.
  await lab.until(() => lab.told('enforced') === 1);
  status = await agent.status();
});
after(() => lab.dispose());

test('ten thousand lines that would stall a regex are passed over and counted', () => {
  const [jail] = status.jails;
  assert.equal(status.entries, LINES);
  assert.equal(jail?.slowLines, LINES - 5);
});

test('what stands between them is judged', () => {
  assert.deepEqual(lab.enforced, [GUESSER]);
});

test('the first three are told one by one, the last of them tells that the rest is only counted', () => {
  const told = lab.notifier.events.flatMap((event) => (event.kind === 'slow-line' ? [event.isLast] : []));
  assert.deepEqual(told, [false, false, true]);
});

test('the status names the regex', () => {
  assert.deepEqual(status.jails[0]?.slowRegexes, [REGEX]);
});
