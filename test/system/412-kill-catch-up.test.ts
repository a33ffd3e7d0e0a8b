/**
 * The same of an agent that has 200,000 entries to catch up with, which it reads in bulk and commits in large groups.
 * F2B_KILLS sets how often it is killed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, firstAt, killLab, seededRandom } from './kill-lab.js';
import { cannotMakeJournals, type SshEntry } from './ssh-journal.js';

const entryCount = 200_000;
const kills = Number(process.env['F2B_KILLS'] ?? 3);
/** What part of a run in peace passes until it is killed, at most, at first. */
const longest = 0.7;
/** Between two entries, µs: all of them are of some two hours. */
const gap = 40_000;

/** Log-ins of four thousand addresses: wrong passwords, and at times the right one. */
function entries(random: () => number): readonly SshEntry[] {
  const among = (count: number) => Math.floor(random() * count);
  return Array.from({ length: entryCount }, (_, index) => {
    const from = `from 203.0.${among(16)}.${among(250)} port ${1024 + among(60_000)}`;
    const message =
      random() < 0.02 ? `Accepted password for root ${from} ssh2` : `Failed password for user${among(50)} ${from} ssh2`;
    return { at: firstAt + index * gap, pid: 1000 + among(30_000), message };
  });
}

const jail = '[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=14\nFindTime=20min\nBanTime=30d\n';

test('an agent that is killed while it catches up with 200,000 entries ends as if it had run in peace', {
  skip: cannotMakeJournals,
}, async (t) => {
  const random = seededRandom(t);
  const lab = killLab(t, entries(random), { 'ssh.service': jail });
  const started = Date.now();
  assert.ok(await lab.run('quiet'));
  const duration = Date.now() - started;
  const wanted = lab.exported('quiet');
  for (const type of ['cursor', 'failure', 'ban']) t.diagnostic(`${type}: ${countOf(wanted, type)}`);

  let [killed, runs] = [0, 0];
  const compare = () => {
    runs += 1;
    assert.deepEqual(lab.exported('killed'), wanted, `after ${killed} kills`);
    lab.forget('killed');
  };
  for (let limit = duration * longest; killed < kills; ) {
    if (await lab.run('killed', random() * limit)) {
      compare();
      // The machine is faster than it was.
      limit *= 0.8;
    } else killed += 1;
  }
  assert.ok(await lab.run('killed'));
  compare();
  t.diagnostic(`killed ${killed} times in ${runs} runs; one run in peace takes ${duration} ms`);
});
