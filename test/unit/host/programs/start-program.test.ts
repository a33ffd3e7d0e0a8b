import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { programStarter, type RunningProgram } from '../../../../src/host/programs/start-program.js';
import { openLibrary } from '../../../../src/journal/native.js';
import { libraryPath } from '../../../support/journal-files.js';

const start = programStarter(openLibrary(libraryPath));
const sh = (script: string) => ['/bin/sh', '-c', script];

function started(argv: readonly string[], environment: Readonly<Record<string, string>> = {}, hasInput = false) {
  const program = start(argv, environment, hasInput);
  return typeof program === 'string' ? assert.fail(program) : program;
}

/** What it wrote, by stream, and how it ended. */
async function whole({ outputs, ended }: RunningProgram): Promise<readonly [string, string, number | string]> {
  const texts = outputs.map(async (stream) => Buffer.concat(await stream.toArray()).toString());
  const [output = '', errors = ''] = await Promise.all(texts);
  return [output, errors, await ended];
}

test('a program has its words, its environment and its input, and its outputs come back apart', async () => {
  const script = 'printf "%s|%s|%s|" "$0" "$1" "$A"; cat; env >&2; exit 3';
  const program = started([...sh(script), '', 'two words'], { A: 'ä\n=', PATH: '/bin' }, true);
  program.input?.end('input');
  const [output, errors, end] = await whole(program);
  assert.deepEqual([output, end], ['|two words|ä\n=|input', 3]);
  assert.deepEqual(errors.match(/^[A-Z]+=/gm)?.sort(), ['A=', 'PATH=', 'PWD=']);
});

test('it has a session of its own, no file of ours, and no signal that is blocked or ignored', async () => {
  const program = started(
    sh(
      'pwd; cut -d" " -f6 /proc/$$/stat; ls /proc/$$/fd; readlink /proc/$$/fd/0; exec grep -E "SigBlk|SigIgn" /proc/self/status',
    ),
    { PATH: '/usr/bin:/bin' },
  );
  const [output, errors, end] = await whole(program);
  const lines = output.trim().split('\n');
  assert.deepEqual(lines.slice(0, -2), ['/', String(program.pid), '0', '1', '2', '/dev/null']);
  // Beyond the first 31, the C library ignores two that are its own.
  const signals = lines.slice(-2).map((line) => BigInt(`0x${line.split('\t')[1]}`) & 0x7fff_ffffn);
  assert.deepEqual(signals, [0n, 0n]);
  assert.deepEqual([errors, end], ['', 0]);
});

test('what kills it is told by name', async () => {
  assert.equal((await whole(started(sh('kill -TERM $$'))))[2], 'SIGTERM');
  const program = started(['/bin/sleep', '100']);
  process.kill(-program.pid, 'SIGKILL');
  assert.equal((await whole(program))[2], 'SIGKILL');
});

test('what cannot be started is told at once, and leaves nothing open', () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (const [program, why] of [
    ['/nowhere', 'ENOENT'],
    ['/etc/passwd', 'EACCES'],
    ['/', 'EACCES'],
  ] as const)
    for (const hasInput of [false, true]) assert.equal(start([program], {}, hasInput), why, program);
  assert.equal(start([], {}, false), 'EINVAL');
  assert.equal(open(), before);
});

test('each of hundreds is heard of once, beside those of Node.js, and nothing of them is left', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const run = promisify(execFile);
  await whole(started(['/bin/true']));
  await run('/bin/true');
  const before = open();
  for (let round = 0; round < 10; round += 1) {
    const ends = Array.from({ length: 30 }, (_, n) => whole(started(sh(`echo ${n}; exit ${n}`))));
    const others = Array.from({ length: 5 }, (_, n) => run('/bin/echo', [String(n)]));
    assert.deepEqual(
      await Promise.all(ends),
      ends.map((_, n) => [`${n}\n`, '', n]),
    );
    assert.deepEqual(
      (await Promise.all(others)).map(({ stdout }) => stdout),
      others.map((_, n) => `${n}\n`),
    );
  }
  assert.equal(open(), before);
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  assert.equal(children, '');
});
