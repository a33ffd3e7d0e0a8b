/**
 * f2bctl simulate as it is built, on real journal files: the bans of a run of the agent, and those of other settings.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NOON } from '../fakes/values.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { repository } from '../support/repository.js';
import { scene as failures, type Scene, SECOND } from './simulate-lab.js';

const skip = missingJournalRemote ?? false;

/** A journal in which each of the addresses fails every ten seconds, so many times, and a jail that is not enabled. */
function scene(t: TestContext, attackers: Readonly<Record<string, number>>): Scene {
  const attempts = Object.entries(attackers).flatMap(([address, times], index) =>
    Array.from({ length: times }, (_, n) => ({ address, after: n * 10 + index * 1e-6 })),
  );
  const made = failures(t, attempts, {
    'ssh.service': '[Jail]\nEnabled=no\nFilter=sshd\n[Ban]\nBanTime=1h\n',
  });
  return { ...made, simulate: (...argv) => made.simulate('ssh.service', ...argv) };
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

test('a jail that does not exist is told with what was probably meant', { skip }, async (t) => {
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
  assert.match(errors, /^f2bctl: there is no such jail: sshd\nhint: did you mean ssh\?/);
});
