/** One jail's files → its JailConfig, complete with the defaults of f2bd.conf, and checked. */
import { MANUAL_JAIL } from '../core/ban.js';
import type { Problem } from '../core/problem.js';
import { type Assigned, list, type Placed, scalar } from './assigned.js';
import type { JailConfig, JournalSelection } from './config.js';
import { isTrusted, isUnitName } from './journal-readers.js';
import { banKeys, jailKeys, journalKeys } from './keys.js';
import { checkPorts, type IsUsable, readLimits, readSpared } from './limits.js';
import { quoted } from './quoted.js';
import type { ServiceLookup } from './services.js';
import type { Assignment, Place } from './syntax.js';

/** A jail's name, its main file, and the assignments in force. */
export interface JailInput {
  readonly name: string;
  readonly file: string;
  /** f2bd.conf's [Ban]. */
  readonly defaults: readonly Assignment[];
  /** The jail's own, which outrank them; those of drop-ins last. */
  readonly own: readonly Assignment[];
}

/** Reads one jail. Problems of a jail that is switched off are warnings: it must not keep the agent from starting. */
export function readJail(
  input: JailInput,
  services: ServiceLookup,
  isUsable?: IsUsable,
): { readonly value: JailConfig; readonly problems: readonly Problem[] } {
  const assigned: Assigned = { assignments: [...input.defaults, ...input.own], problems: [] };
  const whole: Place = { file: input.file, line: 0 };
  assigned.problems.push(...checkName(input.name, whole));
  const limits = readLimits(assigned, services, whole);
  checkPorts(assigned, input.name, whole);
  const source = scalar(assigned, jailKeys.source);
  const filter = scalar(assigned, jailKeys.filter);
  const enabled = scalar(assigned, jailKeys.enabled).value;
  const recidive = source.value === 'bans';
  const journal = recidive ? { units: [], matches: [] } : readJournal(assigned, input.name, whole);
  checkFilter(assigned, filter, source, whole);
  const value: JailConfig = {
    name: input.name,
    file: input.file,
    description: scalar(assigned, jailKeys.description).value,
    documentation: list(assigned, jailKeys.documentation).map(({ value }) => value),
    enabled,
    filter: recidive ? undefined : filter.value,
    filterPlace: filter.place ?? whole,
    journal,
    settings: { ...limits, name: input.name, recidive },
    maxretryUserPlace: scalar({ assignments: input.own, problems: [] }, banKeys.maxretryUser).place,
    spare: readSpared(assigned, isUsable),
    usedns: scalar(assigned, banKeys.usedns).value,
  };
  const problems = enabled
    ? assigned.problems
    : assigned.problems.map((problem) => ({ ...problem, severity: 'warning' as const }));
  return { value, problems };
}

/** Jail names appear in journal fields and in the firewall's names. */
function checkName(name: string, whole: Place): readonly Problem[] {
  if (name === MANUAL_JAIL) {
    const message = `${quoted(name)} is the jail of bans that a person asked for`;
    return [{ ...whole, message, hint: 'give the file another name' }];
  }
  if (/^[\w@][\w:.@\\-]{0,127}$/.test(name)) return [];
  const hint = 'name the file after the unit it guards, such as ssh.service.conf';
  return [{ ...whole, message: `${quoted(name)} cannot be the name of a jail`, hint }];
}

function readJournal(assigned: Assigned, name: string, whole: Place): JournalSelection {
  const unit = list(assigned, journalKeys.unit).map(({ value }) => value);
  const matches = list(assigned, journalKeys.match);
  const units = unit.length === 0 && isUnitName(name) ? [name] : unit;
  const alreadySaid = isRefused(assigned, 'Unit') || isRefused(assigned, 'Match');
  if (units.length === 0 && !alreadySaid && !matches.some(({ value }) => isTrusted(value))) {
    assigned.problems.push(matches.length === 0 ? selectsNothing(whole) : selectsForgeable(matches[0]?.place ?? whole));
  }
  return { units: [...new Set(units)], matches: [...new Set(matches.map(({ value }) => value))] };
}

/** True when a value of the key was refused: what follows from its absence is no news. */
function isRefused({ problems }: Assigned, key: string): boolean {
  return problems.some(({ message }) => message.startsWith(`${key}=:`));
}

function selectsNothing(whole: Place): Problem {
  return {
    ...whole,
    message: 'the jail reads nothing: there is no Unit=, and the file is not named after a unit',
    hint: 'add Unit= in [Journal], such as Unit=ssh.service',
  };
}

function selectsForgeable(place: Place): Problem {
  return {
    ...place,
    message: 'Match= names no field that tells who wrote an entry: any local user could get anybody banned',
    hint: 'add Unit=, or a field that journald sets itself, such as _UID= or _EXE=; see systemd.journal-fields(7)',
  };
}

function checkFilter(
  assigned: Assigned,
  filter: Placed<unknown>,
  source: Placed<'journal' | 'bans'>,
  whole: Place,
): void {
  if (source.value === 'journal' && filter.value === undefined) {
    const message = 'the jail has no filter, so nothing would ever be a failure';
    if (!isRefused(assigned, 'Filter'))
      assigned.problems.push({ ...whole, message, hint: 'add Filter= in [Jail], such as Filter=sshd' });
  }
  if (source.value !== 'bans') return;
  for (const { key, place } of assigned.assignments) {
    if (key !== 'Filter' && key !== 'Unit' && key !== 'Match') continue;
    const message = `${key}= with Source=bans: such a jail reads no journal entries`;
    assigned.problems.push({ ...place, message, hint: `drop ${key}=, or Source=` });
  }
}
