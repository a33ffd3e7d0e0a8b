/**
 * The agent's state as Prometheus' text format. What fail2ban's exporters have has their names, so that dashboards
 * made for them work; each name is of one kind for good.
 * The format: https://prometheus.io/docs/instrumenting/exposition_formats/
 */

import type { AgentStatus, JailStatus } from '../agent/agent-status.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';

/** What HTTP calls this text. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One metric, with all its samples. */
interface Family {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Of an agent that cannot be asked, when undefined, only that. */
export function exposition(status: AgentStatus | undefined): string {
  const up = single('f2b_up', 'gauge', 'Whether the agent answers.', status === undefined ? 0 : 1);
  const families = status === undefined ? [up] : [up, ...agentFamilies(status), ...jailFamilies(status.jails)];
  return families.map(familyText).join('');
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

function single(name: string, kind: Family['kind'], help: string, value: number, labels: Labels = {}): Family {
  return { name, kind, help, samples: [{ labels, value }] };
}

function seconds(micros: number): number {
  return micros / MICROS_PER_SECOND;
}

function familyText({ name, kind, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
