import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitOf } from '../../../src/config/files/unit-of.js';
import { namedConfigOf, namedJailOf, problemsOf } from '../../support/config-texts.js';

const jail = (journal: string) => `[Jail]\nFilter=sshd\n[Journal]\n${journal}\n`;
const selectionOf = (journal: string, name = 'guard') => namedJailOf(name, jail(journal)).journal;
const toldOf = (journal: string) => problemsOf(namedConfigOf('guard', jail(journal))).join('\n');

test('a journal namespace is the jail’s own journal', () => {
  assert.deepEqual(selectionOf('Unit=web.service\nLogNamespace=web'), {
    source: { name: 'LogNamespace=web', namespace: 'web' },
    units: ['web.service'],
    matches: [],
  });
  for (const name of ['..', 'a/b', '*', 'x'.repeat(223)])
    assert.match(toldOf(`Unit=web.service\nLogNamespace=${name}`), /is not the name of a journal namespace/, name);
});

test('a machine is named by its id, and its journal is the jail’s', () => {
  const [id, directory] = ['0123456789abcdef'.repeat(2), `/var/log/journal/${'0123456789abcdef'.repeat(2)}`];
  const source = { name: `Machine=${id}`, directory, ofMachine: true as const };
  assert.deepEqual(selectionOf(`Unit=web.service\nMachine=${id}`), { source, units: ['web.service'], matches: [] });
  assert.match(toldOf('Unit=web.service\nMachine=web'), /is not the id of a machine/);
  assert.match(toldOf(`Unit=web.service\nLogNamespace=a\nMachine=${id}`), /a jail reads one journal/);
});

test('a remote host is named as its files are, and its journal is the jail’s', () => {
  const source = {
    name: 'Remote=C=DE,CN=web 1',
    directory: '/var/log/journal/remote',
    ofMachine: true,
    host: 'C=DE,CN=web 1',
  };
  assert.deepEqual(selectionOf('Unit=web.service\nRemote=C=DE,CN=web 1').source, source);
  for (const host of ['a/b', 'web@1', 'x'.repeat(201), '\u00e4'.repeat(101)])
    assert.match(
      toldOf(`Unit=web.service\nRemote=${host}`),
      /is not the host of a file of systemd-journal-remote/,
      host,
    );
  assert.match(
    toldOf('Unit=web.service\nLogNamespace=a\nRemote=web'),
    /LogNamespace= with Remote=: a jail reads one journal/,
  );
});

test('a unit of a user’s service manager is believed of the user alone, and is not the system’s of that name', () => {
  const own = { units: [], matches: ['_SYSTEMD_USER_UNIT=web.service', '_UID=1001'] };
  assert.deepEqual(selectionOf('UserUnit=web\nUser=my-app'), own);
  assert.deepEqual(selectionOf('UserUnit=web\nUser=my-app', 'web.service'), own);
  assert.match(toldOf('UserUnit=web'), /^guard.conf:4: UserUnit= without User=: any user may name a unit so/);
  assert.match(toldOf('UserUnit=web@*.service\nUser=root'), /globs are for Unit= alone/);
});

test('a unit that means users’ sessions too is refused unless it is said who is believed', () => {
  for (const unit of ['*', '*.service', 'u*', '[!a]*', 'session-*.scope', 'user@1001.service', 'ssh.service u*@*']) {
    assert.match(toldOf(`Unit=${unit}`), /^guard.conf:4: Unit=: ".*" means users' sessions too/, unit);
    assert.equal(toldOf(`Unit=${unit}\nUser=root`), '', unit);
    assert.equal(toldOf(`Unit=${unit}\nMatch=_UID=0`), '', unit);
  }
  for (const unit of ['ssh@*.service', 'web*.service', '[a-t]*.service'])
    assert.equal(toldOf(`Unit=${unit}`), '', unit);
});

test('a container is believed of root’s runtimes, of the users that are named, or of the unit that is', () => {
  const match = 'CONTAINER_NAME=web';
  const ofContainer = { isFile: true, isOfContainer: true };
  const runtimes = ['docker.service', 'libpod-conmon-*.scope'];
  assert.deepEqual(selectionOf('Container=web'), { units: runtimes, matches: [match, '_UID=0'], ...ofContainer });
  const named = 'Container=web\nUnit=docker.service libpod-conmon-*.scope\nUser=root';
  assert.deepEqual(selectionOf(named), selectionOf('Container=web'));
  assert.deepEqual(selectionOf('Container=web\nUser=my-app'), {
    units: [],
    matches: [match, '_UID=1001'],
    ...ofContainer,
  });
  assert.deepEqual(selectionOf('Container=web\nUnit=web.service'), {
    units: ['web.service'],
    matches: [match],
    ...ofContainer,
  });
  assert.deepEqual(selectionOf('Container=web\nLogType=journal').isFile, undefined);
  assert.match(toldOf('Container=a/b'), /is not the name of a container/);
});

test('a unit that is named by an alias is read by both names', () => {
  assert.deepEqual(selectionOf('Unit=sshd.service').units, ['sshd.service', 'ssh.service']);
});

const links: Readonly<Record<string, string>> = {
  '/etc/systemd/system/sshd.service': '/usr/lib/systemd/system/ssh.service',
  '/usr/lib/systemd/system/ssh.service': '',
  '/etc/systemd/system/syslog.service': '/usr/lib/systemd/system/rsyslog.service',
  '/usr/lib/systemd/system/syslog.service': '/usr/lib/systemd/system/other.service',
  '/etc/systemd/system/masked.service': '/dev/null',
  '/etc/systemd/system/linked.service': '/srv/linked.service',
  '/etc/systemd/system/own.service': '',
  '/usr/lib/systemd/system/own.service': '/usr/lib/systemd/system/other.service',
  '/usr/lib/systemd/system/a.service': 'b.service',
  '/usr/lib/systemd/system/b.service': 'a.service',
  '/usr/lib/systemd/system/old@.service': 'new@.service',
  '/usr/lib/systemd/system/old@1.service': 'other.service',
  '/usr/lib/systemd/system/odd.service': 'odd.socket',
};

for (const [name, unit] of [
  ['sshd.service', 'ssh.service'],
  ['ssh.service', 'ssh.service'],
  ['syslog.service', 'rsyslog.service'],
  ['masked.service', 'masked.service'],
  ['linked.service', 'linked.service'],
  ['own.service', 'own.service'],
  ['a.service', 'a.service'],
  ['old@2.service', 'new@2.service'],
  ['old@1.service', 'other.service'],
  ['odd.service', 'odd.service'],
  ['ssh@*.service', 'ssh@*.service'],
] as const) {
  test(`the unit that is meant by ${name} is ${unit}`, () => {
    assert.equal(
      unitOf(name, (path) => links[path]),
      unit,
    );
  });
}
