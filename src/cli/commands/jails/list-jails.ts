/** `f2bctl list-jails`: the jails that there are, and whether they are at work. */

import type { JailEntry } from '../../../config/files/configuration-files.js';
import { isStopped } from '../../../config/temporary.js';
import { globPattern, isGlob } from '../../../core/glob.js';
import { jailEntry } from '../../arguments/jail-argument.js';
import { type AddCommand, configDirectoryOption, type OutputOptions, outputOption, print } from '../../command.js';
import type { Dependencies } from '../../dependencies.js';
import { jailsAtWork } from '../../jails-at-work.js';
import type { Style } from '../../print/style.js';
import { type Column, formatTable } from '../../print/table.js';
import { type ServiceHere, servicesHere } from '../../services-here.js';

interface ListOptions extends OutputOptions {
  readonly all?: boolean;
  readonly configDirectory: string;
}

/**
 * A jail with whether the agent has it, undefined when the agent does not run, and whether its service is here, undefined
 * also when nobody asked.
 */
interface Row extends Omit<JailEntry, 'files'> {
  readonly active: boolean | undefined;
  readonly service: ServiceHere;
}

/** `f2bctl list-jails [--all] [JAIL…]` */
export const addListJails: AddCommand = (program, dependencies) => {
  program
    .command('list-jails')
    .description('list the jails: those that are enabled, or all there are')
    .argument('[jail...]', 'only these, globs allowed, whether they are on or not')
    .option('-a, --all', 'also those that are switched off or masked')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (names: readonly string[], options: ListOptions) => {
      const active = await activeJails(dependencies);
      const isAll = options.all === true || names.length > 0;
      const serviceOf = isAll ? await servicesHere(dependencies) : undefined;
      const jails = await dependencies.configuration.jails(options.configDirectory);
      const rows = jails
        .filter(isAmong(names, jails))
        .filter(({ name, state }) => isAll || state === 'enabled' || active?.has(name))
        .map(
          ({ files, ...jail }): Row => ({
            ...jail,
            active: active?.has(jail.name),
            service: serviceOf?.({ ...jail, files }),
          }),
        );
      await print(dependencies, options, rows, (style) => lines(rows, style));
    });
};

/** All, if none are named. Throws UNKNOWN_JAIL. */
function isAmong(names: readonly string[], jails: readonly JailEntry[]): (jail: JailEntry) => boolean {
  if (names.length === 0) return () => true;
  const named = names.filter((name) => !isGlob(name)).map((name) => jailEntry(name, jails).name);
  const patterns = names.filter(isGlob).map(globPattern);
  return ({ name }) => named.includes(name) || patterns.some((pattern) => pattern.test(name));
}

/** Undefined when nobody can be asked. */
async function activeJails(dependencies: Dependencies): Promise<ReadonlySet<string> | undefined> {
  const jails = await jailsAtWork(dependencies);
  return jails && new Set(jails.filter(({ temporary }) => !isStopped(temporary)).map(({ name }) => name));
}

function activity({ active }: Row): string {
  if (active === undefined) return '';
  return active ? 'active' : 'inactive';
}

const columns: readonly Column<Row>[] = [
  { heading: 'JAIL', text: ({ name }) => name },
  {
    heading: 'STATE',
    text: ({ state }) => state,
    paint: ({ state }, style) => (state === 'enabled' ? style.green : style.yellow),
  },
  { heading: 'ACTIVE', dropped: 4, text: activity },
  {
    heading: 'SERVICE',
    dropped: 3,
    text: ({ service }) => service ?? '',
    paint: ({ service }, style) => (service === 'running' ? style.green : style.yellow),
  },
  { heading: 'FILTER', dropped: 2, text: ({ filter }) => filter },
  { heading: 'DESCRIPTION', dropped: 1, text: ({ description }) => description },
];

function lines(rows: readonly Row[], style: Style): readonly string[] {
  if (rows.length === 0) return ['There are none. See: f2bctl list-jails --all'];
  return formatTable(rows, columns, style);
}
