/** f2bctl top at a real terminal, with the agent as it is built: what it shows, what keys do, and what it leaves behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { shownScreen } from '../support/shown-screen.js';
import { type AgentOnBus, withAgent } from './control-lab.js';
import { eventually } from './lab.js';

const skip = existsSync('/usr/bin/dbus-daemon') ? false : 'needs dbus-daemon (test/setup system)';

/** As xterm's control sequences have it. */
const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';

interface Terminal {
  /** All that was written to it so far. */
  readonly written: () => string;
  readonly screen: () => string;
  readonly type: (keys: string) => void;
  /** Of f2bctl. */
  readonly pid: () => number;
  /** Resolves when all of it has ended; rejects with what was written when it does not. */
  readonly ended: () => Promise<unknown>;
}

interface Start {
  /** What node is started with. */
  readonly prefix?: string;
  readonly TERM?: string;
  /** What the shell does that has the terminal, to run the program. It controls no jobs unless this has it do so. */
  readonly shell?: (program: string) => readonly string[];
}

/** f2bctl at a terminal of 80x24. */
function terminal(t: TestContext, { bus }: AgentOnBus, argv: string, start: Start = {}): Terminal {
  const { prefix = '', TERM = 'xterm-256color', shell = (program) => [program] } = start;
  const program = `exec node ${prefix} ${join(repository, 'dist/f2bctl.js')} ${argv}`;
  const steps = [
    'stty cols 80 rows 24',
    'echo BEFORE=$(stty -g)',
    ...shell(`sh -c 'echo PID=$$; ${program}'`),
    'echo STATUS=$?',
    'echo AFTER=$(stty -g)',
  ];
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus, TZ: 'UTC', NO_COLOR: '1', TERM };
  // script(1) gives it a terminal.
  const child: ChildProcess = spawn('script', ['--quiet', '--flush', '--command', steps.join('; '), '/dev/null'], {
    env,
  });
  let written = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  let isClosed = false;
  const ended = once(child, 'close').then(() => {
    isClosed = true;
  });
  t.after(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  });
  return {
    written: () => written,
    screen: () => shownScreen(written.slice(written.lastIndexOf(ENTER)), 80, 24).join('\n'),
    type: (keys) => void child.stdin?.write(keys),
    pid: () => Number(/PID=(\d+)/.exec(written)?.[1]),
    ended: () =>
      until('the terminal is closed', () => isClosed || undefined, 120).catch((error: unknown) => {
        throw new Error(`${error}; it wrote: ${JSON.stringify(written)}`);
      }),
  };
}

/** What is typed before the screen is there, is passed over. */
async function untilHeard({ type, screen }: Terminal): Promise<void> {
  await eventually(() => {
    type('?');
    assert.match(screen(), /^Keys\n/);
  });
  type('q');
  await eventually(() => assert.match(screen(), /\[1 Bans\]/));
}

/** That the screen has gone, and the terminal is set as it was. */
function assertClean(written: string): void {
  assert.ok(written.lastIndexOf(LEAVE) > written.lastIndexOf(ENTER), 'the screen is not given back');
  for (const mode of ['?25', '?7'])
    assert.ok(
      written.lastIndexOf(`\u001b[${mode}h`) > written.lastIndexOf(`\u001b[${mode}l`),
      `${mode} is left switched`,
    );
  const [before, after] = [/BEFORE=(\S+)/.exec(written)?.[1], /AFTER=(\S+)/.exec(written)?.[1]];
  assert.ok(before !== undefined && before !== '');
  assert.equal(after, before, 'the terminal is set otherwise than before');
}

test('top shows bans at a terminal, lifts one after a yes, explains another, and leaves nothing behind', {
  skip,
}, async (t) => {
  const lab = await withAgent(t, ['192.0.2.7', '192.0.2.8']);
  const shown = terminal(t, lab, 'top');
  const sees = (pattern: RegExp) => eventually(() => assert.match(shown.screen(), pattern));
  await sees(/^> 192\.0\.2\.[78] +ssh\.service +\w+ /m);
  await sees(/Failures 10 \(.*\) {2}Failing 0 {2}Banned 2/);
  await sees(/^f2bd .{66} \d\d:\d\d:\d\d$/m);
  await untilHeard(shown);
  shown.type('/192.0.2.7\r');
  await sees(/^> 192\.0\.2\.7 /m);
  shown.type('u');
  await sees(/^Lift 1 ban of 192\.0\.2\.7\? y, n$/m);
  shown.type('y');
  await sees(/^Lifted 1 ban of 192\.0\.2\.7\.$/m);
  const { output } = await lab.f2bctl('bans', '--json');
  assert.deepEqual(
    JSON.parse(output).map(({ address }: { address: string }) => address),
    ['192.0.2.8'],
  );
  // Backspace, as terminals send it.
  shown.type(`/${'\u007f'.repeat(9)}\r`);
  await sees(/^> 192\.0\.2\.8 /m);
  shown.type('\r');
  await sees(/^Why 192\.0\.2\.8\n192\.0\.2\.8 is banned by ssh\.service/);
  shown.type('\u001b[6~q');
  await sees(/\[1 Bans\]/);
  shown.type('q');
  await shown.ended();
  assert.match(shown.written(), /STATUS=0/);
  assertClean(shown.written());
});

