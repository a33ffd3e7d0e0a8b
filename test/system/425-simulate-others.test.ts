/** f2bctl simulate of jails that go by the bans of others, on real journal files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON } from '../fakes/values.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { type Attempt, SECOND, scene } from './simulate-lab.js';

const skip = missingJournalRemote ?? false;
const SSH = '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n[Ban]\n';

const every = (address: string, seconds: number, times: number, more: Partial<Attempt> = {}): Attempt[] =>
  Array.from({ length: times }, (_, n) => ({ address, after: n * seconds, ...more }));

interface Bans {
  readonly bans: readonly {
    readonly address: string;
    readonly since: number;
    readonly until: number;
    readonly count: number;
  }[];
}

/** Each ban as its begin and end in seconds after noon. */
const times = ({ bans }: Bans) =>
  bans.map(({ address, since, until, count }) => [address, (since - NOON) / SECOND, (until - NOON) / SECOND, count]);

test('a jail for repeat offenders is replayed with the jails that feed it, two settings side by side', {
  skip,
}, async (t) => {
  // Two failures ban for 15 seconds: at 10 s, 40 s, 70 s and so on. Another jail's bans count too,
  // once they are enabled.
  const { simulate } = scene(
    t,
    [
      ...every('203.0.113.7', 10, 15),
      ...every('203.0.113.8', 10, 3),
      ...every('198.51.100.1', 10, 15, { unit: 'off.service' }),
    ],
    {
      'ssh.service': `${SSH}MaxRetry=2\nFindTime=1min\nBanTime=15s\n`,
      'off.service': '[Jail]\nFilter=sshd\nEnabled=no\n[Ban]\nMaxRetry=1\nBanTime=1s\n',
      recidive: '[Jail]\nSource=bans\nEnabled=no\n[Ban]\nMaxRetry=5\nFindTime=1d\nBanTime=1w\n',
    },
  );
  const run = await simulate('recidive', '-p', 'MaxRetry=3', '-p', 'BanTime=2h', '-o', 'json');
  assert.equal(run.errors, '');
  const { current, changed } = JSON.parse(run.output);
  assert.deepEqual(times(current), [['203.0.113.7', 130, 130 + 7 * 86_400, 1]]);
  assert.deepEqual(times(changed), [['203.0.113.7', 70, 70 + 7_200, 1]]);
  assert.equal(current.entries, 18, 'of the jails that feed it, not of the whole journal');
  assert.deepEqual(
    [current.failures, changed.failures],
    [6, 4],
    'bans of the jails that feed it, one of them of the neighbour',
  );

  const shown = await simulate('recidive', '-p', 'MaxRetry=6');
  assert.match(shown.output, /^203\.0\.113\.7 +2026-05-01 12:02:10 UTC +1 +1w +- +- +-$/m);
  assert.match(shown.output, /^Banned only with the changed settings: 0 addresses; only with the current ones: 1\.$/m);
});

test('a folder is read once for a jail of any host, whatever hosts send to this machine', { skip }, async (t) => {
  const { simulate } = scene(t, every('203.0.113.7', 10, 4), {
    any: '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\nRemote=*\n[Ban]\nMaxRetry=2\nBanTime=5s\n',
  });
  const { output, errors } = await simulate('any', '-o', 'json');
  assert.equal(errors, '');
  const { current } = JSON.parse(output);
  assert.deepEqual([current.entries, current.failures], [4, 4]);
  assert.deepEqual(times(current), [
    ['203.0.113.7', 10, 15, 1],
    ['203.0.113.7', 30, 35, 2],
  ]);
});

test('with BanTimeAllJails= the bans of other jails make those of this one longer', { skip }, async (t) => {
  const { simulate } = scene(
    t,
    [
      ...every('203.0.113.7', 1, 2, { unit: 'web.service' }),
      { address: '203.0.113.7', after: 100 },
      { address: '203.0.113.7', after: 101 },
    ],
    {
      'ssh.service': `${SSH}MaxRetry=2\nBanTime=1min\nBanTimeIncrement=yes\n`,
      'web.service': '[Jail]\nFilter=sshd\nEnabled=yes\n[Ban]\nMaxRetry=2\nBanTime=10s\n',
      recidive: '[Jail]\nSource=bans\nEnabled=no\n',
    },
  );
  const { output, errors } = await simulate('ssh.service', '-p', 'BanTimeAllJails=yes', '-o', 'json');
  assert.equal(errors, '');
  const { current, changed } = JSON.parse(output);
  assert.deepEqual(times(current), [['203.0.113.7', 101, 161, 1]]);
  assert.deepEqual(
    times(changed),
    [['203.0.113.7', 101, 101 + 120, 2]],
    'double after one ban by another jail; weighing goes by the own bans',
  );
  assert.deepEqual([current.entries, changed.entries], [2, 2], 'what the other jail reads is no entry of this one');
});
