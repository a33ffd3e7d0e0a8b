/**
 * Changes files of the configuration for a person. Invariant: a change that the agent would refuse is taken back, so
 * that a good configuration stays good.
 */
import type { ConfigurationCheck } from '../config/configuration-check.js';
import { DEFAULT_CONFIG_DIRECTORY, RUNTIME_DIRECTORY } from '../config/directories.js';
import { isAgentAway } from '../control/agent-away.js';
import { printableLines } from '../core/printable.js';
import { formatProblem } from '../core/problem.js';
import { F2bError } from '../errors.js';
import { isForPrograms, type OutputOptions, withAgentIfThere } from './command.js';
import type { Dependencies } from './dependencies.js';
import { jsonText } from './print/json.js';
import { tellRestarts } from './restarts.js';

/** A file to write, or with no text to remove. */
export interface Change {
  readonly path: string;
  readonly text: string | undefined;
}

/** Where settings until a reboot are; undefined: no other folder than the default has any. */
export function runtimeDirectoryOf(directory: string): string | undefined {
  return directory === DEFAULT_CONFIG_DIRECTORY ? RUNTIME_DIRECTORY : undefined;
}

/** Where the administrator's files are, the lasting ones first. */
export function ownDirectories(directory: string): readonly string[] {
  return [directory, runtimeDirectoryOf(directory) ?? []].flat();
}

/** The drop-in of that name of a jail. */
export function dropinPath(directory: string, jail: string, name: string): string {
  return `${directory}/units/${jail}.conf.d/${name}.conf`;
}

/** That a lasting drop-in takes effect: one of its name that is there until a reboot would outrank it. */
export function withoutRuntime(
  jail: string,
  name: string,
  directory: string,
  { configuration }: Dependencies,
): readonly Change[] {
  const runtime = runtimeDirectoryOf(directory);
  if (runtime === undefined) return [];
  const path = dropinPath(runtime, jail, name);
  return configuration.read(path) === undefined ? [] : [{ path, text: undefined }];
}

/**
 * Throws CONFIG_INVALID, CONFIG_UNWRITABLE, and what the check throws, each after taking the changes back. Who interrupts it
 * finds all changes made and checked, or none.
 */
export function changeConfiguration(
  changes: readonly Change[],
  directory: string,
  dependencies: Dependencies,
): Promise<void> {
  return dependencies.uninterrupted(() => makeAndCheck(changes, directory, dependencies));
}

async function makeAndCheck(
  changes: readonly Change[],
  directory: string,
  { configuration, errors }: Dependencies,
): Promise<void> {
  const before = changes.map(({ path }) => ({ path, text: configuration.read(path) }));
  const make = ({ path, text }: Change): void =>
    text === undefined ? configuration.remove(path) : configuration.write(path, text);
  let checked: ConfigurationCheck;
  try {
    changes.forEach(make);
    checked = await configuration.check(directory, []);
  } catch (error) {
    undo(before, make);
    throw error;
  }
  const { valid, problems } = checked;
  if (valid) return;
  const told = problems.map(formatProblem).join('\n');
  before.forEach(make);
  if (!(await configuration.check(directory, [])).valid) {
    changes.forEach(make);
    errors.write(`warning: the configuration was not valid before, and is not now:\n${told}\n`);
    return;
  }
  throw new F2bError('CONFIG_INVALID', `nothing was changed\n${told}`, {
    hint: 'try again without what is named above',
  });
}

/** As far as that can be done: what could not be written has not changed. */
function undo(before: readonly Change[], make: (change: Change) => void): void {
  for (const change of before) {
    try {
      make(change);
    } catch {
      // Its own failure is what is told.
    }
  }
}

/** Tells people what became of the files. */
export function tellChanges(changes: readonly Change[], { output }: Pick<Dependencies, 'output'>): void {
  for (const { path, text } of changes)
    output.write(printableLines(`${text === undefined ? 'Removed' : 'Created'} ${path}.\n`));
}

/**
 * Has the agent go by the changes, which were made, and tells of them: people of the files, by `tell`, and programs with
 * `about`, what they are about.
 */
export async function bringIntoForce(
  changes: readonly Change[],
  about: object,
  options: OutputOptions & { readonly configDirectory: string },
  dependencies: Dependencies,
  tell: typeof tellChanges = tellChanges,
): Promise<void> {
  if (!isForPrograms(options)) tell(changes, dependencies);
  const inForce = await reloadAgent(options.configDirectory, dependencies);
  if (!isForPrograms(options)) return;
  dependencies.output.write(jsonText({ ...about, ...changesRecord(changes, inForce) }, options.output));
}

/** The same for programs; `inForce`: whether the agent goes by it. */
export function changesRecord(changes: readonly Change[], inForce: boolean) {
  const told = changes.map(({ path, text }) => ({ file: path, change: text === undefined ? 'removed' : 'created' }));
  return { changes: told, inForce };
}

/** Makes the agent read the configuration again, if it runs: else it will when it starts. True when it has read it. */
export async function reloadAgent(directory: string, dependencies: Dependencies): Promise<boolean> {
  if (directory !== DEFAULT_CONFIG_DIRECTORY) return false;
  const isDone = await withAgentIfThere(dependencies, isAgentAway, async (client) => {
    await client.reload();
    return true;
  });
  if (isDone === undefined) dependencies.errors.write('f2bd is not running: the change takes effect when it starts\n');
  else await tellRestarts(dependencies);
  return isDone === true;
}