/** That the screen was taken so often, shows the ban, and hears keys. */
async function assertTaken(shown: Terminal, times: number): Promise<void> {
  await eventually(() => {
    assert.equal(shown.written().split(ENTER).length - 1, times, 'how often the screen was taken');
    assert.match(shown.screen(), /^> 192\.0\.2\.7 /m);
  });
  await untilHeard(shown);
}

/** Ends the program as the name says. */
const ends: readonly { readonly how: string; readonly status: number; readonly end: (shown: Terminal) => void }[] = [
  { how: 'Ctrl-C', status: 0, end: ({ type }) => type('\u0003') },
  ...(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const).map((signal) => ({
    how: signal,
    status: 128 + { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 }[signal],
    end: ({ pid }: Terminal) => void process.kill(pid(), signal),
  })),
  { how: 'a bug', status: 1, end: ({ pid }) => void process.kill(pid(), 'SIGUSR2') },
];

test('however top ends, the terminal is as it was before', { skip }, async (t) => {
  const lab = await withAgent(t, ['192.0.2.7']);
  const crash = join(lab.folder, 'crash.cjs');
  writeFileSync(crash, "process.on('SIGUSR2', () => { throw new Error('a bug'); });\n");
  for (const { how, status, end } of ends) {
    const shown = terminal(t, lab, 'top', { prefix: `-r ${crash}` });
    await assertTaken(shown, 1);
    end(shown);
    await shown.ended();
    assert.match(shown.written(), new RegExp(`STATUS=${status}\\b`), how);
    assertClean(shown.written());
    // What a bug says is there to be read once the screen is gone.
    if (how === 'a bug') assert.match(shown.written().slice(shown.written().lastIndexOf(LEAVE)), /Error: a bug/);
  }
});

test('Ctrl-Z gives the terminal to the shell, and fg takes it again', { skip }, async (t) => {
  const lab = await withAgent(t, ['192.0.2.7']);
  const shell = (program: string) => ['set -m', program, 'echo STOPPED=$(stty -g)', 'read -r line', 'fg'];
  const shown = terminal(t, lab, 'top', { shell });
  await assertTaken(shown, 1);
  shown.type('\u001a');
  await eventually(() => assert.match(shown.written(), /STOPPED=\S+\s/));
  assertClean(shown.written().replace('STOPPED=', 'AFTER='));
  assert.match(readFileSync(`/proc/${shown.pid()}/status`, 'utf8'), /^State:\s+T /m);
  shown.type('\n');
  await assertTaken(shown, 2);
  shown.type('q');
  await shown.ended();
  assert.match(shown.written(), /STATUS=0/);
  assertClean(shown.written());
});

test('Ctrl-Z where no shell could have top go on, as with ssh -t, is without effect', { skip }, async (t) => {
  const lab = await withAgent(t, ['192.0.2.7']);
  const shown = terminal(t, lab, 'top');
  await assertTaken(shown, 1);
  shown.type('\u001a');
  await assertTaken(shown, 2);
  shown.type('q');
  await shown.ended();
  assert.match(shown.written(), /STATUS=0/);
  assertClean(shown.written());
});

test('top on another host leaves the terminal as it was when the connection breaks, or f2bctl is ended here', {
  skip,
}, async (t) => {
  const lab = await withAgent(t, []);
  // In the place of ssh(1), at the moment at which the other side has the screen.
  const ssh = `#!/bin/sh\necho SSH=$$\nprintf '${ENTER}\\033[?25l\\033[?7l'\nexec sleep 600\n`;
  writeFileSync(join(lab.folder, 'ssh'), ssh, { mode: 0o755 });
  const shell = (program: string) => [`PATH=${lab.folder}:$PATH`, program];
  for (const [whom, signal] of [
    ['SSH', 'SIGKILL'],
    ['PID', 'SIGTERM'],
  ] as const) {
    const shown = terminal(t, lab, '-H web1 top', { shell });
    await eventually(() => assert.ok(shown.written().includes('\u001b[?7l')));
    const pidOf = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(shown.written())?.[1]);
    process.kill(pidOf(whom), signal);
    await shown.ended();
    assert.match(shown.written(), /STATUS=69/);
    assertClean(shown.written());
    assert.ok(!existsSync(`/proc/${pidOf('SSH')}`), 'ssh goes on');
  }
});

test('a dumb terminal is told what to write instead', { skip }, async (t) => {
  const lab = await withAgent(t, []);
  const shown = terminal(t, lab, 'top', { TERM: 'dumb' });
  await shown.ended();
  assert.match(shown.written(), /STATUS=64/);
  assert.match(shown.written(), /hint: f2bctl top --batch prints one screen/);
  assert.ok(!shown.written().includes('\u001b'));
});
