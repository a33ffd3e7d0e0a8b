import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../../src/agent/agent-event.js';
import { FOREVER } from '../../../src/core/time.js';
import { describeEvent } from '../../../src/notify/describe-event.js';
import { ban, failure, oneOfEachKind } from '../../fakes/events.js';
import { aBan } from '../../fakes/values.js';

/** Level and sentence of each event, as journalctl shows them. */
const sentences: Readonly<Record<AgentEvent['kind'], string>> = {
  started: '6 following the journal with 2 jails, 1 ban in force',
  stopped: '6 stopped; bans stay in the firewall',
  reloaded: '6 the configuration was read again: 1 jail',
  set: '5 ssh.service: BanTime=1h, IgnoreIP=192.0.2.9 until the configuration is read again, as user 1000 asked',
  failure: '6 ssh.service: failure 3 of 5 by 203.0.113.7 for user root',
  failures: '6 ssh.service: 40 failures by 38 addresses',
  spared: '6 ssh.service: 203.0.113.7 failed and is spared: IgnoreIP= lists it',
  ban: '5 ssh.service: banned 203.0.113.7 for 10min after 5 failures',
  unban: '5 ssh.service: unbanned 203.0.113.7: its time is over',
  enforced: '6 ssh.service: the firewall holds 203.0.113.7, 35ms after the entry',
  ineffective:
    '3 ssh.service: 12 failures of 203.0.113.7 since the firewall holds its ban: it comes to port 2222, which the ban does not close; add to Ports= of the jail what the service listens on, or set Disposition=drop (f2bctl edit)',
  reconciled: '5 mended the firewall: 2 missing bans added, 1 foreign item removed',
  suppressed:
    '4 journald dropped 99 entries of ssh.service, an attack may hide behind it; raise RateLimitBurst= in journald.conf or LogRateLimitBurst= of the unit',
  'looked-up':
    '4 ssh.service: determined 203.0.113.7 using a DNS lookup of host.example; whoever has that name chooses whom this bans: let the service log addresses, or write UseDNS=no, or UseDNS=yes to allow it',
  unresolved:
    '4 ssh.service: a failure of nobody.example counts for nobody, as this is no address and no host name that resolves; let the service log addresses, or write <ADDR> in the filter where they stand',
  'slow-line': "4 ssh.service: a line took too long to match and was passed over; simplify the filter's regex: ^(a+)+$",
  problem: '3 no space is left for the state: /var/lib/f2b/state.db; free some space on that file system (df -h)',
  resolved: '5 resolved: no space is left for the state: /var/lib/f2b/state.db',
};

test('each event has its level and sentence', () => {
  const told = Object.fromEntries(
    Object.values(oneOfEachKind).map((event) => {
      const { priority, message } = describeEvent(event);
      return [event.kind, `${priority} ${message}`];
    }),
  );
  assert.deepEqual(told, sentences);
});

test('bans say why they exist and how long they last', () => {
  const say = (changed: Partial<typeof ban>) => describeEvent({ kind: 'ban', ban: { ...ban, ...changed } }).message;
  assert.equal(say({ until: FOREVER }), 'ssh.service: banned 203.0.113.7 for ever after 5 failures');
  assert.equal(
    say({ origin: 'recidive', until: ban.since + 129_600_000_000 }),
    'ssh.service: banned 203.0.113.7 for 1d 12h as it was banned again and again',
  );
  assert.equal(say({ origin: 'manual', jail: 'manual' }), 'manual: banned 203.0.113.7 for 10min as a person asked');
  assert.equal(
    say({ origin: 'manual', reason: 'scans us' }),
    'ssh.service: banned 203.0.113.7 for 10min as a person asked: scans us',
  );
});

test('a ban that takes the place of another one says what that was', () => {
  const replaced = { until: FOREVER, origin: 'manual', reason: 'known' } as const;
  const { message, fields } = describeEvent({ kind: 'ban', ban: { ...ban, origin: 'manual' }, replaced });
  assert.equal(message, 'ssh.service: banned 203.0.113.7 for 10min as a person asked, instead of for ever (known)');
  assert.deepEqual(fields.slice(-2), [
    ['F2B_REPLACED_UNTIL', 'infinity'],
    ['F2B_REPLACED_REASON', 'known'],
  ]);
});

test('a ban carries its evidence and times as fields', () => {
  assert.deepEqual(
    describeEvent({ kind: 'ban', ban: { ...ban, until: FOREVER, ports: ['22/tcp', '2222/tcp'] } }).fields,
    [
      ['F2B_JAIL', 'ssh.service'],
      ['F2B_ADDRESS', '203.0.113.7'],
      ['F2B_SINCE', '1700000000000000'],
      ['F2B_UNTIL', 'infinity'],
      ['F2B_BANTIME', 'infinity'],
      ['F2B_FAILURES', '5'],
      ['F2B_BANCOUNT', '2'],
      ['F2B_ORIGIN', 'jail'],
      ['F2B_DISPOSITION', 'drop'],
      ['F2B_PORT', '22/tcp'],
      ['F2B_PORT', '2222/tcp'],
      ['F2B_CURSOR', 's=1'],
      ['F2B_CURSOR', 's=2'],
    ],
  );
});

test('what the firewall holds is told with as much as finds the ban again, which told the rest', () => {
  assert.deepEqual(describeEvent({ kind: 'enforced', ban, latency: 35_000 }).fields, [
    ['F2B_JAIL', 'ssh.service'],
    ['F2B_ADDRESS', '203.0.113.7'],
    ['F2B_SINCE', '1700000000000000'],
    ['F2B_LATENCY', '35000'],
  ]);
});

test('an attacker chosen user name cannot steer a terminal, turn the text around or flood the journal', () => {
  const say = (user: string) =>
    describeEvent({ kind: 'failure', failure: { ...failure, user }, counted: 1, maxretry: 5 }).message;
  const start = 'ssh.service: failure 1 of 5 by 203.0.113.7 for user ';
  assert.equal(say('\u001b[2J\nroot\u009b1m'), `${start}\\u001b[2J\\u000aroot\\u009b1m`);
  assert.equal(say('a\u202eb\u2028c\ud800d'), `${start}a\\u202eb\\u2028c\\ud800d`);
  assert.equal(say('jürgen 🙂'), `${start}jürgen 🙂`);
  assert.equal(say('x'.repeat(1e6)).length, 2049);
});

test('a firewall that needed no mending is worth a debug message only', () => {
  const { priority, message } = describeEvent({ kind: 'reconciled', reconciliation: { added: 0, removed: 0 } });
  assert.equal(`${priority} ${message}`, '7 the firewall holds all bans and nothing else');
});

test('who asked for a ban or an unban is told, root by name', () => {
  const byHand = aBan({ origin: 'manual' });
  const told = (by: number) => [
    describeEvent({ kind: 'ban', ban: byHand, by }),
    describeEvent({ kind: 'unban', ban: byHand, cause: 'manual', by }),
  ];
  assert.deepEqual(
    [...told(0), ...told(1000)].map(({ message }) => message),
    [
      'ssh.service: banned 192.0.2.1 for 10min as root asked',
      'ssh.service: unbanned 192.0.2.1: root lifted the ban',
      'ssh.service: banned 192.0.2.1 for 10min as user 1000 asked',
      'ssh.service: unbanned 192.0.2.1: user 1000 lifted the ban',
    ],
  );
  for (const { fields } of told(1000)) assert.ok(fields.some(([name, value]) => name === 'F2B_BY' && value === '1000'));
});
