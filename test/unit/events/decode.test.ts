/** Events read back from journal entries: what the agent told, nothing that anybody else wrote, and nothing unbounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AgentEvent } from '../../../src/agent/agent-event.js';
import { FOREVER } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import { decodeEvent, eventKinds } from '../../../src/events/decode.js';
import { EVENT_FIELDS, TRUSTED_FIELDS } from '../../../src/events/fields.js';
import { messageIds } from '../../../src/notify/message-ids.js';
import { aBan, aFailure, anAddress, NOON } from '../../fakes/values.js';
import '../../support/seed.js';
import { OF_AGENT, readFields } from '../../support/told-entry.js';

function told(fields: Readonly<Record<string, string>>) {
  return decodeEvent({ cursor: 's=1', at: NOON, receivedAt: NOON, line: '', messageAt: 0, fields });
}

test('a ban is read back as it was told, whatever it is', () => {
  const bans = [
    aBan(),
    aBan({ until: FOREVER, origin: 'manual', reason: 'a "reason" — 100 %', failures: 0, evidence: [] }),
    aBan({ address: anAddress('2001:db8::/64'), disposition: 'ports', ports: ['22/tcp', '1000-2000/udp'], count: 3 }),
    aBan({ origin: 'recidive', evidence: ['s=1;i=1', 's=1;i=2'], disposition: 'reject' }),
  ];
  for (const ban of bans) {
    const event = told(readFields({ kind: 'ban', ban, by: 0, user: 'root' }));
    assert.ok(event?.kind === 'ban');
    assert.deepEqual(event.ban, ban);
    assert.deepEqual([event.by, event.user], [0, 'root']);
    assert.equal(event.host, 'mail');
    const end = told(readFields({ kind: 'unban', ban, cause: 'expired' }));
    assert.ok(end?.kind === 'unban');
    assert.deepEqual([end.ban, end.cause], [{ ...ban, evidence: [] }, 'expired']);
  }
});

test('other events are read back with what people need of them', () => {
  const error = new F2bError('FIREWALL_UNAVAILABLE');
  const problem = told(readFields({ kind: 'problem', error }));
  assert.ok(problem?.kind === 'problem');
  assert.deepEqual([problem.code, problem.hint], [error.code, error.hint]);
  const failure = told(readFields({ kind: 'failure', failure: aFailure(), counted: 2, maxretry: 5 }));
  assert.ok(failure?.kind === 'failure');
  assert.deepEqual([failure.jail, failure.address], ['ssh.service', '192.0.2.1']);
});

test('every kind of event that the agent has is known, and every field is asked for', () => {
  assert.deepEqual([...eventKinds].sort(), Object.keys(messageIds).sort());
  const ban = aBan({ reason: 'x', ports: ['22/tcp'] });
  const asked = new Set([...EVENT_FIELDS, ...TRUSTED_FIELDS, 'SYSLOG_IDENTIFIER', 'F2B_REPLACED_UNTIL']);
  const replaced = { until: NOON, origin: 'jail' as const };
  const events: readonly AgentEvent[] = [
    { kind: 'ban', ban, replaced, by: 0 },
    { kind: 'unban', ban, cause: 'manual' },
  ];
  for (const event of events) {
    assert.deepEqual(
      Object.keys(readFields(event)).filter((name) => !asked.has(name)),
      [],
    );
  }
});

test('what others write, or the agent’s unit only prints, is no event', () => {
  const ban: AgentEvent = { kind: 'ban', ban: aBan() };
  assert.equal(told(readFields(ban))?.kind, 'ban');
  const foreign = [
    {},
    { ...OF_AGENT, _SYSTEMD_UNIT: 'ssh.service' },
    { ...OF_AGENT, _SYSTEMD_UNIT: 'f2bd.service.evil' },
    { ...OF_AGENT, _TRANSPORT: 'stdout' },
    { ...OF_AGENT, _TRANSPORT: 'syslog' },
    { _TRANSPORT: 'journal', UNIT: 'f2bd.service' },
  ];
  for (const added of foreign) assert.equal(told(readFields(ban, added)), undefined, JSON.stringify(added));
});

test('a ban that lacks something, or has nonsense in it, is none', () => {
  const whole = readFields({ kind: 'ban', ban: aBan() });
  const wrong: Readonly<Record<string, readonly string[]>> = {
    F2B_ADDRESS: ['', 'host', '192.0.2.1\n192.0.2.2', '$(reboot)'],
    F2B_SINCE: ['', '-1', '1e3', '99999999999999999999', 'infinite'],
    F2B_UNTIL: ['', 'never'],
    F2B_DISPOSITION: ['', 'allow'],
    F2B_ORIGIN: ['', '__proto__'],
    F2B_JAIL: [''],
    F2B_EVENT: ['', 'constructor', 'bann'],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) assert.equal(told({ ...whole, [name]: value }), undefined, `${name}=${value}`);
  }
});

test('whatever an entry of the agent’s unit holds, what is read of it is bounded and never throws', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('ban', 'unban', 'problem', '192.0.2.1', '1', 'infinity', 'drop', 'jail', 'expired'),
    fc.nat(50_000).map((length) => 'x\n'.repeat(length)),
    fc.nat(50_000).map((length) => '9'.repeat(length)),
  );
  const fields = fc.dictionary(fc.constantFrom(...EVENT_FIELDS), value);
  const base = fc.constantFrom<AgentEvent>(
    { kind: 'ban', ban: aBan() },
    { kind: 'unban', ban: aBan(), cause: 'manual' },
    { kind: 'stopped' },
  );
  fc.assert(
    fc.property(base, fields, (event, replaced) => {
      const read = told({ ...readFields(event), ...replaced, ...OF_AGENT });
      assert.ok(JSON.stringify(read ?? null).length < 100_000);
    }),
  );
});
