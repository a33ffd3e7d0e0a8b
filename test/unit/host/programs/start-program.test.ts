import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { programStarter, type RunningProgram } from '../../../../src/host/programs/start-program.js';
import { openLibrary } from '../../../../src/journal/native.js';
import { libraryPath } from '../../../support/journal-files.js';
import { until } from '../../../support/process.js';

const start = programStarter(openLibrary(libraryPath));
const sh = (script: string) => ['/bin/sh', '-c', script];

async function started(argv: readonly string[], environment: Readonly<Record<string, string>> = {}, hasInput = false) {
  const program = await start({ argv, environment, hasInput, group: undefined });
  return typeof program === 'string' ? assert.fail(program) : program;
}

/** Of all threads of this process: any of them starts programs. */
const children = () =>
  readdirSync('/proc/self/task')
    .map((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8'))
    .join('')
    .trim();

/** What it wrote, and how it ended. */
async function whole({ output, ended }: RunningProgram): Promise<readonly [string, number | string]> {
  const text = Buffer.concat(await output.toArray()).toString();
  return [text, await ended];
}

test('a program has its words, its environment and its input, and its outputs come back as it wrote them', async () => {
  const script = 'printf "%s|%s|%s|" "$0" "$1" "$A"; cat; echo >&2; env; echo end >&2; exit 3';
  const program = await started([...sh(script), '', 'two words'], { A: 'ä\n=', PATH: '/bin' }, true);
  program.input?.end('input');
  const [output, end] = await whole(program);
  assert.match(output, /^\|two words\|ä\n=\|input\n.*\nend\n$/s);
  assert.deepEqual(output.match(/^[A-Z]+=/gm)?.sort(), ['A=', 'PATH=', 'PWD=']);
  assert.equal(end, 3);
});

test('it has a session of its own, no file of ours, and no signal that is blocked or ignored', async (t) => {
  const ignore = () => undefined;
  process.on('SIGUSR1', ignore);
  t.after(() => process.off('SIGUSR1', ignore));
  const script = `pwd; cut -d" " -f5,6,7 /proc/$$/stat; ls /proc/$$/fd; readlink /proc/$$/fd/0; umask
    cat /proc/$$/oom_score_adj; exec grep -E "Sig(Blk|Ign)|Seccomp:|NoNewPrivs" /proc/self/status`;
  const program = await started(sh(script), { PATH: '/usr/bin:/bin' });
  const [output, end] = await whole(program);
  const lines = output.trim().split('\n');
  const umask = process.umask().toString(8).padStart(4, '0');
  const oom = readFileSync('/proc/self/oom_score_adj', 'utf8').trim();
  const { pid } = program;
  assert.deepEqual(lines.slice(0, -4), ['/', `${pid} ${pid} 0`, '0', '1', '2', '/dev/null', umask, oom]);
  const fields = new Map(lines.slice(-4).map((line) => line.split(':\t') as [string, string]));
  const ours = readFileSync('/proc/self/status', 'utf8');
  for (const name of ['NoNewPrivs', 'Seccomp']) assert.match(ours, new RegExp(`^${name}:\t${fields.get(name)}$`, 'm'));
  // Beyond the first 31 are two of the C library's own, which whoever started this process may have ignored.
  for (const name of ['SigBlk', 'SigIgn']) assert.equal(BigInt(`0x${fields.get(name)}`) & 0x7fff_ffffn, 0n, name);
  assert.equal(end, 0);
});

test('one that ended before anybody listened is heard of at once', async () => {
  const library = openLibrary(libraryPath);
  const late = programStarter({
    ...library,
    async startProgram(words) {
      const program = await library.startProgram(words);
      const pid = typeof program === 'string' ? assert.fail(program) : program.pid;
      await until('it is a zombie', () =>
        /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')) ? true : undefined,
      );
      return program;
    },
  });
  const program = await late({ argv: sh('exit 3'), environment: {}, hasInput: false, group: undefined });
  assert.equal(typeof program === 'string' ? program : await Promise.race([program.ended, 'nothing is heard']), 3);
});

test('what kills it is told by name', async () => {
  assert.equal((await whole(await started(sh('kill -TERM $$'))))[1], 'SIGTERM');
  const program = await started(['/bin/sleep', '100']);
  process.kill(-program.pid, 'SIGKILL');
  assert.equal((await whole(program))[1], 'SIGKILL');
});

test('what cannot be started is told, and leaves nothing open', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (const [program, why] of [
    ['/nowhere', 'ENOENT'],
    ['/etc/passwd', 'EACCES'],
    ['/', 'EACCES'],
  ] as const)
    for (const hasInput of [false, true])
      assert.equal(await start({ argv: [program], environment: {}, hasInput, group: undefined }), why, program);
  const none = { environment: {}, hasInput: false, group: undefined };
  assert.equal(await start({ ...none, argv: [] }), 'EINVAL');
  for (const [group, why] of [
    ['/nowhere', 'ENOENT'],
    ['/dev/full', 'ENOSPC'],
  ] as const)
    assert.equal(await start({ ...none, argv: ['/bin/true'], group }), why, group);
  assert.equal(open(), before);
  assert.equal(children(), '');
});

test('each of hundreds is heard of once, beside those of Node.js, and nothing of them is left', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const run = promisify(execFile);
  await whole(await started(['/bin/true']));
  await run('/bin/true');
  const before = open();
  for (let round = 0; round < 10; round += 1) {
    const ends = Array.from({ length: 30 }, async (_, n) => whole(await started(sh(`echo ${n}; exit ${n}`))));
    const others = Array.from({ length: 5 }, (_, n) => run('/bin/echo', [String(n)]));
    assert.deepEqual(
      await Promise.all(ends),
      ends.map((_, n) => [`${n}\n`, n]),
    );
    assert.deepEqual(
      (await Promise.all(others)).map(({ stdout }) => stdout),
      others.map((_, n) => `${n}\n`),
    );
  }
  assert.equal(open(), before);
  assert.equal(children(), '');
});
