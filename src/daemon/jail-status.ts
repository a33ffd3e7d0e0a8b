/** A jail as `f2bctl status` shows it, and the jail of the bans that people asked for, which has no configuration. */
import type { JailStatus } from '../agent/agent-status.js';
import type { JailConfig } from '../config/config.js';
import { FLEET_JAIL, MANUAL_JAIL } from '../core/ban.js';
import { FOREVER } from '../core/time.js';
import type { JailFigures } from './jail-counters.js';

/** What the decisions in force say of a jail: how many addresses fail, and how many bans there are. */
interface InForce {
  readonly failing: number;
  readonly banned: number;
}

/** `temporary`: what it was given until the configuration is read again. */
export function jailStatus(
  config: JailConfig,
  figures: InForce & JailFigures & Pick<JailStatus, 'slowRegexes'>,
  temporary: readonly string[],
): JailStatus {
  return {
    name: config.name,
    description: config.description,
    filter: config.filter?.name ?? '',
    units: config.journal.units,
    maxretry: config.settings.maxretry,
    findtime: config.settings.findtime,
    bantime: config.settings.bantime,
    ...figures,
    ...(temporary.length > 0 && { temporary }),
  };
}

/** It bans for ever unless it is told otherwise, and counts nothing but its bans. */
export function manualStatus(inForce: InForce, counted: JailFigures): JailStatus {
  return withoutFile(MANUAL_JAIL, 'Bans by hand', inForce, counted);
}

/** Shown where the fleet has banned somebody since the start, or has somebody banned. */
export function fleetStatus(inForce: InForce, counted: JailFigures): readonly JailStatus[] {
  if (inForce.banned === 0 && counted.bans === 0) return [];
  return [withoutFile(FLEET_JAIL, 'Bans that other hosts of the fleet reported', inForce, counted)];
}

function withoutFile(name: string, description: string, inForce: InForce, counted: JailFigures): JailStatus {
  return {
    name,
    description,
    filter: '',
    units: [],
    maxretry: 0,
    findtime: 0,
    bantime: FOREVER,
    ...inForce,
    ...counted,
    slowRegexes: [],
  };
}
