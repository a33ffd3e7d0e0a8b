/**
 * The agent's state as Prometheus' text format. What fail2ban's exporters have has their names, so that dashboards
 * made for them work; each name is of one kind for good.
 */

import type { AgentStatus, JailStatus } from '../agent/agent-status.js';
import { FOREVER } from '../core/time.js';
import type { ActionStatus } from '../ports/actions-control.js';
import type { FleetStatus } from '../ports/fleet-control.js';
import { actionFamilies } from './action-families.js';
import { type Family, familyText, seconds, single } from './family.js';
import { fleetFamilies } from './fleet-families.js';

/** What HTTP calls this text. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What f2b-fleetd and f2b-actiond say, where they run. */
export interface Others {
  readonly fleet?: FleetStatus | undefined;
  readonly actions?: readonly ActionStatus[] | undefined;
}

/** Of an agent that cannot be asked, when undefined, only that. */
export function exposition(status: AgentStatus | undefined, { fleet, actions = [] }: Others = {}): string {
  const up = single('f2b_up', 'gauge', 'Whether the agent answers.', status === undefined ? 0 : 1);
  const ofAgent = status === undefined ? [] : [...agentFamilies(status), ...jailFamilies(status.jails)];
  const ofFleet = fleet === undefined ? [] : fleetFamilies(fleet);
  return [up, ...ofAgent, ...ofFleet, ...actionFamilies(actions)].map(familyText).join('');
}

function agentFamilies(status: AgentStatus): readonly Family[] {
  const { firewall } = status;
  const position = status.position === undefined ? [] : [{ labels: {}, value: seconds(status.position.receivedAt) }];
  return [
    single('f2b_build_info', 'gauge', 'The version, as a label.', 1, { version: status.version }),
    single('f2b_start_time_seconds', 'gauge', 'When the agent started, since the epoch.', seconds(status.startedAt)),
    {
      name: 'f2b_state',
      kind: 'gauge',
      help: 'The state the agent is in has the value 1.',
      samples: (['starting', 'running', 'degraded', 'stopping'] as const).map((state) => ({
        labels: { state },
        value: state === status.state ? 1 : 0,
      })),
    },
    single('f2b_problems', 'gauge', 'Open problems; f2bctl status names them.', status.problems.length),
    single('f2b_entries_total', 'counter', 'Journal entries read.', status.entries),
    {
      name: 'f2b_journal_position_seconds',
      kind: 'gauge',
      help: 'When the entry was received that was read last, since the epoch.',
      samples: position,
    },
    single(
      'f2b_firewall_up',
      'gauge',
      'Whether the firewall can be told of bans.',
      firewall.state === 'ready' ? 1 : 0,
      {
        firewall: firewall.name,
      },
    ),
    single('f2b_firewall_held', 'gauge', 'Addresses that the firewall confirmed.', firewall.held),
    single('f2b_firewall_pending', 'gauge', 'Changes that the firewall has not confirmed.', firewall.pending),
    single(
      'f2b_firewall_oldest_pending_seconds',
      'gauge',
      'The age of the oldest of them.',
      seconds(firewall.oldestPending),
    ),
  ];
}

function jailFamilies(jails: readonly JailStatus[]): readonly Family[] {
  const of = (name: string, kind: Family['kind'], help: string, value: (jail: JailStatus) => number): Family => ({
    name,
    kind,
    help,
    samples: jails.map((jail) => ({ labels: { jail: jail.name }, value: value(jail) })),
  });
  return [
    single('f2b_jail_count', 'gauge', 'Jails, with the one of the bans that people ask for.', jails.length),
    of('f2b_jail_banned_current', 'gauge', 'Bans in force.', ({ banned }) => banned),
    of('f2b_jail_banned_total', 'counter', 'Bans since the agent started.', ({ bans }) => bans),
    of('f2b_jail_failed_current', 'gauge', 'Addresses with counted failures.', ({ failing }) => failing),
    of('f2b_jail_failed_total', 'counter', 'Failures since the agent started.', ({ failures }) => failures),
    of(
      'f2b_jail_slow_lines_total',
      'counter',
      'Lines passed over as they took too long.',
      ({ slowLines }) => slowLines,
    ),
    of('f2b_config_jail_ban_time', 'gauge', 'BanTime= in seconds, -1 for ever.', ({ bantime }) =>
      bantime === FOREVER ? -1 : seconds(bantime),
    ),
    of('f2b_config_jail_find_time', 'gauge', 'FindTime= in seconds.', ({ findtime }) => seconds(findtime)),
    of('f2b_config_jail_max_retries', 'gauge', 'MaxRetry=, 0 for none.', ({ maxretry }) => maxretry),
  ];
}
