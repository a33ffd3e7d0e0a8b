/** What a jail reads: the journal of a unit where the service logs there, else its files through f2b-tail. */

import { wordsOf } from '../config/values/fail2ban-values.js';
import { isUnitName } from '../config/values/journal-readers.js';
import { globPattern } from '../core/glob.js';
import { parseJournalmatch } from '../filter/journalmatch.js';
import { type Answer, differently, type Line, notNeeded, notPossible } from './finding.js';

/** A jail as f2b ships it. */
export interface ShippedJail {
  readonly name: string;
  readonly filter: string;
  readonly units: readonly string[];
  /** Whether it guards here, whatever is imported. */
  readonly isOn?: boolean;
  /** None of its units runs: what it writes cannot be seen. */
  readonly isStopped?: boolean;
}

/** What syslog daemons write, which is in the journal anyway. */
const SYSTEM_LOG =
  /^\/(?:run|var)\/log\/(?:auth\.log|syslog|daemon\.log|mail\.(?:log|warn|err|info)|maillog|secure|messages|user\.log|kern\.log|cron(?:\.log)?)\*?$/;

const journal = (key: string, value: string): Line => ({ section: 'Journal', key, value });

const SOURCE_OF_ITS_OWN = notNeeded('the shipped jail has its source without naming a unit, see f2bctl cat');

/** What is to be read, and a file for f2b-tail if there is one. */
export interface ReadingOf {
  readonly answer: Answer;
  /** /etc/f2b/tail/NAME.conf */
  readonly tail?: string;
}

/** The lines of `logpath` without fail2ban's `head` and `tail`. */
function pathsOf(logpath: string): readonly string[] {
  return wordsOf(logpath).filter((word) => word !== 'head' && word !== 'tail');
}

/** The files that services write themselves, so that what stands there comes into no journal. */
export type WrittenFiles = ReadonlySet<string>;

/** Those that are not in the journal: a service may also write a file with the name of a syslog daemon's. */
function filesOf(logpath: string, written: WrittenFiles): readonly string[] {
  return pathsOf(logpath).filter((path) => !SYSTEM_LOG.test(path) || written.has(path));
}

/** Whether `logpath` names other files than those of the whole system. */
export function namesFiles(logpath: string, written: WrittenFiles): boolean {
  return filesOf(logpath, written).length > 0;
}

