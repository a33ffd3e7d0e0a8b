/**
 * Nothing is lost and nothing counts twice when the agent is killed or stopped at any moment: the state in the end is the
 * same.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, firstAt, killLab, SECOND, seededRandom } from './kill-lab.js';
import { cannotMakeJournals, type SshEntry } from './ssh-journal.js';

const entryCount = 10_000;
const rounds = 3;

/** sshd's work of about eight hours: two servers, guesses from some 2,000 addresses, and honest log-ins between. */
function entries(random: () => number): readonly SshEntry[] {
  let at = firstAt;
  return Array.from({ length: entryCount }, () => {
    at += Math.floor(random() * 6 * SECOND);
    const address = `203.0.${Math.floor(random() * 8)}.${Math.floor(random() * 256)}`;
    const port = 1024 + Math.floor(random() * 60_000);
    const verdict = random() < 0.75 ? 'Failed' : 'Accepted';
    const pid = 1000 + Math.floor(random() * 30_000);
    const unit = random() < 0.5 ? 'ssh.service' : 'quick.service';
    return { at, unit, pid, message: `${verdict} password for root from ${address} port ${port} ssh2` };
  });
}

function jail(unit: string, findtime: string): string {
  return `[Jail]\nEnabled=yes\nFilter=sshd\n[Journal]\nUnit=${unit}\n[Ban]\nMaxRetry=4\nFindTime=${findtime}\nBanTime=30d\n`;
}

/** One jail that forgets nothing within the test, one whose window closes all the time. */
const jails = { 'ssh.service': jail('ssh.service', '7d'), 'quick.service': jail('quick.service', '1h') };

const ends = [
  { name: 'killed', signal: 'SIGKILL' },
  { name: 'stopped', signal: 'SIGTERM' },
] as const;

test('an agent killed or stopped again and again ends with the state of one that ran in peace', {
  skip: cannotMakeJournals,
}, async (t) => {
  const random = seededRandom(t);
  const lab = killLab(t, entries(random), jails);
  const started = Date.now();
  assert.ok(await lab.run('quiet'));
  const duration = Date.now() - started;
  const wanted = lab.exported('quiet');
  for (const type of ['cursor', 'failure', 'ban']) t.diagnostic(`${type}: ${countOf(wanted, type)}`);

  for (const { name, signal } of ends) {
    let ended = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const state = `${name}-${round}`;
      // Each run gets a little longer than the one before, so that every round comes to its end.
      const limit = (run: number) => duration * (0.2 + 0.1 * run * random());
      for (let run = 1; !(await lab.run(state, limit(run), signal)); run += 1) ended += 1;
      assert.deepEqual(lab.exported(state), wanted, `round ${round}`);
    }
    t.diagnostic(`${name} ${ended} times in ${rounds} rounds, a quiet run takes ${duration} ms`);
    assert.ok(ended > 0);
  }
});
