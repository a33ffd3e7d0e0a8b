import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROPPED_MATCH } from '../../../../../src/core/dropped-entries.js';
import type { Entry } from '../../../../../src/core/entry.js';
import { createRouting } from '../../../../../src/daemon/reading/routing/routing.js';

const jail = (name: string, units: readonly string[], matches: readonly string[] = []) => ({
  name,
  selection: { units, matches },
});

const entry = (fields: Record<string, string>): Entry => ({
  cursor: 'c',
  at: 0,
  receivedAt: 0,
  line: '',
  messageAt: 0,
  fields,
});

const jails = [
  jail('ssh', ['ssh.service', 'ssh@*.service'], ['_UID=0']),
  jail('web', ['nginx.service']),
  jail('container', [], ['CONTAINER_NAME=web', 'CONTAINER_NAME=shop', '_SYSTEMD_UNIT=docker.service']),
  jail('every-nginx', ['nginx*.service']),
];
const routing = createRouting(jails);
const named = (fields: Record<string, string>) => routing.jailsOf(entry(fields)).map((found) => found.name);

test('an entry goes to every jail whose unit it comes from', () => {
  assert.deepEqual(named({ _SYSTEMD_UNIT: 'nginx.service' }), ['web', 'every-nginx']);
});

test('a unit alone is not enough where the jail demands further fields', () => {
  assert.deepEqual(named({ _SYSTEMD_UNIT: 'ssh.service', _UID: '1000' }), []);
  assert.deepEqual(named({ _SYSTEMD_UNIT: 'ssh@1.service', _UID: '0' }), ['ssh']);
});

test('the same field twice means either value, different fields mean all of them', () => {
  assert.deepEqual(named({ _SYSTEMD_UNIT: 'docker.service', CONTAINER_NAME: 'shop' }), ['container']);
  assert.deepEqual(named({ _SYSTEMD_UNIT: 'user@1000.service', CONTAINER_NAME: 'shop' }), []);
});

test('an identifier that the writer chose leads to no jail', () => {
  assert.deepEqual(named({ SYSLOG_IDENTIFIER: 'sshd', _COMM: 'sshd', _SYSTEMD_UNIT: 'session-1.scope' }), []);
});

test('beside several users the group of root is demanded of root alone, also of senders that were gone', () => {
  const matches = ['_UID=0', '_UID=101', '_GID=0', 'SYSLOG_IDENTIFIER=mail'];
  const routing = createRouting([{ selection: { units: ['mail.service'], matches } }]);
  for (const sender of [{ _SYSTEMD_UNIT: 'mail.service' }, { _TRANSPORT: 'syslog' }]) {
    const isBelieved = (_UID: string, _GID: string) =>
      routing.jailsOf(entry({ ...sender, SYSLOG_IDENTIFIER: 'mail', _UID, _GID })).length > 0;
    assert.deepEqual([isBelieved('0', '0'), isBelieved('101', '105')], [true, true]);
    assert.deepEqual([isBelieved('0', '1000'), isBelieved('0', '105'), isBelieved('1000', '0')], [false, false, false]);
  }
});

test('a jail whose users do not exist gets nothing, whoever writes', () => {
  const deaf = createRouting([{ selection: { units: ['ssh.service'], matches: [], isNobodys: true } }]);
  assert.deepEqual(deaf.jailsOf(entry({ _SYSTEMD_UNIT: 'ssh.service', _UID: '0' })), []);
  assert.deepEqual(deaf.matches, [DROPPED_MATCH]);
});

const sshd = { _UID: '0', _GID: '0', SYSLOG_IDENTIFIER: 'sshd', _TRANSPORT: 'syslog' };
const identified = createRouting([
  { name: 'ssh', selection: { units: ['ssh.service'], matches: ['_UID=0', 'SYSLOG_IDENTIFIER=sshd'] } },
  {
    name: 'web',
    selection: { units: ['web.service'], matches: ['_UID=33', '_EXE=/usr/sbin/web', 'SYSLOG_IDENTIFIER=web'] },
  },
  {
    name: 'ssh of one group',
    selection: { units: ['ssh.service'], matches: ['_UID=0', '_GID=0', 'SYSLOG_IDENTIFIER=sshd'] },
  },
  { name: 'any user', selection: { units: ['ssh.service'], matches: ['SYSLOG_IDENTIFIER=sshd'] } },
  { name: 'any identifier', selection: { units: ['ssh.service'], matches: ['_UID=0'] } },
]);
const believing = (fields: Record<string, string>) => identified.jailsOf(entry(fields)).map(({ name }) => name);
const passingOver = (fields: Record<string, string>) =>
  identified.jailsOfGoneSender(entry(fields)).passingOver.map(({ name }) => name);

