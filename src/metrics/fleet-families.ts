/** The numbers of f2b-fleetd. */
import type { FleetCounting, FleetStatus } from '../ports/fleet-control.js';
import { type Family, seconds, single } from './family.js';

export function fleetFamilies(fleet: FleetStatus): readonly Family[] {
  const gauge = (name: string, help: string, value: number) => single(`f2b_fleet_${name}`, 'gauge', help, value);
  return [
    gauge('connected', 'Whether f2b-fleetd is connected to its servers.', Number(fleet.isConnected)),
    gauge('paused', 'Whether bans of others are paused here.', Number(fleet.isPaused)),
    gauge('members', 'Hosts of the fleet that were heard of within a week, with this one.', fleet.members.length),
    gauge('claims', 'Bans of others that are listened to.', fleet.claims),
    gauge('applied', 'Addresses that are banned here for others.', fleet.held),
    gauge('allowances', 'Addresses and prefixes that administrators spare everywhere.', fleet.allowances.length),
    gauge('waiting', 'Messages of this host that the servers do not have yet.', fleet.waiting),
    gauge('lag_messages', 'Messages of the stream that are not read yet.', fleet.lagMessages),
    gauge('lag_seconds', 'The age of the last message that was read, 0 when all are.', seconds(fleet.lagTime)),
    {
      name: 'f2b_fleet_refused_total',
      kind: 'counter',
      help: 'Messages that were refused since f2b-fleetd started, by reason.',
      samples: Object.entries(fleet.refusals).map(([reason, value]) => ({ labels: { reason }, value })),
    },
    ...(fleet.counting === undefined ? [] : countingFamilies(fleet.counting)),
  ];
}

function countingFamilies(counting: FleetCounting): readonly Family[] {
  const { partitions, held, behind, waiting, bans, problems, refusals } = counting;
  const one = (kind: 'gauge' | 'counter', name: string, help: string, value: number) =>
    single(`f2b_fleet_count_${name}`, kind, help, value);
  return [
    one('gauge', 'partitions', 'Partitions of all addresses of which this host counts the failures.', partitions),
    one('gauge', 'failures', 'Failures of all hosts that may still count, in these partitions.', held),
    one('gauge', 'behind_messages', 'Messages with failures that are not read yet.', behind),
    one('gauge', 'waiting', 'Messages with failures of this host that the servers do not have yet.', waiting),
    one('gauge', 'problems', 'What is wrong with counting together.', problems.length),
    one('counter', 'bans_total', 'Bans that were found by counting together since f2b-fleetd started.', bans),
    {
      name: 'f2b_fleet_count_refused_total',
      kind: 'counter',
      help: 'Messages with failures that were not counted since f2b-fleetd started, by reason.',
      samples: Object.entries(refusals).map(([reason, value]) => ({ labels: { reason }, value })),
    },
  ];
}
