/** `f2bctl import`: fail2ban's configuration and its bans as f2b's. Invariant: no file that is there is overwritten. */

import { DEFAULT_CONFIG_DIRECTORY } from '../../config/directories.js';
import { isAgentAway } from '../../control/agent-away.js';
import { printableLines } from '../../core/printable.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Imported } from '../../import/import.js';
import { parseDuration } from '../../text/duration.js';
import { reloadAgent } from '../change-configuration.js';
import {
  type AddCommand,
  collect,
  isForPrograms,
  type OutputOptions,
  outputOption,
  withAgentIfThere,
} from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { carriedLines, carryBans } from '../import/carry-bans.js';
import { askToKeep, confirmSwitch } from '../import/confirm-switch.js';
import { planImport } from '../import/plan.js';
import { importRecord, switchRecord } from '../import/record.js';
import { switchOver } from '../import/switch.js';
import { switchBack } from '../import/switch-back.js';
import { untilEnforced } from '../import/until-enforced.js';
import { writeAll } from '../import/write-files.js';
import { jsonText } from '../print/json.js';

/** How long a switch may wait to be confirmed, s. */
const SHORTEST = 10;
const LONGEST = 86_400;

interface ImportOptions extends OutputOptions {
  readonly dryRun?: boolean;
  readonly outputDirectory: string;
  readonly only?: readonly string[];
  readonly database?: string;
  readonly switch?: boolean;
  readonly within?: string;
  readonly confirm?: boolean;
  readonly back?: boolean;
}

/**
 * `f2bctl import [DIRECTORY] [--dry-run] [--output-directory DIR] [--only JAIL]… [--database FILE]`, and
 * `f2bctl import --switch [--within TIME]`, `--confirm`, `--back`
 */
export const addImport: AddCommand = (program, dependencies) => {
  program
    .command('import')
    .description('carry the configuration and the bans of fail2ban over')
    .argument('[directory]', 'where it is', '/etc/fail2ban')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--output-directory <dir>', 'where to write; elsewhere no bans are carried over', DEFAULT_CONFIG_DIRECTORY)
    .option('--only <jail>', 'a jail of fail2ban’s; may be repeated', collect)
    .option('--database <file>', 'where its bans are, instead of where its configuration says')
    .option('--switch', 'let f2b take the place of fail2ban, and take that back unless it is confirmed')
    .option('--within <time>', 'how long --switch waits to be confirmed, 2min unless it is said')
    .option('--confirm', 'keep what --switch did')
    .option('--back', 'take back what --switch did')
    .addOption(outputOption())
    .action(async (directory: string, options: ImportOptions) => {
      requireOne(options);
      const { output } = dependencies;
      if (!isForPrograms(options)) return perform(directory, options, dependencies, () => {});
      const silent = { ...dependencies, output: { ...output, write: () => {} }, confirm: async () => undefined };
      await perform(directory, options, silent, (record) => output.write(jsonText(record, options.output)));
    });
};

/** Tells people on the way, and `show` what it came to. */
async function perform(
  directory: string,
  options: ImportOptions,
  dependencies: Dependencies,
  show: (record: object) => void,
): Promise<void> {
  const folder = directory.replace(/(?<=.)\/+$/, '');
  if (options.confirm === true) {
    await confirmSwitch(dependencies);
    show(switchRecord('kept'));
  } else if (options.back === true) {
    await switchBack(dependencies);
    show(switchRecord('back'));
  } else if (options.switch === true) show(await switchFrom(folder, options, dependencies));
  else await importFrom(folder, options, dependencies, show);
}

/** Throws USAGE. */
function requireOne(options: ImportOptions): void {
  const { switch: isSwitch, confirm, back, dryRun, outputDirectory, only, database, within } = options;
  const given = [isSwitch, confirm, back, dryRun].filter((flag) => flag === true);
  const isElsewhere = outputDirectory !== DEFAULT_CONFIG_DIRECTORY;
  const isEnd = confirm === true || back === true;
  const wrong = [
    [given.length > 1, 'say one of --dry-run, --switch, --confirm and --back'],
    [isElsewhere && (isEnd || isSwitch === true), '--switch, --confirm and --back are for the configuration in force'],
    [isElsewhere && database !== undefined, 'with --output-directory elsewhere no bans are carried over'],
    [isEnd && (only !== undefined || database !== undefined), '--confirm and --back are for all that --switch did'],
    [isSwitch !== true && within !== undefined, '--within= says how long --switch waits'],
  ] as const;
  const hint = wrong.find(([isWrong]) => isWrong)?.[1];
  if (hint !== undefined) throw new F2bError('USAGE', 'these options do not go together', { hint });
}

async function switchFrom(
  directory: string,
  { outputDirectory, only = [], database, within = '2min' }: ImportOptions,
  dependencies: Dependencies,
): Promise<object> {
  const length = Math.ceil((parseDuration(within) ?? 0) / MICROS_PER_SECOND);
  if (length < SHORTEST || length > LONGEST)
    throw new F2bError('USAGE', `--within=${within} is shorter than 10 s or longer than a day`, {
      hint: 'write --within=2min',
    });
  await switchOver({ directory, outputDirectory, only, database, within: length }, dependencies);
  const until = dependencies.now() + length * MICROS_PER_SECOND;
  await askToKeep(length, dependencies);
  return switchRecord('waiting', until);
}

async function importFrom(
  directory: string,
  { dryRun = false, outputDirectory, only = [], database }: ImportOptions,
  dependencies: Dependencies,
  show: (record: object) => void,
): Promise<void> {
  const { output, errors } = dependencies;
  const plan = await planImport({ directory, outputDirectory, only }, dependencies);
  const { imported, groups, fresh } = plan;
  const outcome = { directory, plan, dryRun, inForce: false };
  if (dryRun) {
    for (const { path } of fresh) output.write(printableLines(`Would create ${path}.\n`));
    return show(importRecord(outcome));
  }
  if (fresh.length > 0) await writeAll(fresh, groups, outputDirectory, dependencies);
  await tellOff(imported, outputDirectory, dependencies);
  if (outputDirectory !== DEFAULT_CONFIG_DIRECTORY) return show(importRecord(outcome));
  if (fresh.length > 0) await reloadAgent(outputDirectory, dependencies);
  const carried = await withAgentIfThere(dependencies, isAgentAway, async (client) => {
    const bans = await carryBans(client, { directory, imported, only, database }, dependencies);
    show(importRecord({ ...outcome, inForce: true, bans }));
    if (bans === undefined) return true;
    for (const line of carriedLines(bans)) output.write(`${line}\n`);
    await untilEnforced(client, dependencies);
    output.write('The firewall holds all bans in force.\n');
    return true;
  });
  if (carried !== undefined) return;
  errors.write('The bans are carried over once f2bd runs: f2bctl import again\n');
  show(importRecord(outcome));
}

/** A later drop-in, or a mask, may keep a jail off that fail2ban has switched on. */
async function tellOff({ jails }: Imported, directory: string, { configuration, errors }: Dependencies): Promise<void> {
  const off = (await configuration.jails(directory)).filter(({ state }) => state !== 'enabled');
  for (const { from, name, files } of jails) {
    const here = files.length === 0 ? undefined : off.find((jail) => jail.name === name);
    if (here === undefined) continue;
    errors.write(
      printableLines(`[${from}] stays off: ${name} is ${here.state} here: f2bctl enable ${name} switches it on\n`),
    );
  }
}