/** `unit`: the instance of f2b-tail@. */
export function readingOfFiles(
  logpath: string,
  unit: string,
  { shipped, written }: { readonly shipped: ShippedJail | undefined; readonly written: WrittenFiles },
): ReadingOf {
  const paths = pathsOf(logpath);
  if (paths.length === 0) return { answer: notNeeded('it is empty') };
  if (shipped?.units.length === 0) return { answer: SOURCE_OF_ITS_OWN };
  const files = filesOf(logpath, written);
  if (files.length === 0 && shipped !== undefined) return { answer: fromJournal(shipped) };
  if (files.length === 0)
    return { answer: notPossible('a log of the whole system is not read: name the unit with Unit= in [Journal]') };
  const relative = files.filter((path) => !/^\/[^"'\\%\s]*$/.test(path));
  if (relative.length > 0) return { answer: notPossible(`no absolute path: ${relative.join(' ')}`) };
  const reset =
    shipped === undefined
      ? []
      : [journal('User', ''), journal('Executable', ''), journal('Identifier', ''), journal('Match', '')];
  const lines = [journal('Unit', ''), journal('Unit', `f2b-tail@${unit}.service`), ...reset];
  const note = `f2b-tail@${unit}.service brings the files into the journal; start it: systemctl enable --now f2b-tail@${unit}`;
  return { answer: differently(lines, note), tail: `[Tail]\nFile=${files.join(' ')}\n` };
}

function fromJournal({ units, isStopped }: ShippedJail): Answer {
  const assumed =
    isStopped === true
      ? '; assumed, because the service does not run, so that it is not seen where it logs: f2bctl doctor tells once it does'
      : '';
  return differently([], `read from the journal instead: Unit=${units.join(' ')}${assumed}`);
}

const UNIT_TERM = '_SYSTEMD_UNIT=';
/** What needs no quotes in a list. */
const PLAIN_TERM = /^[A-Z0-9_]+=[^\s"'\\%]+$/;

const CONTAINER_TERM = 'CONTAINER_NAME=';
/** What a shipped jail says of who writes its entries. */
const SENDERS: readonly string[] = ['Unit', 'User', 'Executable', 'Identifier', 'Match'];

/** What the runtime of containers logs for them, or whatever has no unit. */
function withoutUnits(alternatives: readonly (readonly string[])[], shipped: ShippedJail | undefined): Answer {
  const isContainer = (term: string) => term.startsWith(CONTAINER_TERM);
  const containers = alternatives
    .flatMap((terms) => terms.filter(isContainer))
    .map((term) => term.slice(CONTAINER_TERM.length));
  if (containers.length === 0 || !alternatives.every((terms) => terms.some(isContainer))) {
    if (shipped === undefined) return notPossible('it names no unit: write Unit= and Match= in [Journal]');
    return differently([], `it names no unit; read instead: Unit=${shipped.units.join(' ')}`);
  }
  const named = journal('Container', containers.join(' '));
  // Those who made a filter for fail2ban made it for entries; ours know what containers print.
  const lines =
    shipped === undefined
      ? [named, journal('LogType', 'journal')]
      : [
          ...SENDERS.map((key) => journal(key, '')),
          ...(isUnitName(shipped.name) ? [journal('Unit', RUNTIMES), journal('User', 'root')] : []),
          named,
        ];
  const left = alternatives.flat().filter((term) => !isContainer(term));
  const without = left.length === 0 ? '' : `; without ${left.join(' ')}`;
  return differently(lines, `${named.key}=${named.value}${without}; ${ASSUMED_RUNTIME}`);
}

/** Whom a jail believes about containers; one that is called as a unit reads that one, unless it names others. */
const RUNTIMES = 'docker.service libpod-conmon-*.scope';
/** What fail2ban does not ask for. */
const ASSUMED_RUNTIME =
  "assumed to be run by root's Docker or podman: for one of Quadlet write its service in Unit=, for one of a user without root's rights that one in User=, see f2b.unit(5)";

/**
 * fail2ban's `journalmatch`, for a jail of one's own or instead of what the shipped jail reads. What has no unit is left out;
 * what goes with the units narrows them only if it goes with each of them.
 */
export function readingOfMatch(value: string, shipped: ShippedJail | undefined): Answer {
  if (shipped?.units.length === 0) return SOURCE_OF_ITS_OWN;
  const alternatives = parseJournalmatch(value);
  const ofUnits = alternatives.filter((terms) => terms.some((term) => term.startsWith(UNIT_TERM)));
  const units = [
    ...new Set(ofUnits.flat().flatMap((term) => (term.startsWith(UNIT_TERM) ? [term.slice(UNIT_TERM.length)] : []))),
  ];
  if (units.length === 0) return withoutUnits(alternatives, shipped);
  const patterns = shipped?.units.map(globPattern) ?? [];
  if (shipped !== undefined && units.every((unit) => patterns.some((pattern) => pattern.test(unit))))
    return notNeeded(`the shipped jail reads Unit=${shipped.units.join(' ')}`);
  const [first = [], ...others] = ofUnits.map((terms) => terms.filter((term) => !term.startsWith(UNIT_TERM)));
  const isCommon = others.every((terms) => terms.join(' ') === first.join(' '));
  const kept = isCommon ? first.filter((term) => PLAIN_TERM.test(term)) : [];
  const left = alternatives.flat().filter((term) => !term.startsWith(UNIT_TERM) && !kept.includes(term));
  const lines = [
    ...(shipped === undefined ? [] : [journal('Unit', '')]),
    journal('Unit', units.join(' ')),
    ...(kept.length === 0 ? [] : [journal('Match', kept.join(' '))]),
  ];
  const note = lines
    .filter((line) => line.value !== '')
    .map((line) => `${line.key}=${line.value}`)
    .join(' ');
  if (left.length > 0) return differently(lines, `${note}; without ${left.join(' ')}`);
  return { outcome: 'carried over', lines, note };
}
