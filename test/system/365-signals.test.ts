/** What signals that somebody sends a program by mistake do to it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository } from '../support/repository.js';
import { eventually } from './lab.js';
import { cannotMakeJournals, makeJournal } from './ssh-journal.js';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'f2b-signals-'));
  writeFileSync(join(folder, 'f2bd.conf'), '');
  if (cannotMakeJournals === false)
    makeJournal(join(folder, 'journal'), [{ at: Date.now() * 1_000, message: 'Server listening on :: port 22.' }]);
});
after(() => rmSync(folder, { recursive: true }));

/** Starts the agent; resolves when it has begun to, and has not started yet: its state is made before all else. */
async function startingAgent() {
  const state = mkdtempSync(join(folder, 'state-'));
  const directories = ['--config-directory', folder, '--journal-directory', join(folder, 'journal')];
  const run = ['--state-directory', state, '--dry-run', '--until-idle', '--since=-1h'];
  const agent = spawn(process.execPath, [join(repository, 'dist/f2bd.js'), ...directories, ...run]);
  await eventually(() => assert.notDeepEqual(readdirSync(state), []));
  return agent;
}

test('SIGHUP during the start does not end the agent', { skip: cannotMakeJournals }, async () => {
  const agent = await startingAgent();
  agent.kill('SIGHUP');
  assert.deepEqual(await once(agent, 'exit'), [0, null]);
});

test('SIGUSR1 opens no debugger, which would be anybody’s', { skip: cannotMakeJournals }, async () => {
  const agent = await startingAgent();
  let told = '';
  agent.stderr?.on('data', (text: Buffer) => {
    told += text.toString();
  });
  agent.kill('SIGUSR1');
  assert.deepEqual(await once(agent, 'close'), [0, null]);
  assert.doesNotMatch(told, /Debugger/);
});

test('no program has a debugger', () => {
  const programs = readdirSync(join(repository, 'dist')).filter((name) => /^f2b.*\.js$/.test(name));
  assert.ok(programs.length >= 8);
  for (const program of programs) {
    const source = readFileSync(join(repository, 'src/bin', program.replace(/\.js$/, '.ts')), 'utf8');
    assert.match(source, /^(?:runMain|noDebugger)\(/m, program);
  }
});
