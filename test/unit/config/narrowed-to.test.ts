import assert from 'node:assert/strict';
import { test } from 'node:test';
import { narrowedTo } from '../../../src/config/narrowed-to.js';
import { overridesOf } from '../../../src/config/overrides.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { machine } from '../../support/config-texts.js';

/** `ssh.service` with these settings on top, `smtp.service`, and a jail that is fed by bans. */
function config(settings: readonly string[], ban = '') {
  const ssh = [{ path: 'ssh.service.conf', text: `[Jail]\nFilter=sshd\n[Ban]\n${ban}` }];
  return parseConfig({
    agent: { name: 'f2bd.conf', texts: [] },
    jails: [
      { name: 'ssh.service', texts: [...ssh, overridesOf(settings)] },
      { name: 'smtp.service', texts: [{ path: 'smtp.service.conf', text: '[Jail]\nFilter=postfix\n' }] },
      { name: 'recidive', texts: [{ path: 'recidive.conf', text: '[Jail]\nSource=bans\n' }] },
    ],
    filterFolders: [],
    services: '',
    machine,
  });
}

const names = (jail: string, settings: readonly string[] = [], ban = '') =>
  narrowedTo(jail, config(settings, ban), settings).value?.jails.map(({ name }) => name);

test('a jail is looked at alone, unless it goes by the bans of others', () => {
  assert.deepEqual(names('ssh.service'), ['ssh.service']);
  assert.deepEqual(names('recidive'), ['recidive', 'ssh.service', 'smtp.service']);
  assert.deepEqual(names('ssh.service', [], 'BanTimeIncrement=yes\nBanTimeAllJails=yes\n'), [
    'ssh.service',
    'smtp.service',
    'recidive',
  ]);
});

test('what is wrong with a setting put on top is said of the setting', () => {
  const settings = ['MaxRetry=none'];
  const [problem] = narrowedTo('ssh.service', config(settings), settings).problems;
  assert.match(problem?.file ?? '', /MaxRetry=none/);
});

test('a jail that does not exist is told with those that do', () => {
  assert.throws(() => names('nowhere'), { code: 'UNKNOWN_JAIL', hint: /ssh\.service, smtp\.service, recidive/ });
});
