/** The [Ban] section read into the limits the core works with, with the contradictions among them refused. */
import type { Problem } from '../core/problem.js';
import type { Increment, JailSettings } from '../core/settings.js';
import { FOREVER } from '../core/time.js';
import { formatDuration } from '../text/duration.js';
import { type Assigned, list, type Placed, scalar } from './assigned.js';
import type { SpareConfig } from './config.js';
import type { Place } from './files/syntax.js';
import { banKeys } from './keys/keys.js';
import type { Machine } from './values/machine.js';
import { readPort } from './values/port-list.js';
import { quoted } from './values/quoted.js';
import type { ServiceLookup } from './values/services.js';

export type Limits = Omit<JailSettings, 'name' | 'recidive'>;

/** Reads the limits; `whole` is where problems go that no line is to blame for. */
export function readLimits(assigned: Assigned, services: ServiceLookup, whole: Place): Limits {
  const disposition = scalar(assigned, banKeys.disposition);
  const ports = readPorts(assigned, services);
  const bantime = scalar(assigned, banKeys.bantime);
  const aggregateAfter = scalar(assigned, banKeys.aggregateAfter);
  const limits: Limits = {
    maxretry: scalar(assigned, banKeys.maxretry).value,
    findtime: scalar(assigned, banKeys.findtime).value,
    bantime: bantime.value,
    disposition: disposition.value,
    ports: disposition.value === 'ports' ? ports : [],
    increment: readIncrement(assigned, bantime, whole),
    offenderMemory: scalar(assigned, banKeys.offenderMemory).value,
    ipv4Prefix: scalar(assigned, banKeys.ipv4Prefix).value,
    ipv6Prefix: scalar(assigned, banKeys.ipv6Prefix).value,
    aggregateAfter: aggregateAfter.value,
    maxretryUser: scalar(assigned, banKeys.maxretryUser).value,
    resetOnSuccess: scalar(assigned, banKeys.resetOnSuccess).value,
  };
  if (aggregateAfter.value !== undefined && limits.ipv4Prefix <= 24 && limits.ipv6Prefix <= 48) {
    assigned.problems.push(nothingToGather(aggregateAfter.place ?? whole));
  }
  return limits;
}

/** Names are resolved and doubles dropped. */
function readPorts(assigned: Assigned, services: ServiceLookup): readonly string[] {
  const ports = list(assigned, banKeys.ports).flatMap(({ value, place }) => {
    const read = readPort(value, services);
    if (read.ok) return read.value;
    const problem = { message: `Ports=: ${read.message}`, ...(read.hint === undefined ? {} : { hint: read.hint }) };
    if (place !== undefined) assigned.problems.push({ ...place, ...problem });
    return [];
  });
  return [...new Set(ports)];
}

function readIncrement(assigned: Assigned, bantime: Placed<number>, whole: Place): Increment | undefined {
  const on = scalar(assigned, banKeys.bantimeIncrement);
  const maxtime = scalar(assigned, banKeys.bantimeMax);
  const increment: Increment = {
    factor: scalar(assigned, banKeys.bantimeFactor).value,
    multipliers: list(assigned, banKeys.bantimeMultipliers).map(({ value }) => value),
    maxtime: maxtime.value,
    random: scalar(assigned, banKeys.bantimeRandom).value,
    allJails: scalar(assigned, banKeys.bantimeAllJails).value,
  };
  if (!on.value || bantime.value === FOREVER) return undefined;
  const memory = scalar(assigned, banKeys.offenderMemory);
  if (memory.value === 0) assigned.problems.push(withoutMemory(memory.place ?? on.place ?? whole));
  if (maxtime.value < bantime.value) {
    assigned.problems.push(maxBelowFirst(maxtime.place ?? whole, maxtime.value, bantime.value));
  }
  return increment;
}

function withoutMemory(place: Place): Problem {
  return {
    ...place,
    message: 'BanTimeIncrement=yes with OffenderMemory=0: without memory every ban is the first one',
    hint: 'give OffenderMemory= a time longer than BanTime=, such as 30d',
  };
}

function maxBelowFirst(place: Place, maxtime: number, bantime: number): Problem {
  return {
    ...place,
    message: `BanTimeMax=${formatDuration(maxtime)} is less than BanTime=${formatDuration(bantime)}, the length of the first ban`,
    hint: 'raise BanTimeMax= or lower BanTime=',
  };
}

function nothingToGather(place: Place): Problem {
  return {
    ...place,
    message:
      'AggregateAfter= gathers bans within a /24 or /48, and IPv4Prefix= and IPv6Prefix= are no longer than that',
    hint: 'drop AggregateAfter=, or raise IPv4Prefix= or IPv6Prefix=',
  };
}

/** `Disposition=ports` needs ports; f2bd.conf alone may leave them to the jails. */
export function checkPorts(assigned: Assigned, jail: string, whole: Place): void {
  const disposition = scalar(assigned, banKeys.disposition);
  if (disposition.value !== 'ports' || list(assigned, banKeys.ports).length > 0) return;
  assigned.problems.push({
    ...(disposition.place ?? whole),
    message: `Disposition=ports without Ports=: bans of the jail ${jail} would close nothing`,
    hint: 'add the ports of the service, such as Ports=22/tcp, or write Disposition=drop',
  });
}

const FILE = 'file:';

/** Who is spared. That a file is missing is a warning: it may come later, and until then spares nobody. */
export function readSpared(assigned: Assigned, { isUsable }: Pick<Machine, 'isUsable'>): SpareConfig {
  const ignoreip = list(assigned, banKeys.ignoreip);
  const command = scalar(assigned, banKeys.ignorecommand);
  const lists = ignoreip.filter(({ value }) => value.startsWith(FILE) && !isUsable(value.slice(FILE.length), 'list'));
  for (const { value, place } of lists) if (place !== undefined) assigned.problems.push(noList(value, place));
  const program = command.value?.[0];
  if (program !== undefined && command.place !== undefined && !isUsable(program, 'program')) {
    assigned.problems.push(noProgram(program, command.place));
  }
  return {
    ignoreip: [...new Set(ignoreip.map(({ value }) => value))],
    ignoreself: scalar(assigned, banKeys.ignoreself).value,
    ignorecommands: command.value === undefined ? [] : [command.value],
    spareLoggedIn: scalar(assigned, banKeys.spareLoggedIn).value,
  };
}

function noList(word: string, place: Place): Problem {
  return {
    ...place,
    message: `IgnoreIP=: ${quoted(word)} cannot be read, so it spares nobody`,
    hint: 'create the file, readable for the user f2b; it is read as soon as it is there',
    severity: 'warning',
  };
}

function noProgram(program: string, place: Place): Problem {
  return {
    ...place,
    message: `IgnoreCommand=: ${quoted(program)} cannot be run, so it spares nobody`,
    hint: 'give the absolute path of a program that the user f2b may run',
    severity: 'warning',
  };
}
