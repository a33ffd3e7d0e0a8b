/** Commands of actions in real control groups: whatever they start, and however they do, ends with their time. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CommandGroups, openCommandGroups } from '../../src/host/programs/command-groups.js';
import { runInGroups } from '../../src/host/programs/run-in-group.js';
import { until } from '../support/process.js';
import { runBounded } from '../support/run-bounded.js';

/** Where version 2 is, alone or beside version 1. */
const hierarchy = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((path) => existsSync(`${path}/cgroup.procs`));
const missing =
  hierarchy === undefined || spawnSync('test', ['-w', hierarchy]).status !== 0
    ? 'this machine has no control groups of version 2 that may be written to'
    : false;

const unit = `f2b-test-${process.pid}.service`;
const environment = { PATH: '/usr/bin:/bin' };
const sh = (script: string) => ['/bin/sh', '-c', script];
const patient = () => AbortSignal.timeout(60_000);

/** Tells its process number in the file `$1`, in a session of its own whose first process is gone, and hears no signal. */
const DAEMON = `setsid sh -c '(trap "" TERM HUP INT; echo $$ >>"$0"; sh -c "echo \\$PPID >>\\"\\$0\\"; exec sleep 1000" "$0"; :) & exit' "$1"`;

describe('each command in a control group of its own', { skip: missing }, () => {
  const parent = join(hierarchy ?? '', unit);
  const folder = mkdtempSync(join(tmpdir(), 'f2b-groups-'));
  let groups: CommandGroups | undefined;
  before(() => {
    mkdirSync(parent);
    groups = openCommandGroups(`1:name=systemd:/other\n0::/${unit}\n`, hierarchy ?? '');
  });
  after(() => {
    rmdirSync(parent);
    rmSync(folder, { recursive: true });
  });
  const run = (argv: readonly string[], signal: AbortSignal) =>
    runInGroups(groups, runBounded)({ argv, environment, signal });
  /** All that runs in the groups. */
  const running = () =>
    readdirSync(parent)
      .filter((name) => name.startsWith('command-'))
      .flatMap((name) =>
        readFileSync(join(parent, name, 'cgroup.procs'), 'utf8')
          .split('\n')
          .slice(0, -1),
      );
  const untilGone = () =>
    until('nothing is left, nor a group', () =>
      readdirSync(parent).some((name) => name.startsWith('command-')) ? undefined : true,
    );

  test('what it started in a session of its own, deaf to signals, is gone when its time is over', async () => {
    const file = join(folder, 'hanging');
    const ending = new AbortController();
    const answer = run(['/bin/sh', '-c', `trap "" TERM; ${DAEMON}; sleep 1000`, 'it', file], ending.signal);
    await until('the daemon runs', () => (existsSync(file) && running().length >= 3 ? true : undefined));
    ending.abort();
    assert.equal((await answer).kind, 'killed');
    await untilGone();
  });

  test('what it leaves behind may go on until its time is over, and no longer', async () => {
    const file = join(folder, 'leaving');
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, patient()]);
    assert.deepEqual(await run([...sh(DAEMON), 'it', file], signal), { kind: 'ended', status: 0, output: '' });
    await until('the daemon runs', () => (existsSync(file) ? true : undefined));
    assert.ok(running().length > 0);
    ending.abort();
    await untilGone();
  });

  test('gets its words as they are, and what it says and how it ends are told as without a group', async () => {
    const words = ['', '$(id)', '`id`', "'", '"; exit 3', '-n', '--', '*', '\\', 'a\nb', '$0 $@', 'é'];
    const script = join(folder, 'script');
    writeFileSync(script, 'exit 0\n', { mode: 0o755 });
    const cases: readonly (readonly string[])[] = [
      ['/usr/bin/printf', '<%s>\n', ...words],
      ...[0, 1, 75, 127].map((status) => sh(`echo $$ >/dev/null; echo said; exit ${status}`)),
      sh('kill -USR1 $$'),
      ['/usr/bin/env', '-u', 'PWD', '/usr/bin/env'],
      ['/no/such/program'],
      ['/etc/passwd'],
      [script],
    ];
    for (const argv of cases) {
      const alone = await runBounded({ argv, environment, signal: patient() });
      assert.deepEqual(await run(argv, patient()), alone, argv.join(' '));
    }
    await untilGone();
  });

  test('is in its group from its first instruction, and one whose group is gone is not run', async () => {
    const answer = await run(['/bin/cat', '/proc/self/cgroup'], patient());
    assert.match(
      answer.kind === 'ended' ? answer.output : answer.kind,
      new RegExp(`^0::.*/${unit}/command-[0-9-]+$`, 'm'),
    );
    const file = join(folder, 'unentered');
    const gone = {
      create: () => ({ entrance: join(parent, 'gone/cgroup.procs'), remove: () => true, end: () => undefined }),
    };
    const unentered = await runInGroups(
      gone,
      runBounded,
    )({ argv: ['/bin/touch', file], environment, signal: patient() });
    assert.deepEqual(unentered, { kind: 'unstartable', reason: 'ENOENT' });
    assert.equal(existsSync(file), false);
    await untilGone();
  });

  test('one whose time was over before it began is not run', async () => {
    const file = join(folder, 'late');
    const answer = await run(sh(`touch ${file}`), AbortSignal.abort());
    assert.equal(answer.kind, 'killed');
    assert.equal(existsSync(file), false);
    await untilGone();
  });
});

test('a process that is in no delegated group of a service makes none', () => {
  for (const membership of ['0::/user.slice/session-1.scope\n', '0::/\n', '5:memory:/x.service\n', '']) {
    assert.equal(openCommandGroups(membership, '/sys/fs/cgroup'), undefined, membership);
  }
  assert.equal(openCommandGroups('0::/system.slice/none.service/main\n', '/nowhere'), undefined);
});
