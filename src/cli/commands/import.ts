/** `f2bctl import`: fail2ban's configuration as f2b's. Invariant: no file that is there is overwritten. */

import { DEFAULT_CONFIG_DIRECTORY } from '../../config/load.js';
import { parseServices } from '../../config/values/services.js';
import { printableLines } from '../../core/printable.js';
import { F2bError } from '../../errors.js';
import { difference } from '../../import/difference.js';
import { importFail2ban } from '../../import/import.js';
import { reportLines } from '../../import/report.js';
import { type Change, changeConfiguration } from '../change-configuration.js';
import { type AddCommand, collect } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { isShipped } from '../jail-argument.js';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly outputDirectory: string;
  readonly only?: readonly string[];
}

/** `f2bctl import [DIRECTORY] [--dry-run] [--output-directory DIR] [--only JAIL]…` */
export const addImport: AddCommand = (program, dependencies) => {
  program
    .command('import')
    .description('carry the configuration of fail2ban over')
    .argument('[directory]', 'where it is', '/etc/fail2ban')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--output-directory <dir>', 'where to write', DEFAULT_CONFIG_DIRECTORY)
    .option('--only <jail>', 'a jail of fail2ban’s; may be repeated', collect)
    .action(async (directory: string, options: ImportOptions) => {
      await importFrom(directory.replace(/(?<=.)\/+$/, ''), options, dependencies);
    });
};

async function importFrom(
  directory: string,
  { dryRun, outputDirectory, only = [] }: ImportOptions,
  dependencies: Dependencies,
): Promise<void> {
  const { configuration, output, errors } = dependencies;
  const { value, problems } = importFail2ban({
    directory,
    only,
    files: { read: configuration.read, list: configuration.list },
    shipped: configuration.jails(outputDirectory).filter((jail) => isShipped(jail, outputDirectory)),
    shippedFilters: dependencies
      .filterPath(outputDirectory)
      .filter((folder) => !folder.startsWith(`${outputDirectory}/`) && !folder.startsWith(`${directory}/`))
      .flatMap(configuration.list),
    services: parseServices(configuration.read('/etc/services') ?? ''),
  });
  if (value === undefined) {
    const hint = 'name the folder that holds jail.conf or jail.local: f2bctl import DIRECTORY';
    throw new F2bError('FILE_UNREADABLE', `there is no configuration of fail2ban in ${directory}`, { hint });
  }
  for (const line of reportLines(value, problems)) output.write(`${line}\n`);
  const groups = value.jails.map(({ files }) =>
    files.map(({ path, text }) => ({ path: `${outputDirectory}/${path}`, text })),
  );
  const changes = onceEach(groups.flat());
  for (const { path, text } of changes) showConflict(path, text, dependencies);
  const isFresh = ({ path }: Change): boolean => configuration.read(path) === undefined;
  const fresh = changes.filter(isFresh);
  if (dryRun === true) {
    for (const { path } of fresh) output.write(printableLines(`Would create ${path}.\n`));
    return;
  }
  if (fresh.length === 0) return;
  await writeAll(fresh, groups, outputDirectory, dependencies);
  errors.write('It takes effect with: systemctl reload f2bd\n');
}

function onceEach<T extends Change>(changes: readonly T[]): readonly T[] {
  return [...new Map(changes.map((change) => [change.path, change])).values()];
}

/** All at once; what the agent would refuse is found jail by jail, and costs that jail alone. Throws its error. */
async function writeAll(
  fresh: readonly Change[],
  groups: readonly (readonly Change[])[],
  directory: string,
  dependencies: Dependencies,
): Promise<void> {
  const refusal = await attempt(fresh, directory, dependencies);
  if (refusal === undefined) return;
  const refusals: F2bError[] = [];
  for (const group of groups) {
    const rest = group.filter(({ path }) => dependencies.configuration.read(path) === undefined);
    const refused = rest.length === 0 ? undefined : await attempt(rest, directory, dependencies);
    if (refused !== undefined) refusals.push(refused);
  }
  const [first] = refusals;
  for (const other of refusals.slice(1)) dependencies.errors.write(printableLines(`${other.message}\n`));
  if (first !== undefined) throw first;
}

/** Writes them, or answers with why the agent would refuse them. */
async function attempt(
  changes: readonly Change[],
  directory: string,
  dependencies: Dependencies,
): Promise<F2bError | undefined> {
  try {
    await changeConfiguration(changes, directory, dependencies);
  } catch (error) {
    if (error instanceof F2bError && error.code === 'CONFIG_INVALID') return error;
    throw error;
  }
  for (const { path } of changes) dependencies.output.write(printableLines(`Created ${path}.\n`));
  return undefined;
}

function showConflict(path: string, text: string, { configuration, output }: Dependencies): void {
  const there = configuration.read(path);
  if (there === undefined) return;
  const lines = difference(there, text);
  if (lines.length === 0) return;
  output.write(printableLines(`Left as it is: ${path}. What would be written differs:\n${lines.join('\n')}\n`));
}
