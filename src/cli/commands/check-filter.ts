/** `f2bctl check-filter`: what is wrong with filters, and what a client could do with them. */

import { problemRecord } from '../../config/configuration-check.js';
import { formatProblem, isError, type Problem } from '../../core/problem.js';
import { errorKinds } from '../../errors.js';
import { parseFilterSpec } from '../../filter/filter-spec.js';
import { lintFilter } from '../../filter/lint.js';
import { loadFilter } from '../../filter/load-filter.js';
import { listFolder, readFileIfThere } from '../../host/files/read-file.js';
import {
  type AddCommand,
  configDirectoryOption,
  EndWith,
  isForPrograms,
  type OutputOptions,
  outputOption,
} from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { jsonText } from '../print/json.js';

interface CheckFilterOptions extends OutputOptions {
  readonly configDirectory: string;
}

/** `f2bctl check-filter FILTER…` */
export const addCheckFilter: AddCommand = (program, dependencies) => {
  program
    .command('check-filter')
    .description('check filters, and tell where a client could name somebody else')
    .argument('<filter...>', 'names with options, or files')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (names: readonly string[], options: CheckFilterOptions) => {
      const path = await dependencies.filterPath(options.configDirectory);
      const problems = names.flatMap((name) => problemsOf(name, path));
      const valid = !problems.some(isError);
      if (isForPrograms(options)) {
        const told = { valid, problems: problems.map(problemRecord) };
        dependencies.output.write(jsonText(told, options.output));
      } else tell(problems, names, dependencies);
      if (!valid) throw new EndWith(errorKinds.FILTER_INVALID.exitStatus);
    });
};

function problemsOf(name: string, path: readonly string[]): readonly Problem[] {
  const spec = parseFilterSpec(name);
  if (spec.value === undefined) return spec.problems;
  const library = { path, read: readFileIfThere, list: listFolder };
  const { value, problems } = loadFilter(spec.value, library);
  return value === undefined ? problems : [...problems, ...lintFilter(value)];
}

function tell(problems: readonly Problem[], names: readonly string[], { output, errors }: Dependencies): void {
  for (const problem of problems) errors.write(`${formatProblem(problem)}\n`);
  if (problems.length === 0) output.write(`OK: ${names.join(', ')}\n`);
}
