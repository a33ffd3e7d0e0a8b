/** One jail's files → its JailConfig, complete with the defaults of f2bd.conf, and checked. */
import { isJailWithoutFile, MANUAL_JAIL } from '../core/ban.js';
import { isJailName } from '../core/names.js';
import type { Problem } from '../core/problem.js';
import { type Assigned, list, type Placed, scalar } from './assigned.js';
import type { JailConfig, JournalSelection } from './config.js';
import type { Assignment, Place } from './files/syntax.js';
import { isRefused, readJournal } from './journal-selection.js';
import { banKeys, jailKeys, journalKeys } from './keys/keys.js';
import { checkPorts, readLimits, readSpared } from './limits.js';
import type { Machine } from './values/machine.js';
import { quoted } from './values/quoted.js';
import type { ServiceLookup } from './values/services.js';

/** A jail's name, its main file, and the assignments in force. */
export interface JailInput {
  readonly name: string;
  readonly file: string;
  /** f2bd.conf's [Ban]. */
  readonly defaults: readonly Assignment[];
  /** The jail's own, which outrank them; those of drop-ins last. */
  readonly own: readonly Assignment[];
}

/** What means nothing to a jail that reads no entries. */
const OF_ENTRIES: readonly string[] = [jailKeys.filter, ...Object.values(journalKeys)].map(({ name }) => name);

const none: JournalSelection = { units: [], matches: [] };

/** Reads one jail. Problems of a jail that is switched off are warnings: it must not keep the agent from starting. */
export function readJail(
  input: JailInput,
  services: ServiceLookup,
  machine: Machine,
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
  const journal = recidive ? none : readJournal(assigned, { name: input.name, whole, isLookedUp: enabled }, machine);
  checkFilter(assigned, filter, source, whole);
  const value: JailConfig = {
    name: input.name,
    file: input.file,
    description: scalar(assigned, jailKeys.description).value,
    documentation: list(assigned, jailKeys.documentation).map(({ value }) => value),
    forgeableBy: scalar(assigned, jailKeys.forgeableBy).value,
    enabled,
    filter: recidive ? undefined : filter.value,
    filterPlace: filter.place ?? whole,
    journal,
    settings: { ...limits, name: input.name, recidive },
    maxretryUserPlace: scalar({ assignments: input.own, problems: [] }, banKeys.maxretryUser).place,
    spare: readSpared(assigned, machine),
    usedns: scalar(assigned, banKeys.usedns).value,
    actions: readActions(assigned),
  };
  const problems = enabled
    ? assigned.problems
    : assigned.problems.map((problem) => ({ ...problem, severity: 'warning' as const }));
  return { value, problems };
}

/** Each of them once. */
export function readActions(assigned: Assigned): readonly string[] {
  return [...new Set(list(assigned, banKeys.action).map(({ value }) => value))];
}

function checkName(name: string, whole: Place): readonly Problem[] {
  if (isJailWithoutFile(name)) {
    const message = `${quoted(name)} is the jail of bans that ${name === MANUAL_JAIL ? 'a person asked for' : 'other hosts reported'}`;
    return [{ ...whole, message, hint: 'give the file another name' }];
  }
  if (isJailName(name)) return [];
  const hint = 'name the file after the unit it guards, such as ssh.service.conf';
  return [{ ...whole, message: `${quoted(name)} cannot be the name of a jail`, hint }];
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
    if (!OF_ENTRIES.includes(key)) continue;
    const message = `${key}= with Source=bans: such a jail reads no journal entries`;
    assigned.problems.push({ ...place, message, hint: `drop ${key}=, or Source=` });
  }
}
