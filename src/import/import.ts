/** The whole of fail2ban's configuration as f2b's. Invariant: every jail, on or off, has its place in the result. */
import type { Parsed } from '../core/problem.js';
import { isEnabled, readJails, readServer } from './fail2ban.js';
import { filterFiles } from './filter-files.js';
import { type Finding, notPossible } from './finding.js';
import {
  defaultFindings,
  type ImportedFile,
  type ImportedJail,
  importJail,
  type Known,
  serverFindings,
} from './import-jail.js';
import type { TakenNames } from './other-actions.js';

export interface ImportRequest extends Known {
  /** The names of the filter files that f2b ships. */
  readonly shippedFilters: readonly string[];
  /** Whether everybody may read a file, as they may what is written. */
  readonly isPublic: (path: string) => boolean;
  /** Names of fail2ban's jails; all when it is empty. */
  readonly only: readonly string[];
}

export interface Imported {
  readonly jails: readonly ImportedJail[];
  /** Of what [DEFAULT] has beside the settings of jails. */
  readonly defaults: readonly Finding[];
  /** Of what fail2ban.local has, which is about fail2ban itself. */
  readonly server: readonly Finding[];
  /** Jails that fail2ban has switched off, and the one that is on here all the same. */
  readonly off: readonly { readonly name: string; readonly onHere: string | undefined }[];
  /** Names of `only` that fail2ban has no jail for. */
  readonly missing: readonly string[];
}

/** Undefined when there is no jail file to read. */
export function importFail2ban(request: ImportRequest): Parsed<Imported | undefined> {
  const { directory, files, only } = request;
  const read = readJails(directory, files);
  if (read.value === undefined) return { value: undefined, problems: read.problems };
  const { jails: all, defaults } = read.value;
  const server = readServer(directory, files);
  const wanted = all.filter(({ name }) => only.length === 0 || only.includes(name));
  const taken: TakenNames = new Map();
  const converted = wanted.filter(isEnabled).map((jail) => {
    const imported = importJail(jail, request, taken);
    if (imported.filter === '') return { jail: imported, problems: [] };
    const filters = filterFiles(imported.filter, request);
    return { jail: withFilter(imported, filters.value), problems: filters.problems };
  });
  const jails = onePerFile(converted.map(({ jail }) => jail));
  return {
    value: {
      jails,
      defaults: only.length === 0 ? defaultFindings(defaults) : [],
      server: only.length === 0 ? serverFindings(server.value ?? []) : [],
      off: wanted
        .filter((jail) => !isEnabled(jail))
        .map(({ name }) => ({ name, onHere: onHere(name, request.shipped, jails) })),
      missing: only.filter((name) => !all.some((jail) => jail.name === name)),
    },
    problems: [...read.problems, ...server.problems, ...converted.flatMap(({ problems }) => problems)],
  };
}

/** The shipped jail of that name or filter that guards here and has no other counterpart. */
function onHere(name: string, shipped: Known['shipped'], imported: readonly ImportedJail[]): string | undefined {
  const found = shipped.find((jail) => jail.isOn === true && (jail.name === name || jail.filter === name));
  return imported.some((jail) => jail.name === found?.name) ? undefined : found?.name;
}

/** Of several jails that are the same one here, the first is carried over: two would count each failure twice. */
function onePerFile(jails: readonly ImportedJail[]): readonly ImportedJail[] {
  const first = new Map<string, string>();
  return jails.map((jail) => {
    if (jail.files.length === 0) return jail;
    const owner = first.get(jail.name);
    if (owner === undefined) first.set(jail.name, jail.from);
    return owner === undefined ? jail : without(jail, `[${owner}] is ${jail.name} already: set there what it needs`);
  });
}

/** A jail without a filter would be refused. */
function withFilter(jail: ImportedJail, filters: readonly ImportedFile[] | undefined): ImportedJail {
  if (filters !== undefined) return { ...jail, files: [...filters, ...jail.files] };
  return without(jail, `there is no filter ${jail.filter} here, nor in fail2ban's filter.d: nothing of it is written`);
}

function without(jail: ImportedJail, why: string): ImportedJail {
  return { ...jail, files: [], findings: jail.findings.map((found) => ({ ...found, ...notPossible(why) })) };
}
