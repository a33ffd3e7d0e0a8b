/** Problems of files as values, and their text. Invariant: nothing in the text acts on a terminal. */
import { printableLines } from './printable.js';

/** One thing wrong with a file that a person wrote. Parsers return all of them together with what could be read. */
export interface Problem {
  /** Path of the file, as it was opened; empty when what is wrong was not read from one. */
  readonly file: string;
  /** Line, counted from 1; 0 when the problem is with the file as a whole. */
  readonly line: number;
  /** What is wrong, with the offending text quoted. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** A warning leaves the result usable; the default is an error. */
  readonly severity?: 'error' | 'warning';
}

/** What a parser returns: `value` is missing when nothing usable could be read. */
export interface Parsed<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

/** True of what makes the result unusable. */
export function isError({ severity }: Problem): boolean {
  return severity !== 'warning';
}

/**
 * `file:line: message`, the form editors and people know from compilers, with the hint on a line of its own. Safe on
 * any terminal, whoever wrote the file.
 */
export function formatProblem(problem: Problem): string {
  const file = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  const place = file === '' ? '' : `${file}: `;
  const level = problem.severity === 'warning' ? 'warning: ' : '';
  const hint = problem.hint === undefined ? '' : `\n  hint: ${problem.hint}`;
  return printableLines(`${place}${level}${problem.message}${hint}`);
}
