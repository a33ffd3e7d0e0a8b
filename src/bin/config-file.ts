import type { SourceText } from '../config/config-texts.js';
import { createDisk } from '../config/files/disk.js';
import { formatProblem, type Parsed } from '../core/problem.js';
import { F2bError } from '../errors.js';
import { counted } from '../text/counted.js';

/** The configuration of a program that has one file. Throws CONFIG_INVALID with all problems. */
export function readConfigFile<T>(path: string, parse: (source: SourceText) => Parsed<T>, hint: string): T {
  const text = createDisk().text(path);
  const parsed: Parsed<T> = text.value === undefined ? { value: undefined, problems: [] } : parse(text.value);
  const problems = [...text.problems, ...parsed.problems];
  if (parsed.value !== undefined && problems.length === 0) return parsed.value;
  const told = [counted(problems.length, 'problem'), ...problems.map(formatProblem)].join('\n');
  throw new F2bError('CONFIG_INVALID', told, { hint });
}
