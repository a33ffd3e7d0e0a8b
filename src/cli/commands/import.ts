/** `f2bctl import`: fail2ban's configuration and its bans as f2b's. Invariant: no file that is there is overwritten. */

import { DEFAULT_CONFIG_DIRECTORY } from '../../config/load.js';
import { isAgentAway } from '../../control/bus-errors.js';
import { printableLines } from '../../core/printable.js';
import { reloadAgent } from '../change-configuration.js';
import { type AddCommand, collect, withAgentIfThere } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { carriedLines, carryBans } from '../import/carry-bans.js';
import { planImport } from '../import/plan.js';
import { writeAll } from '../import/write-files.js';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly outputDirectory: string;
  readonly only?: readonly string[];
  readonly database?: string;
}

/** `f2bctl import [DIRECTORY] [--dry-run] [--output-directory DIR] [--only JAIL]… [--database FILE]` */
export const addImport: AddCommand = (program, dependencies) => {
  program
    .command('import')
    .description('carry the configuration and the bans of fail2ban over')
    .argument('[directory]', 'where it is', '/etc/fail2ban')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--output-directory <dir>', 'where to write; elsewhere no bans are carried over', DEFAULT_CONFIG_DIRECTORY)
    .option('--only <jail>', 'a jail of fail2ban’s; may be repeated', collect)
    .option('--database <file>', 'where its bans are, instead of where its configuration says')
    .action(async (directory: string, options: ImportOptions) => {
      await importFrom(directory.replace(/(?<=.)\/+$/, ''), options, dependencies);
    });
};

async function importFrom(
  directory: string,
  { dryRun, outputDirectory, only = [], database }: ImportOptions,
  dependencies: Dependencies,
): Promise<void> {
  const { output, errors } = dependencies;
  const { imported, groups, fresh } = planImport({ directory, outputDirectory, only }, dependencies);
  if (dryRun === true) {
    for (const { path } of fresh) output.write(printableLines(`Would create ${path}.\n`));
    return;
  }
  if (fresh.length > 0) await writeAll(fresh, groups, outputDirectory, dependencies);
  if (outputDirectory !== DEFAULT_CONFIG_DIRECTORY) return;
  if (fresh.length > 0) await reloadAgent(outputDirectory, dependencies);
  const carried = await withAgentIfThere(dependencies, isAgentAway, async (client) => {
    const total = await carryBans(client, { directory, imported, database }, dependencies);
    for (const line of total === undefined ? [] : carriedLines(total)) output.write(`${line}\n`);
    return true;
  });
  if (carried === undefined) errors.write('The bans are carried over once f2bd runs: f2bctl import again\n');
}
