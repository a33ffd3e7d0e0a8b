/** Writes what an import made. Invariant: no file that is there is overwritten, and what the agent would refuse is not left. */

import { printableLines } from '../../core/printable.js';
import { F2bError } from '../../errors.js';
import { difference } from '../../import/difference.js';
import { type Change, changeConfiguration, tellChanges } from '../change-configuration.js';
import type { Dependencies } from '../dependencies.js';

/** All at once; what the agent would refuse is found jail by jail, and costs that jail alone. Throws its error. */
export async function writeAll(
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
  tellChanges(changes, dependencies);
  return undefined;
}

/** A file that is there and differs from what would be written. */
export interface Conflict {
  readonly path: string;
  /** How: lines as diff(1) writes them. */
  readonly lines: readonly string[];
}

export function conflictWith({ path, text = '' }: Change, { configuration }: Dependencies): Conflict | undefined {
  const there = configuration.read(path);
  const lines = there === undefined ? [] : difference(there, text);
  return lines.length === 0 ? undefined : { path, lines };
}

export function tellConflict({ path, lines }: Conflict, { output }: Dependencies): void {
  output.write(printableLines(`Left as it is: ${path}. What would be written differs:\n${lines.join('\n')}\n`));
}
