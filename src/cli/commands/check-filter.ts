import type { Problem } from '../../core/problem.js';
import { formatProblem } from '../../core/problem.js';
import { parseFilterSpec } from '../../filter/filter-spec.js';
import { lintFilter } from '../../filter/lint.js';
import { loadFilter } from '../../filter/load-filter.js';
import { listFolder, readFileIfThere } from '../../host/files/read-file.js';
import { type AddCommand, configDirectoryOption, EndWith } from '../command.js';
import type { Dependencies } from '../dependencies.js';

interface CheckFilterOptions {
  readonly configDirectory: string;
}

/** As FILTER_INVALID has it. */
const INVALID = 78;

/** `f2bctl check-filter FILTER…` */
export const addCheckFilter: AddCommand = (program, dependencies) => {
  program
    .command('check-filter')
    .description('check filters, and tell where a client could name somebody else')
    .argument('<filter...>', 'names with options, or files')
    .addOption(configDirectoryOption())
    .action(async (names: readonly string[], { configDirectory }: CheckFilterOptions) => {
      const path = await dependencies.filterPath(configDirectory);
      const problems = names.flatMap((name) => problemsOf(name, path));
      tell(problems, names, dependencies);
      if (problems.some(({ severity }) => severity !== 'warning')) throw new EndWith(INVALID);
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
