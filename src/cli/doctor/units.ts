/** The units of enabled jails: whether they exist, what they are called, and whether they log where f2b reads. */
import type { JailEntry } from '../../config/files/configuration-files.js';
import {
  areNamed,
  filesAlone,
  presentUnits,
  silence,
  type UnitFault,
  unitFaults,
  unitsToAsk,
} from '../../config/unit-faults.js';
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { UnitState } from '../../core/unit-state.js';
import { unitStates } from '../../host/programs/unit-states.js';
import type { Dependencies } from '../dependencies.js';
import { type Examination, type Finding, problem, warning } from './finding.js';

export const units: Examination = {
  name: 'Jails',
  async find(dependencies, directory) {
    const jails = (await dependencies.configuration.jails(directory)).filter(({ state }) => state === 'enabled');
    const found: Finding[] = [];
    for (const jail of jails) {
      found.push(...forgers(jail), ...(await findingsOf(jail, dependencies, directory)));
    }
    const unlike = await dependencies.unlikeJails(directory);
    return [...found, ...unlike.map(toldAs)];
  },
};

/** What a service says as it starts, it says to the journal even if it logs to files; so long it may take. µs */
const START = 60 * MICROS_PER_SECOND;

function forgers({ name, forgeableBy }: JailEntry): readonly Finding[] {
  if (forgeableBy === '') return [];
  return [warning(`${name}: others could be banned by ${forgeableBy}`, `f2bctl cat ${name} tells how, and what helps`)];
}

async function findingsOf(jail: JailEntry, dependencies: Dependencies, directory: string): Promise<readonly Finding[]> {
  const states = await unitStates(unitsToAsk(jail), dependencies.run);
  if (states === undefined) return [];
  const present = presentUnits(states);
  const faults = unitFaults(jail, states).map(toldAs);
  const isHeard = present.length > 0 && areNamed(jail);
  return isHeard ? [...faults, ...(await silent(jail, present, dependencies, directory))] : faults;
}

function toldAs({ message, hint, isCertain }: UnitFault): Finding {
  return isCertain ? problem(message, hint) : warning(message, hint);
}

/**
 * A service that writes files of its own leaves nothing in the journal but systemd's own words about it; one that runs as
 * another user than the jail says, nothing that is believed.
 */
async function silent(
  jail: JailEntry,
  present: readonly UnitState[],
  dependencies: Dependencies,
  directory: string,
): Promise<readonly Finding[]> {
  const matches = present.map(({ id }) => [`_SYSTEMD_UNIT=${id}`]);
  const last = await lastEntry(jail, matches, dependencies);
  if (last === 'unknown') return [];
  // Who has which file open takes long to find.
  const files = () => dependencies.openLogFiles(present.map(({ id }) => id));
  if (last === 'none') {
    const paths = (await files()).map(({ path }) => path);
    return [toldAs(silence(jail, present, paths))];
  }
  const wrong = await strangers(jail, present, dependencies, directory);
  const started = Math.max(...present.map(({ activeSince }) => activeSince ?? Number.POSITIVE_INFINITY)) + START;
  if (last.receivedAt > started) return wrong;
  const written = (await files()).filter(({ writtenAt }) => writtenAt > started).map(({ path }) => path);
  return written.length > 0 ? [...wrong, toldAs(filesAlone(jail, present, written))] : wrong;
}

/** Entries of the units there are, and none of those whom `User=` names. */
async function strangers(
  jail: JailEntry,
  present: readonly UnitState[],
  dependencies: Dependencies,
  directory: string,
): Promise<readonly Finding[]> {
  const settings = await dependencies.configuration.settings(directory, jail.name);
  const users = settings.find(({ key }) => key === 'User')?.value ?? '';
  const names = users.split(/\s+/).flatMap((word) => (word === '' ? [] : [word.replace(/^-/, '')]));
  const answers = await Promise.all(names.map((name) => dependencies.run(['id', '--user', '--', name])));
  const uids = answers.flatMap((answer) => (answer?.status === 0 ? [answer.output.trim()] : []));
  if (uids.length === 0) return [];
  const matches = present.flatMap(({ id }) => uids.map((uid) => [`_SYSTEMD_UNIT=${id}`, `_UID=${uid}`]));
  if ((await lastEntry(jail, matches, dependencies)) !== 'none') return [];
  const [unit] = present;
  return [
    warning(
      `${jail.name}: nothing of ${idsOf(present)} in the journal is of ${names.join(' or ')}, whom User= names`,
      `journalctl -u ${unit?.id} -o verbose shows as _UID who writes: name that user (f2bctl edit ${jail.name})`,
    ),
  ];
}

function idsOf(units: readonly UnitState[]): string {
  return units.map(({ id }) => id).join(', ');
}

/** The last entry that matches; `unknown` where the journal may not be read, which is said elsewhere. */
async function lastEntry(
  { source }: JailEntry,
  matches: readonly (readonly string[])[],
  { openJournal }: Dependencies,
): Promise<Entry | 'none' | 'unknown'> {
  try {
    const journal = await openJournal({ ...source, matches, fields: [] });
    try {
      journal.seek({ kind: 'tail' });
      return journal.readBackwards(1)[0] ?? 'none';
    } finally {
      journal.close();
    }
  } catch {
    return 'unknown';
  }
}
