import { type OpenLogFile, openLogFiles } from '../files/open-log-files.js';
import type { runCommand } from './run-command.js';
import { showUnits } from './show-units.js';

/** The logs that the processes of units have open for writing, as far as this user may see. */
export async function logFilesOfUnits(
  units: readonly string[],
  run: typeof runCommand,
): Promise<readonly OpenLogFile[]> {
  const shown = await showUnits(units, ['ControlGroup'], 'unix', run);
  const groups = shown?.map((property) => property('ControlGroup')) ?? [];
  return openLogFiles(groups.filter((group) => group !== ''));
}
