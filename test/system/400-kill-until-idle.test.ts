/** Nothing is lost and nothing counts twice when the agent is killed at any moment: the state in the end is the same. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../repository.js';
import { cannotMakeJournals, makeJournal, type SshEntry } from './ssh-journal.js';

const entryCount = 10_000;
const rounds = 6;
const second = 1_000_000;
/** Two days ago, so that no wall clock of a run matters: what is to expire has expired, what is to last lasts. */
const firstAt = (Math.floor(Date.now() / 1000) - 2 * 86_400) * second;

/** A small generator of numbers that a seed repeats (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** sshd's work of about eight hours: two servers, guesses from some 2,000 addresses, and honest log-ins between. */
function entries(random: () => number): readonly SshEntry[] {
  let at = firstAt;
  return Array.from({ length: entryCount }, () => {
    at += Math.floor(random() * 6 * second);
    const address = `203.0.${Math.floor(random() * 8)}.${Math.floor(random() * 256)}`;
    const port = 1024 + Math.floor(random() * 60_000);
    const verdict = random() < 0.75 ? 'Failed' : 'Accepted';
    const pid = 1000 + Math.floor(random() * 30_000);
    const unit = random() < 0.5 ? 'ssh.service' : 'quick.service';
    return { at, unit, pid, message: `${verdict} password for root from ${address} port ${port} ssh2` };
  });
}

/** One jail that forgets nothing within the test, one whose window closes all the time. */
function configure(folder: string): void {
  mkdirSync(join(folder, 'units'), { recursive: true });
  const jail = (unit: string, findtime: string): string =>
    `[Jail]\nEnabled=yes\nFilter=sshd\n[Journal]\nUnit=${unit}\n[Ban]\nMaxRetry=4\nFindTime=${findtime}\nBanTime=30d\n`;
  writeFileSync(join(folder, 'units/ssh.service.conf'), jail('ssh.service', '7d'));
  writeFileSync(join(folder, 'units/quick.service.conf'), jail('quick.service', '1h'));
  writeFileSync(join(folder, 'f2bd.conf'), '');
}

test('an agent killed again and again ends with the state of one that ran in peace', {
  skip: cannotMakeJournals,
}, async (t) => {
  const seed = Number(process.env['F2B_SEED'] ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}`);
  const random = generator(seed);
  const folder = mkdtempSync(join(tmpdir(), 'f2b-kill.'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  makeJournal(join(folder, 'journal'), entries(random));
  configure(join(folder, 'config'));

  /** Runs the agent to the end, or kills it after `limit` ms; true when it came to the end. */
  const runAgent = (state: string, limit?: number): Promise<boolean> =>
    new Promise((resolve, reject) => {
      mkdirSync(join(folder, state), { recursive: true });
      const options = ['--dry-run', '--until-idle', '--since', `@${firstAt / second - 1}`];
      const folders = ['journal', 'config'].flatMap((name) => [`--${name}-directory`, join(folder, name)]);
      const stateFolder = ['--state-directory', join(folder, state)];
      const agent = spawn('node', [join(repository, 'dist/f2bd.js'), ...options, ...folders, ...stateFolder]);
      let told = '';
      agent.stderr.on('data', (text: Buffer) => {
        told += text.toString();
      });
      agent.stdout.resume();
      const timer = limit === undefined ? undefined : setTimeout(() => agent.kill('SIGKILL'), limit);
      agent.on('close', (status, signal) => {
        clearTimeout(timer);
        if (status === 0 || signal === 'SIGKILL') resolve(status === 0);
        else reject(new Error(`the agent ended with status ${status} ${signal}: ${told}`));
      });
    });
  const exported = (state: string): readonly string[] => {
    const command = [join(repository, 'dist/f2bctl.js'), 'state', 'export', '--state-directory', join(folder, state)];
    return execFileSync('node', command, { encoding: 'utf8', maxBuffer: 1 << 28 })
      .trim()
      .split('\n');
  };

  const started = Date.now();
  assert.ok(await runAgent('quiet'));
  const duration = Date.now() - started;
  const wanted = exported('quiet');
  for (const type of ['cursor', 'failure', 'ban']) {
    const found = wanted.filter((line) => line.includes(`"type":"${type}"`)).length;
    t.diagnostic(`${type}: ${found}`);
    assert.ok(found > 0, `the quiet run leaves a ${type}`);
  }

  let kills = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const state = `killed-${round}`;
    // Each run gets a little longer than the one before, so that every round comes to its end.
    for (let run = 1; !(await runAgent(state, duration * (0.2 + 0.1 * run * random()))); run += 1) kills += 1;
    assert.deepEqual(exported(state), wanted, `round ${round}`);
  }
  t.diagnostic(`${kills} kills in ${rounds} rounds, a quiet run takes ${duration} ms`);
  assert.ok(kills > 0);
});
