/** What an import would write, told and not done. */

import { unitsToAsk } from '../../config/unit-faults.js';
import { parseServices } from '../../config/values/services.js';
import type { Problem } from '../../core/problem.js';
import type { UnitState } from '../../core/unit-state.js';
import { F2bError } from '../../errors.js';
import { unitStates } from '../../host/programs/unit-states.js';
import { type Imported, importFail2ban } from '../../import/import.js';
import { reportLines } from '../../import/report.js';
import type { Change } from '../change-configuration.js';
import type { Dependencies } from '../dependencies.js';
import { type ActiondState, actiondLines, actiondState } from './actiond.js';
import { type Conflict, conflictWith, tellConflict } from './write-files.js';

export interface ImportRequest {
  /** fail2ban's folder. */
  readonly directory: string;
  readonly outputDirectory: string;
  /** Names of fail2ban's jails; all when it is empty. */
  readonly only: readonly string[];
}

export interface ImportPlan {
  readonly imported: Imported;
  /** Of fail2ban's files. */
  readonly problems: readonly Problem[];
  /** The files of f2bd itself and of each jail, also those that are there. */
  readonly groups: readonly (readonly Change[])[];
  readonly conflicts: readonly Conflict[];
  /** Files that are not there yet. */
  readonly fresh: readonly Change[];
  /** What becomes of the actions among them. */
  readonly actiond: ActiondState | undefined;
}

/** Of a folder without any jail file. */
function noneIn(directory: string): Problem {
  const hint = 'name the folder that holds jail.conf or jail.local: f2bctl import DIRECTORY';
  return { file: directory, line: 0, message: 'holds no configuration of fail2ban', hint };
}

/** What dpkg(1) says: a `5` is another checksum. Nothing where it cannot be asked. */
async function changedFiles({ run }: Pick<Dependencies, 'run'>): Promise<ReadonlySet<string>> {
  const answer = await run(['dpkg', '--verify', 'fail2ban']);
  const found = (answer?.output ?? '').matchAll(/^..5\S* +(?:c +)?(\/.+)$/gm);
  return new Set([...found].flatMap(([, path]) => path ?? []));
}

/** As far as systemd knows them: of patterns, and where it cannot be asked, nothing is known. */
function areStopped(units: readonly string[], states: readonly UnitState[] | undefined): boolean {
  const known = states?.filter(({ name }) => units.includes(name)) ?? [];
  return known.length > 0 && !known.some(({ isActive }) => isActive);
}

/** Tells what becomes of each setting, and how files that are there differ. Throws FILE_UNREADABLE. */
export async function planImport(
  { directory, outputDirectory, only }: ImportRequest,
  dependencies: Dependencies,
): Promise<ImportPlan> {
  const { configuration, output } = dependencies;
  const jails = await configuration.jails(outputDirectory);
  const filterPath = await dependencies.filterPath(outputDirectory);
  const shipped = jails.filter(({ name }) => configuration.isShipped(name));
  const states = await unitStates([...new Set(shipped.flatMap(unitsToAsk))], dependencies.run);
  const logs = await dependencies.openLogFiles(shipped.flatMap(({ units }) => units));
  const { value, problems } = importFail2ban({
    directory,
    only,
    files: configuration,
    isPublic: configuration.isPublic,
    shipped: shipped.map(({ name, filter, units, state }) => ({
      ...{ name, filter, units, isOn: state === 'enabled' },
      isStopped: areStopped(units, states),
    })),
    written: new Set(logs.map(({ path }) => path)),
    filterFolders: filterPath.filter(
      (folder) => !folder.startsWith(`${outputDirectory}/`) && !folder.startsWith(`${directory}/`),
    ),
    changed: await changedFiles(dependencies),
    services: parseServices(configuration.read('/etc/services') ?? ''),
  });
  if (value === undefined) {
    const [{ file, message, hint } = noneIn(directory)] = problems;
    throw new F2bError('FILE_UNREADABLE', `${file} ${message}`, { hint: hint ?? '' });
  }
  for (const line of reportLines(value, problems)) output.write(`${line}\n`);
  const actiond = await actiondState(dependencies);
  const groups = [value.serverFiles, ...value.jails.map(({ files }) => files)].map((files) =>
    files.map(({ path, text }) => ({ path: `${outputDirectory}/${path}`, text })),
  );
  const paths = groups.flat().map(({ path }) => path);
  for (const line of actiondLines(paths, actiond)) output.write(`${line}\n`);
  const changes = [...new Map(groups.flat().map((change) => [change.path, change])).values()];
  const conflicts = changes.flatMap((change) => conflictWith(change, dependencies) ?? []);
  for (const conflict of conflicts) tellConflict(conflict, dependencies);
  const fresh = changes.filter(({ path }) => configuration.read(path) === undefined);
  return { imported: value, problems, groups, conflicts, fresh, actiond };
}
