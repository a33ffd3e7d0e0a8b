/** `tail/NAME.conf`: which files go into the journal. All problems are told at once. */
import type { Parsed, Problem } from '../core/problem.js';
import { list, scalar } from './assigned.js';
import type { SourceText } from './config-texts.js';
import { parseSyntax } from './files/syntax.js';
import { tailKeys } from './keys/keys.js';
import { checkKnown } from './keys/known-keys.js';

export interface TailConfig {
  /** Absolute paths that may have globs. */
  readonly files: readonly string[];
  /** Of a longer line the beginning is kept, bytes. */
  readonly lineMax: number;
}

/** The value is missing when there is anything wrong. */
export function parseTail({ path, text }: SourceText): Parsed<TailConfig> {
  const { value: tree, problems: ofSyntax } = parseSyntax(text, path);
  const problems: Problem[] = [...ofSyntax, ...checkKnown(tree, 'tail')];
  const assigned = { assignments: tree.assignments, problems };
  const files = list(assigned, tailKeys.file).map(({ value }) => value);
  const lineMax = scalar(assigned, tailKeys.lineMax).value;
  if (problems.length > 0) return { value: undefined, problems: problems.toSorted((a, b) => a.line - b.line) };
  if (files.length === 0) return { value: undefined, problems: [followsNothing(path)] };
  return { value: { files: [...new Set(files)], lineMax }, problems };
}

function followsNothing(file: string): Problem {
  return { file, line: 0, message: 'no file is named', hint: 'add [Tail] and File=, such as File=/var/log/app/*.log' };
}