test('an entry whose sender was gone is believed by the jails that know it by user and identifier alone', () => {
  assert.deepEqual(believing(sshd), ['ssh', 'ssh of one group']);
  assert.deepEqual(believing({ ...sshd, _TRANSPORT: 'journal' }), ['ssh', 'ssh of one group']);
  assert.deepEqual(passingOver(sshd), []);
});

test('so is one whose sender went while journald looked at it: its program was still there, its control group not', () => {
  const going = { ...sshd, _COMM: 'sshd-session', _EXE: '/usr/lib/openssh/sshd-session' };
  assert.deepEqual([believing(going), passingOver(going)], [['ssh', 'ssh of one group'], []]);
});

test('root’s user with another group is a set-user-ID program’s, whose caller may choose what it writes', () => {
  const { _GID: _, ...withoutGroup } = sshd;
  for (const fields of [{ ...sshd, _GID: '1000' }, { ...sshd, _GID: '155' }, withoutGroup]) {
    assert.deepEqual([believing(fields), passingOver(fields)], [[], ['ssh', 'ssh of one group']]);
  }
  assert.ok(identified.fields.includes('_GID'));
});

const notGone: Readonly<Record<string, Record<string, string>>> = {
  'of another user': { ...sshd, _UID: '1000' },
  'of no user': { SYSLOG_IDENTIFIER: 'sshd', _TRANSPORT: 'syslog' },
  'with another identifier': { ...sshd, SYSLOG_IDENTIFIER: 'su' },
  'of another unit': { ...sshd, _SYSTEMD_UNIT: 'cron.service' },
  'of a control group without a unit': { ...sshd, _SYSTEMD_CGROUP: '/docker/1' },
  'that came through a stream, whose unit journald knows': { ...sshd, _TRANSPORT: 'stdout' },
  'of the kernel': { ...sshd, _TRANSPORT: 'kernel' },
  'that came in no known way': { _UID: '0', SYSLOG_IDENTIFIER: 'sshd' },
};
for (const [which, fields] of Object.entries(notGone)) {
  test(`an entry without the jail’s unit, ${which}, is not believed`, () => {
    assert.deepEqual(believing(fields), []);
    assert.deepEqual(passingOver(fields), []);
  });
}

test('where the jail demands more than user and identifier, an entry whose sender was gone is passed over', () => {
  const web = { _UID: '33', SYSLOG_IDENTIFIER: 'web', _TRANSPORT: 'syslog' };
  assert.deepEqual([believing(web), passingOver(web)], [[], ['web']]);
});

test('the journal is asked for entries of senders that were gone by user and identifier', () => {
  assert.deepEqual(identified.matches.slice(-4, -1), [
    ['_UID=0', 'SYSLOG_IDENTIFIER=sshd'],
    ['_UID=33', 'SYSLOG_IDENTIFIER=web'],
    ['_UID=0', 'SYSLOG_IDENTIFIER=sshd'],
  ]);
});

test('millions of instance names do not fill the memory of seen units', () => {
  for (let n = 0; n < 10_000; n += 1)
    assert.deepEqual(named({ _SYSTEMD_UNIT: `ssh@${n}.service`, _UID: '0' }), ['ssh']);
});

test('the journal is asked for each unit together with the fields its jail demands', () => {
  assert.deepEqual(routing.matches.slice(0, 3), [
    ['_SYSTEMD_UNIT=ssh.service', '_UID=0'],
    ['_SYSTEMD_UNIT=ssh@*.service', '_UID=0'],
    ['_SYSTEMD_UNIT=nginx.service'],
  ]);
  assert.ok(routing.fields.includes('_UID') && routing.fields.includes('CONTAINER_NAME'));
});

test('beside users a group excludes others, and not an entry that has none; by itself it must be there', () => {
  const jails = [
    { name: 'of users', selection: { units: ['ssh.service'], matches: ['_UID=0', '_GID=0'] } },
    { name: 'of a group', selection: { units: ['ssh.service'], matches: ['_GID=0'] } },
  ];
  const routing = createRouting(jails);
  const found = (fields: Readonly<Record<string, string>>) =>
    routing
      .jailsOf({
        cursor: '1',
        at: 0,
        receivedAt: 0,
        line: '',
        messageAt: 0,
        fields: { _SYSTEMD_UNIT: 'ssh.service', ...fields },
      })
      .map(({ name }) => name);
  assert.deepEqual(found({ _UID: '0', _GID: '0' }), ['of users', 'of a group']);
  assert.deepEqual(found({ _UID: '0', _GID: '1000' }), []);
  assert.deepEqual(found({ _UID: '0' }), ['of users']);
  assert.ok(routing.fields.includes('_GID'));
  assert.deepEqual(routing.matches.slice(0, 2), [
    ['_SYSTEMD_UNIT=ssh.service', '_UID=0'],
    ['_SYSTEMD_UNIT=ssh.service', '_GID=0'],
  ]);
});
