/** The question at a real terminal, as it ends the countdown of a switch: whatever is no clear yes is a no. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';

const MODULE = join(repository, 'build/test/src/host/confirm.js');
const PROGRAM = `console.log('PID=' + process.pid); import('${MODULE}').then(({ confirm }) => confirm('Keep it?')).then((kept) => console.log('ANSWER=' + kept))`;

/** What it comes to when these keys are typed. */
async function answerTo(keys: string): Promise<string | undefined> {
  return /ANSWER=(\w+)/.exec(await screenAfter(keys))?.[1];
}

/** All that is written meanwhile. */
async function screenAfter(keys: string): Promise<string> {
  // script(1) gives it a terminal.
  const child = spawn('script', ['--quiet', '--flush', '--command', `exec node -e "${PROGRAM}"`, '/dev/null']);
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const wasAsked = written.includes('[y/N]');
    written += text;
    if (!wasAsked && written.includes('[y/N]')) child.stdin.write(keys);
  });
  await once(child, 'close');
  assert.match(written, /Keep it\? \[y\/N\]/);
  return written;
}

for (const [what, keys, answer] of [
  ['y', 'y\r', 'true'],
  ['YES', 'YES\r', 'true'],
  ['no', 'n\r', 'false'],
  ['nothing', '\r', 'false'],
  ['another word', 'yesterday\r', 'false'],
  ['^C', '\u0003', 'false'],
  ['^D', '\u0004', 'false'],
] as const)
  test(`what is answered with ${what} is a ${answer === 'true' ? 'yes' : 'no'}`, async () => {
    assert.equal(await answerTo(keys), answer);
  });

test('what comes after a question that was not answered is on a line of its own', async () => {
  for (const key of ['\u0003', '\u0004'])
    assert.match(await screenAfter(key), /\[y\/N\][^\n]*\n(?:.*\n)*?ANSWER=false/);
});

test('without a terminal nobody is asked', async () => {
  const child = spawn('node', ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  await once(child, 'close');
  assert.match(written, /^ANSWER=undefined$/m);
});

test('a connection that is lost ends who asks, and keeps nothing', async () => {
  const child = spawn('script', ['--quiet', '--flush', '--command', `exec node -e "${PROGRAM}"`, '/dev/null']);
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  await until('it asks', () => (written.includes('[y/N]') ? true : undefined));
  const pid = Number(/PID=(\d+)/.exec(written)?.[1]);
  assert.ok(existsSync(`/proc/${pid}`));
  // The terminal is gone, as when sshd ends.
  child.kill('SIGKILL');
  await once(child, 'close');
  await until('it has ended', () => (existsSync(`/proc/${pid}`) ? undefined : true));
  assert.doesNotMatch(written, /ANSWER=/);
});
