/** What an import comes to, for programs: the members that f2bctl(1) describes. */
import { problemRecord } from '../../config/configuration-check.js';
import type { Finding } from '../../import/finding.js';
import { changesRecord } from '../change-configuration.js';
import type { CarriedTotal } from './carry-bans.js';
import type { ImportPlan } from './plan.js';

export interface ImportOutcome {
  readonly directory: string;
  readonly plan: ImportPlan;
  /** Nothing was to be written. */
  readonly dryRun: boolean;
  /** Whether the agent goes by it. */
  readonly inForce: boolean;
  /** Undefined when none are carried over. */
  readonly bans?: CarriedTotal | undefined;
}

export function importRecord({ directory, plan, dryRun, inForce, bans }: ImportOutcome): object {
  const { imported, problems, conflicts, fresh, actiond } = plan;
  const { jails, defaults, server, off, missing } = imported;
  return {
    directory,
    dryRun,
    jails: jails.map(({ from, name, findings }) => ({ from, name, settings: findings.map(settingRecord) })),
    defaults: defaults.map(settingRecord),
    server: server.map(settingRecord),
    off: off.map(({ name }) => name),
    guarding: off.flatMap(({ onHere }) => onHere ?? []),
    unknown: missing,
    problems: problems.map(problemRecord),
    conflicts: conflicts.map(({ path, lines }) => ({ file: path, difference: lines })),
    ...changesRecord(fresh, inForce),
    f2bActiond: actiond ?? null,
    bans: bans ?? null,
  };
}

function settingRecord({ option, value, place, outcome, note }: Finding): object {
  return { option, value, place, outcome, note };
}

/** What became of a switch from fail2ban: it waits to be confirmed until `until`, is kept, or was taken back. */
export function switchRecord(state: 'waiting' | 'kept' | 'back', until?: number): object {
  return { state, until: until ?? null };
}
