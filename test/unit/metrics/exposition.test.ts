import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { exposition } from '../../../src/metrics/exposition.js';
import type { ActionStatus } from '../../../src/ports/actions-control.js';
import { aStatus } from '../../fakes/agent.js';
import { FakeFleet } from '../../fakes/fleet.js';
import { NOON } from '../../fakes/values.js';

const seen = { seenAt: NOON, isSilent: false, sequence: 10, behind: 2 };
const aMember = { host: 'web2', version: '1', addresses: [], ...seen, applied: 7 };

function valuesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('the numbers of the agent and of each jail have the names that exporters for fail2ban use', () => {
  assert.deepEqual(valuesOf(exposition(aStatus)), [
    'f2b_up 1',
    'f2b_build_info{version="1.2.3"} 1',
    'f2b_start_time_seconds 1777636800',
    'f2b_state{state="starting"} 0',
    'f2b_state{state="running"} 1',
    'f2b_state{state="degraded"} 0',
    'f2b_state{state="stopping"} 0',
    'f2b_problems 0',
    'f2b_entries_total 8500',
    'f2b_journal_position_seconds 1777636800.000009',
    'f2b_firewall_up{firewall="firewalld 2.3.1"} 1',
    'f2b_firewall_held 2',
    'f2b_firewall_pending 0',
    'f2b_firewall_oldest_pending_seconds 0',
    'f2b_jail_count 1',
    'f2b_jail_banned_current{jail="ssh.service"} 2',
    'f2b_jail_banned_total{jail="ssh.service"} 7',
    'f2b_jail_failed_current{jail="ssh.service"} 3',
    'f2b_jail_failed_total{jail="ssh.service"} 40',
    'f2b_jail_slow_lines_total{jail="ssh.service"} 0',
    'f2b_config_jail_ban_time{jail="ssh.service"} 600',
    'f2b_config_jail_find_time{jail="ssh.service"} 600',
    'f2b_config_jail_max_retries{jail="ssh.service"} 5',
  ]);
});

test('the numbers of f2b-fleetd follow where it runs, also while the agent is away', () => {
  const status = new FakeFleet().current;
  const fleet = { ...status, waiting: 4, lagMessages: 7, lagTime: 1_500_000, members: [aMember] };
  const expected = [
    'f2b_fleet_connected 1',
    'f2b_fleet_paused 0',
    'f2b_fleet_members 1',
    'f2b_fleet_claims 2',
    'f2b_fleet_applied 1',
    'f2b_fleet_allowances 0',
    'f2b_fleet_waiting 4',
    'f2b_fleet_lag_messages 7',
    'f2b_fleet_lag_seconds 1.5',
    'f2b_fleet_refused_total{reason="malformed"} 0',
    'f2b_fleet_refused_total{reason="rate"} 3',
  ];
  assert.deepEqual(valuesOf(exposition(undefined, { fleet })), ['f2b_up 0', ...expected]);
  assert.deepEqual(valuesOf(exposition(aStatus, { fleet })).slice(-expected.length), expected);
});

const actions: readonly ActionStatus[] = [
  {
    ...{
      name: 'mail',
      type: 'mail',
      state: 'failing',
      waiting: 3,
      oldest: 1_500_000,
      delivered: 7,
      givenUp: 1,
      dropped: 2,
    },
    ...{ lastSuccess: 1_000_000, lastFailure: 2_000_000, lastError: 'away' },
  },
  { name: 'list', type: 'denylist', state: 'ok', waiting: 0, delivered: 0, givenUp: 0, dropped: 0 },
];

test('the queues of f2b-actiond follow where it runs, by the names of actions', () => {
  assert.deepEqual(valuesOf(exposition(undefined, { actions })), [
    'f2b_up 0',
    'f2b_action_up{action="mail"} 0',
    'f2b_action_up{action="list"} 1',
    'f2b_action_waiting{action="mail"} 3',
    'f2b_action_waiting{action="list"} 0',
    'f2b_action_oldest_waiting_seconds{action="mail"} 1.5',
    'f2b_action_last_success_seconds{action="mail"} 1',
    'f2b_action_delivered_total{action="mail"} 7',
    'f2b_action_delivered_total{action="list"} 0',
    'f2b_action_given_up_total{action="mail"} 1',
    'f2b_action_given_up_total{action="list"} 0',
    'f2b_action_dropped_total{action="mail"} 2',
    'f2b_action_dropped_total{action="list"} 0',
  ]);
});

test('each metric is described before its samples, and a counter is what ends in _total', () => {
  const lines = exposition(aStatus, { fleet: new FakeFleet().current, actions }).trimEnd().split('\n');
  let name = '';
  let kind = '';
  for (const line of lines) {
    const help = /^# HELP (\w+) \S.*\.$/.exec(line);
    const type = /^# TYPE (\w+) (gauge|counter)$/.exec(line);
    if (help !== null) name = help[1] ?? '';
    else if (type !== null) {
      kind = type[2] ?? '';
      assert.equal(type[1], name);
    } else {
      assert.equal(line.split(/[{ ]/)[0], name);
      assert.equal(kind === 'counter', name.endsWith('_total'), line);
    }
  }
});

test('of an agent that is away it is known that it is', () => {
  assert.deepEqual(valuesOf(exposition(undefined)), ['f2b_up 0']);
});

test('names cannot end a label, and a ban for ever is -1', () => {
  const [jail] = aStatus.jails;
  assert.ok(jail);
  const text = exposition({ ...aStatus, jails: [{ ...jail, name: 'a"\\\nb', bantime: FOREVER }] });
  assert.match(text, /^f2b_config_jail_ban_time\{jail="a\\"\\\\\\nb"\} -1$/m);
});

test('a journal that was not read yet has no position', () => {
  assert.doesNotMatch(exposition({ ...aStatus, position: undefined }), /f2b_journal_position_seconds/);
});
