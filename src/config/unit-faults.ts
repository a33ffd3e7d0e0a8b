/** Why a jail hears nothing, as far as its units tell: each with what to do. */
import type { JournalSource } from '../core/journal-source.js';
import type { UnitState } from '../core/unit-state.js';

/** A jail that reads entries of units. */
export interface ReadingJail {
  readonly name: string;
  readonly units: readonly string[];
  readonly source?: JournalSource;
}

export interface UnitFault {
  readonly message: string;
  readonly hint: string;
  /** The jail cannot work; else it may be meant so. */
  readonly isCertain: boolean;
}

/** The units to be asked about: none that only a pattern names, and none of another machine. */
export function unitsToAsk({ units, source }: ReadingJail): readonly string[] {
  if (source?.directory !== undefined) return [];
  return units.filter((name) => !/[*?[]|@\.[a-z]+$/.test(name));
}

/** The units that there are. */
export function presentUnits(states: readonly UnitState[]): readonly UnitState[] {
  return states.filter(({ load }) => load === 'loaded');
}

/** `states`: of the units to be asked about. */
export function unitFaults(jail: ReadingJail, states: readonly UnitState[]): readonly UnitFault[] {
  const present = presentUnits(states);
  const areAll = states.length === jail.units.length;
  if (present.length === 0) return areAll && states.length > 0 ? [absent(jail, states)] : [];
  const wrong = jail.source?.namespace ?? '';
  return [
    ...present.filter(({ id }) => !jail.units.includes(id)).map((unit) => alias(jail, unit)),
    ...present.filter(({ namespace }) => namespace !== wrong).map((unit) => inNamespace(jail, unit)),
  ];
}

/** True when all that the jail reads can be told by name. */
export function areNamed(jail: ReadingJail): boolean {
  return unitsToAsk(jail).length === jail.units.length;
}

/** None of the units, which are there, ever logged anything; `files`: the logs that they are known to write to. */
export function silence(
  { name }: ReadingJail,
  present: readonly UnitState[],
  files: readonly string[] = [],
): UnitFault {
  const units = namesOf(present);
  if (files.length > 0) return writingElsewhere(name, `${units} writes to ${listed(files)}, and never to the journal`);
  const message = `${name}: nothing of ${units} is in the journal`;
  const hint = `see where it logs to; the head of the jail says how to make it log to the journal: f2bctl cat ${name}`;
  return { message, hint, isCertain: false };
}

/** The units write to these logs, and wrote no more to the journal than as they were started. */
export function filesAlone({ name }: ReadingJail, present: readonly UnitState[], files: readonly string[]): UnitFault {
  const since = 'and nothing to the journal since it was started';
  return writingElsewhere(name, `${namesOf(present)} writes to ${listed(files)}, ${since}`);
}

function writingElsewhere(name: string, what: string): UnitFault {
  const hint = `the head of the jail says how to make it log to the journal (f2bctl cat ${name}); or follow the file: f2b-tail(8)`;
  return { message: `${name}: ${what}`, hint, isCertain: false };
}

function namesOf(units: readonly UnitState[]): string {
  return units.map(({ id }) => id).join(', ');
}

/** Of many the first. */
function listed(files: readonly string[]): string {
  const [first = '', second, ...others] = files;
  if (second === undefined) return first;
  return others.length === 0 ? `${first} and ${second}` : `${first} and ${others.length + 1} other files`;
}

/** All that the jail read for a day is of another kind than its filter is written for. */
export function unlikeFilter({ name }: Pick<ReadingJail, 'name'>, filter = ''): UnitFault {
  const message = `${name}: of a day’s entries none begins like what its filter ${filter} is written for`;
  const hint = `name that program’s filter in Filter=, or the unit of the filter’s program in [Journal]: f2bctl edit ${name}`;
  return { message, hint, isCertain: false };
}

function absent({ name }: ReadingJail, states: readonly UnitState[]): UnitFault {
  const masked = states.filter(({ load }) => load === 'masked').map((unit) => unit.name);
  if (masked.length > 0) {
    const hint = `systemctl unmask, or: f2bctl disable --now ${name}`;
    return { message: `${name}: ${masked.join(' and ')} is masked`, hint, isCertain: false };
  }
  const names = states.map((unit) => unit.name).join(' nor ');
  return {
    message: `${name}: this machine has no ${names}`,
    hint: `name the unit of the service in Unit= (f2bctl edit ${name}), or: f2bctl disable --now ${name}`,
    isCertain: false,
  };
}

function alias({ name }: ReadingJail, unit: UnitState): UnitFault {
  const message = `${name}: ${unit.name} is another name of ${unit.id}, and the journal has only that`;
  return { message, hint: `write Unit=${unit.id}: f2bctl edit ${name}`, isCertain: true };
}

function inNamespace({ name }: ReadingJail, unit: UnitState): UnitFault {
  if (unit.namespace === '') {
    const message = `${name}: ${unit.id} logs into no journal namespace, and LogNamespace= names one`;
    return { message, hint: `drop LogNamespace=: f2bctl edit ${name}`, isCertain: true };
  }
  const message = `${name}: ${unit.id} logs into the journal namespace ${unit.namespace}, which is not read`;
  const hint = `write LogNamespace=${unit.namespace} in [Journal]: f2bctl edit ${name}`;
  return { message, hint, isCertain: true };
}
