/** f2bctl top within tmux: it fits the pane and follows its size, and leaves the pane as it was, however it is ended. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { repository } from '../support/repository.js';
import { withAgent } from './control-lab.js';
import { eventually } from './lab.js';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
const hasBus = existsSync('/usr/bin/dbus-daemon');
const skip = hasTmux && hasBus ? false : 'needs tmux and dbus-daemon (test/setup system)';

interface Pane {
  readonly lines: () => readonly string[];
  /** What tmux knows of it, by the names of formats in tmux(1). */
  readonly is: (format: string) => string;
  readonly type: (...keys: readonly string[]) => void;
  readonly resize: (columns: number, rows: number) => void;
}

/** A shell in a tmux of its own, of 80 columns and 24 rows. */
function pane(t: TestContext, bus: string): Pane {
  const socket = `f2b-${process.pid}`;
  const env = {
    ...process.env,
    DBUS_SYSTEM_BUS_ADDRESS: bus,
    TZ: 'UTC',
    PS1: '$ ',
    ENV: '',
    TMUX: '',
    LC_ALL: 'C.UTF-8',
  };
  const tmux = (...argv: readonly string[]) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...argv], { encoding: 'utf8', env });
  tmux('new-session', '-d', '-x', '80', '-y', '24', 'sh');
  t.after(() => tmux('kill-server'));
  return {
    lines: () => tmux('capture-pane', '-p').trimEnd().split('\n'),
    is: (format) => tmux('display-message', '-p', `#{${format}}`).trim(),
    type: (...keys) => void tmux('send-keys', ...keys),
    resize: (columns, rows) => void tmux('resize-window', '-x', String(columns), '-y', String(rows)),
  };
}

test('top fits a pane of 80x24, follows its size, and leaves it as it was after q and after being killed', {
  skip,
}, async (t) => {
  const lab = await withAgent(t, ['192.0.2.7']);
  const { lines, is, type, resize } = pane(t, lab.bus);
  const program = `node ${join(repository, 'dist/f2bctl.js')} top`;
  const isClean = (status: number) =>
    eventually(() => {
      assert.match(lines().join('\n'), new RegExp(`^STATUS=${status}$`, 'm'));
      assert.deepEqual(['alternate_on', 'cursor_flag', 'wrap_flag', 'mouse_any_flag'].map(is), ['0', '1', '1', '0']);
      assert.ok(!lines().some((line) => line.includes('Banned 1')), 'nothing of the screen is left');
    });
  const isShown = (columns: number, rows: number) =>
    eventually(() => {
      const shown = lines();
      assert.match(shown[0] ?? '', /^f2bd .* \d\d:\d\d:\d\d$/);
      assert.equal(shown[0]?.length, columns);
      assert.equal(shown.length, rows, shown.join('\n'));
      assert.match(shown.join('\n'), /^> 192\.0\.2\.7 /m);
      assert.equal(is('alternate_on'), '1');
    });
  const start = () => type(`${program}; echo STATUS=$?`, 'Enter');

  start();
  await isShown(80, 24);
  resize(60, 15);
  await isShown(60, 15);
  resize(80, 24);
  await isShown(80, 24);
  type('q');
  await isClean(0);

  type('clear', 'Enter');
  start();
  await isShown(80, 24);
  const [child = ''] = execFileSync('pgrep', ['-P', is('pane_pid'), 'node'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  process.kill(Number(child), 'SIGTERM');
  await isClean(143);
  type('echo still $((40 + 2))', 'Enter');
  await eventually(() => assert.ok(lines().includes('still 42'), 'what is typed is seen'));
});
