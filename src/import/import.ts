/** The whole of fail2ban's configuration as f2b's. Invariant: every jail, on or off, has its place in the result. */
import type { Parsed } from '../core/problem.js';
import { isEnabled, readJails, readServer } from './fail2ban.js';
import { type Finding, notPossible } from './finding.js';
import { type ImportedJail, INHERITED, importJail, type Known, sectionsOf } from './import-jail.js';
import type { ImportedFile } from './imported-file.js';
import { isWanted } from './is-wanted.js';
import type { TakenNames } from './other-actions.js';
import { defaultFindings, serverFindings } from './other-options.js';

export interface ImportRequest extends Known {
  /** Names of fail2ban's jails; all when it is empty. */
  readonly only: readonly string[];
}

export interface Imported {
  readonly jails: readonly ImportedJail[];
  /** Of what [DEFAULT] has beside the settings of jails. */
  readonly defaults: readonly Finding[];
  /** Of what fail2ban.local has, which is about fail2ban itself. */
  readonly server: readonly Finding[];
  /** What becomes of that. */
  readonly serverFiles: readonly ImportedFile[];
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
  const wanted = all.filter(({ name }) => isWanted(name, only));
  const taken: TakenNames = new Map();
  const enabled = wanted.filter(isEnabled);
  const converted = enabled.map((jail) => importJail(jail, request, taken));
  const ofServer = only.length === 0 ? serverFindings(server.value ?? []) : [];
  const jails = onePerFile(converted.map(({ value }) => value));
  return {
    value: {
      jails,
      defaults: only.length === 0 ? defaultFindings(defaults, enabled, INHERITED) : [],
      server: ofServer,
      serverFiles: filesOfServer(ofServer),
      off: wanted
        .filter((jail) => !isEnabled(jail))
        .map(({ name }) => ({ name, onHere: onHere(name, request.shipped, jails) })),
      missing: only.filter((name) => !all.some((jail) => jail.name === name)),
    },
    problems: [...read.problems, ...server.problems, ...converted.flatMap(({ problems }) => problems)],
  };
}

/** A drop-in of f2bd.conf, when anything is carried over. */
function filesOfServer(findings: readonly Finding[]): readonly ImportedFile[] {
  if (findings.every(({ lines }) => lines.length === 0)) return [];
  const text = `# Made by f2bctl import from fail2ban's own settings.\n${sectionsOf(findings)}`;
  return [{ path: 'f2bd.conf.d/40-fail2ban-memory.conf', text }];
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

function without(jail: ImportedJail, why: string): ImportedJail {
  return { ...jail, files: [], findings: jail.findings.map((found) => ({ ...found, ...notPossible(why) })) };
}
