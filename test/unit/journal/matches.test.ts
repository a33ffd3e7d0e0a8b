import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveMatches } from '../../../src/journal/matches.js';

const units = ['ssh.service', 'ssh@1-10.0.0.1:22.service', 'ssh@2.service', 'sshd@3.service', 'my\\x2dapp@x.service'];

const ofAttackers = Array.from({ length: 100 }, (_, n) => `sftp@${n}-192.0.2.${n}:22.service`);

/** `A B | C` is two alternatives, the first with two terms. */
function resolve(text: string): string {
  const matches = text.split(' | ').map((terms) => terms.split(' ').filter((term) => term !== ''));
  return resolveMatches(matches, () => [...units, ...ofAttackers])
    .map((terms) => terms.join(' '))
    .join(' | ');
}

test('terms without globs stay as they are', () => {
  const text = '_SYSTEMD_UNIT=ssh.service _UID=0 | MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e | MESSAGE=a*b?';
  assert.equal(resolve(text), text);
});

test('a template glob becomes the instances known now and the slice of those to come', () => {
  assert.equal(
    resolve('_SYSTEMD_UNIT=ssh@*.service _UID=0'),
    '_SYSTEMD_UNIT=ssh@1-10.0.0.1:22.service _SYSTEMD_UNIT=ssh@2.service _UID=0 | _SYSTEMD_SLICE=system-ssh.slice _UID=0',
  );
});

test('it may stand beside plain units', () => {
  assert.equal(
    resolve('_SYSTEMD_UNIT=ssh.service _SYSTEMD_UNIT=sshd@*.service'),
    '_SYSTEMD_UNIT=ssh.service _SYSTEMD_UNIT=sshd@3.service | _SYSTEMD_SLICE=system-sshd.slice',
  );
});

test('a template without instances yet is its slice', () => {
  assert.equal(resolve('_SYSTEMD_UNIT=new@*.service'), '_SYSTEMD_SLICE=system-new.slice');
});

test('the slice of a name with dashes is escaped as systemd does it', () => {
  assert.equal(resolve('_SYSTEMD_UNIT=a-b@*.service'), '_SYSTEMD_SLICE=system-a\\x2db.slice');
  assert.equal(
    resolve('_SYSTEMD_UNIT=my\\x2dapp@*.service'),
    '_SYSTEMD_UNIT=my\\x2dapp@x.service | _SYSTEMD_SLICE=system-my\\x5cx2dapp.slice',
  );
});

test('any other glob drops the unit term: units that match it may come at any time, in any slice', () => {
  assert.equal(
    resolve('_SYSTEMD_UNIT=ssh*.service _UID=0 | _SYSTEMD_UNIT=a.service'),
    '_UID=0 | _SYSTEMD_UNIT=a.service',
  );
  assert.equal(resolve('_SYSTEMD_UNIT=ssh@[12].service _UID=0'), '_UID=0');
});

test('so does a template with very many instances: each of them would be looked at for each entry', () => {
  assert.equal(
    resolve('_SYSTEMD_UNIT=sftp@*.service _UID=0 | _SYSTEMD_UNIT=ssh.service _UID=0'),
    '_UID=0 | _SYSTEMD_UNIT=ssh.service _UID=0',
  );
});

test('an alternative that everything meets lifts all others', () => {
  assert.equal(resolve('_SYSTEMD_UNIT=ssh*.service | _SYSTEMD_UNIT=a.service'), '');
});

test('very many terms are dropped, all of them: each would be looked at for each entry', () => {
  const unitsOf = (count: number) => Array.from({ length: count }, (_none, n) => `_SYSTEMD_UNIT=u${n}.service`);
  assert.equal(resolve(unitsOf(64).join(' | ')), unitsOf(64).join(' | '));
  assert.equal(resolve(unitsOf(65).join(' | ')), '');
  assert.equal(resolve(unitsOf(65).join(' ')), '');
});
