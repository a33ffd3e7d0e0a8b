/** What is valid and cannot have any effect is told as a warning, with its place and what to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../src/config/parse-config.js';
import { configOf, machine, problemsOf } from '../../support/config-texts.js';

const minimal = '[Jail]\nFilter=sshd\n[Ban]\n';

const warned: readonly (readonly [text: string, expected: string])[] = [
  ['BanTimeFactor=2', 'ssh.service.conf:4: warning: BanTimeFactor= has no effect without BanTimeIncrement=yes'],
  ['BanTimeMultipliers=1 2 4', 'BanTimeMultipliers= has no effect without'],
  ['BanTimeMax=1d', 'BanTimeMax= has no effect without'],
  ['BanTimeRandom=1min', 'BanTimeRandom= has no effect without'],
  ['BanTimeAllJails=yes', 'BanTimeAllJails= has no effect without'],
  ['BanTimeIncrement=yes\nBanTime=infinity', 'BanTimeIncrement=yes with BanTime=infinity: a permanent ban cannot grow'],
];

for (const [text, expected] of warned) {
  test(`warned of: ${text.replaceAll('\n', ' ⏎ ')}`, () => {
    const [problem = '', ...more] = problemsOf(configOf(minimal + text));
    assert.ok(problem.includes(expected), problem);
    assert.match(problem, / warning: .* \| /);
    assert.deepEqual(more, []);
  });
}

for (const text of [
  'BanTimeAllJails=no\nBanTimeIncrement=no',
  'BanTimeIncrement=yes\nBanTimeFactor=2\nBanTimeMax=1d',
  'BanTimeFactor=',
]) {
  test(`not warned of: ${text.replaceAll('\n', ' ⏎ ')}`, () => {
    assert.deepEqual(problemsOf(configOf(minimal + text)), []);
  });
}

test('f2bd.conf may say how ban times grow for the one jail whose ban times do', () => {
  assert.deepEqual(problemsOf(configOf(`${minimal}BanTimeIncrement=yes`, '[Ban]\nBanTimeMax=1d')), []);
  assert.deepEqual(problemsOf(configOf(minimal, '[Ban]\nBanTimeMax=1d')), [
    'f2bd.conf:2: warning: BanTimeMax= has no effect: no jail has BanTimeIncrement=yes | add BanTimeIncrement=yes',
  ]);
});

/** A jail ssh.service with these limits, and one for repeat offenders. */
function twoJails(ssh: string, recidive: string) {
  const jails = [
    { name: 'recidive', texts: [{ path: 'recidive.conf', text: `[Jail]\nSource=bans\n[Ban]\n${recidive}` }] },
    { name: 'ssh.service', texts: [{ path: 'ssh.service.conf', text: minimal + ssh }] },
  ];
  return problemsOf(
    parseConfig({ agent: { name: 'f2bd.conf', texts: [] }, jails, filterFolders: [], services: '', machine }),
  );
}

test('a jail for repeat offenders that too few bans fit into is told', () => {
  assert.deepEqual(twoJails('BanTime=1h', 'MaxRetry=5\nFindTime=4h'), [
    'recidive.conf: warning: MaxRetry=5 is out of reach: an address gets at most 4 bans within FindTime=4h | raise FindTime=, as bans follow one another no closer than BanTime=, or lower MaxRetry=',
  ]);
  assert.deepEqual(twoJails('BanTime=1h', 'MaxRetry=5\nFindTime=4h 1s'), []);
  assert.match(twoJails('BanTime=infinity', 'MaxRetry=2\nFindTime=1d').join(), /at most 1 ban within FindTime=1d/);
  assert.deepEqual(twoJails('BanTime=1h', 'MaxRetry=5\nFindTime=1h\nIPv4Prefix=24'), [], 'neighbours count together');
  assert.match(
    twoJails('', 'MaxRetryUser=3').join(),
    /recidive\.conf:4: warning: MaxRetryUser= has no effect with Source/,
  );
  assert.match(problemsOf(configOf('[Jail]\nSource=bans')).join(), /no jail is enabled that bans anybody/);
});
