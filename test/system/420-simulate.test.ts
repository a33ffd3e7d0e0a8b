/** f2bctl simulate as it is built, on real journal files: the bans of a run of the agent, and those of other settings. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NOON } from '../fakes/values.js';
import { missingJournalRemote, writeJournal } from '../journal-files.js';
import { repository } from '../repository.js';

const skip = missingJournalRemote ?? false;
const SECOND = 1_000_000;

interface Scene {
  /** f2bctl simulate; exit status, output and messages. */
  simulate(...argv: readonly string[]): Promise<{ status: number; output: string; errors: string }>;
  readonly folder: string;
}

/** A journal in which each of the addresses fails every ten seconds, so many times; one of them before another login. */
function scene(t: TestContext, attackers: Readonly<Record<string, number>>): Scene {
  const folder = mkdtempSync(join(tmpdir(), `f2b-simulate-${process.pid}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['journal', 'config/units', 'elsewhere']) mkdirSync(join(folder, name), { recursive: true });
  const entries = Object.entries(attackers)
    .flatMap(([address, times], index) =>
      Array.from({ length: times }, (_, n) => ({ at: NOON + n * 10 * SECOND + index, address, pid: 1000 * index + n })),
    )
    .sort((one, other) => one.at - other.at)
    .map(({ at, address, pid }) => ({
      receivedAt: at,
      fields: {
        MESSAGE: `Failed password for root from ${address} port 4711 ssh2`,
        ...{ _SYSTEMD_UNIT: 'ssh.service', _UID: '0', _HOSTNAME: 'host', _PID: `${pid}` },
        ...{ SYSLOG_IDENTIFIER: 'sshd', _TRANSPORT: 'syslog', _SOURCE_REALTIME_TIMESTAMP: `${at}` },
      },
    }));
  writeJournal(join(folder, 'journal/ssh.journal'), entries);
  writeFileSync(join(folder, 'config/units/ssh.service.conf'), '[Jail]\nEnabled=no\nFilter=sshd\n[Ban]\nBanTime=1h\n');
  const options = ['--directory', join(folder, 'journal'), '--config-directory', join(folder, 'config')];
  const env = { ...process.env, TZ: 'UTC', DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent', HOME: folder };
  return {
    folder,
    simulate: (...argv) =>
      new Promise((resolve) => {
        const program = [join(repository, 'dist/f2bctl.js'), 'simulate', 'ssh.service', ...options, ...argv];
        const child = execFile('node', program, { env, cwd: join(folder, 'elsewhere') }, (_, output, errors) =>
          resolve({ status: child.exitCode ?? -1, output, errors }),
        );
      }),
  };
}

test('a jail that is not enabled is tried on the journal, without an agent and without a trace', {
  skip,
}, async (t) => {
  const { simulate, folder } = scene(t, { '203.0.113.7': 9, '203.0.113.8': 4, '2001:db8::1': 5 });
  assert.deepEqual(await simulate(), {
    status: 0,
    errors: '',
    output: [
      'ssh.service: 18 entries, 2026-05-01 12:00:00 UTC to 2026-05-01 12:01:20 UTC',
      '',
      'ADDRESS        BANNED                   FOR  FAILURES  BANS',
      '203.0.113.7    2026-05-01 12:00:40 UTC   1h         5     1',
      '2001:db8::/64  2026-05-01 12:00:40 UTC   1h         5     1',
      '',
      '2 bans of 2 addresses; 14 failures counted, 0 spared.',
      '',
    ].join('\n'),
  });
  assert.deepEqual(readdirSync(folder).sort(), ['config', 'elsewhere', 'journal']);
  assert.deepEqual(readdirSync(join(folder, 'elsewhere')), []);
});

test('other settings are put beside the current ones, and a wrong one is refused by its name', { skip }, async (t) => {
  const { simulate } = scene(t, { '203.0.113.7': 9, '203.0.113.8': 4 });
  const { output } = await simulate('-p', 'MaxRetry=4', '-p', 'IgnoreIP=203.0.113.7', '-o', 'json');
  const { settings, current, changed } = JSON.parse(output);
  assert.deepEqual(settings, ['MaxRetry=4', 'IgnoreIP=203.0.113.7']);
  const shown = ({ bans, failures, spared }: typeof current) => [
    bans.map(({ address, since, failures: led }: Record<string, unknown>) => [address, since, led]),
    failures,
    spared,
  ];
  assert.deepEqual(shown(current), [[['203.0.113.7', NOON + 40 * SECOND, 5]], 9, 0]);
  assert.deepEqual(shown(changed), [[['203.0.113.8', NOON + 30 * SECOND + 1, 4]], 4, 9]);

  const wrong = await simulate('-p', 'MaxRetri=4', '-p', 'FindTime=soon');
  assert.equal(wrong.status, 78);
  assert.match(
    wrong.errors,
    /^-p MaxRetri=4: there is no key "MaxRetri" in \[Ban\]\n {2}hint: did you mean MaxRetry=\?$/m,
  );
  assert.match(wrong.errors, /^-p FindTime=soon: FindTime=: /m);
  assert.match(wrong.errors, /^hint: mend what is named above, and try again$/m);
});

test('only the entries of the time asked for are replayed', { skip }, async (t) => {
  const { simulate } = scene(t, { '203.0.113.7': 9 });
  const bounds = ['--since', '2026-05-01 12:00:20', '--until', '2026-05-01 12:01:00'];
  const { current } = JSON.parse((await simulate(...bounds, '-o', 'json')).output);
  assert.deepEqual([current.entries, current.first, current.last], [5, NOON + 20 * SECOND, NOON + 60 * SECOND]);
  assert.deepEqual(
    current.bans.map(({ since }: { since: number }) => since),
    [NOON + 60 * SECOND],
  );
});

test('a jail that does not exist is told with those that do', { skip }, async (t) => {
  const { folder } = scene(t, { '203.0.113.7': 1 });
  const program = [
    join(repository, 'dist/f2bctl.js'),
    'simulate',
    'sshd',
    '--config-directory',
    join(folder, 'config'),
  ];
  const errors = await new Promise<string>((resolve) => {
    execFile('node', program, (_, _output, text) => resolve(text));
  });
  assert.match(errors, /^f2bctl: there is no such jail: sshd\nhint: the configuration has .*ssh\.service/);
});
