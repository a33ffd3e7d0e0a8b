/** Which action is told of which event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsOf } from '../../../src/actions/selection.js';
import type { ToldEvent } from '../../../src/events/told-event.js';
import { aBan, NOON } from '../../fakes/values.js';
import { configOf } from '../../support/config-texts.js';

const told = { cursor: 's=1', at: NOON, host: 'mail', message: '' };
const banIn = (jail: string): ToldEvent => ({ ...told, kind: 'ban', ban: aBan({ jail }) });
const problem: ToldEvent = { ...told, kind: 'problem', code: 'X', hint: '' };

/** ssh.service names chat alone; f2bd.conf names mail. */
const naming = configOf('[Jail]\nFilter=sshd\n[Ban]\nAction=\nAction=chat', '[Ban]\nAction=mail').value;

const cases: readonly (readonly [string, string, readonly string[], readonly string[], ToldEvent, boolean])[] = [
  ['a jail’s ban is for the action it names', 'chat', ['ban'], [], banIn('ssh.service'), true],
  ['and for no other', 'mail', ['ban'], [], banIn('ssh.service'), false],
  ['a person’s ban is for those of f2bd.conf', 'mail', ['ban'], [], banIn('manual'), true],
  ['and for no jail’s', 'chat', ['ban'], [], banIn('manual'), false],
  ['a ban of a jail that is gone is for those of f2bd.conf', 'mail', ['ban'], [], banIn('gone'), true],
  ['On= restricts it', 'chat', ['unban'], [], banIn('ssh.service'), false],
  ['Jails= restricts it', 'chat', ['ban'], ['nginx-*'], banIn('ssh.service'), false],
  ['Jails= has globs', 'chat', ['ban'], ['ssh*'], banIn('ssh.service'), true],
  ['a problem is for every action that asks for it', 'chat', ['problem'], ['nginx-*'], problem, true],
  ['and for no other', 'mail', ['ban', 'unban'], [], problem, false],
];

for (const [what, name, on, jails, event, expected] of cases) {
  test(`${what} (${name})`, () => {
    assert.equal(wantsOf({ name, on, jails }, naming)(event), expected);
  });
}
