/** Problems as a person reads them: by file and line, each once. */
import type { Problem } from '../core/problem.js';

/** Sorted by file and line; what two files say in common is said once, as an error if it is one for either. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  const rank = ({ severity }: Problem) => Number(severity === 'warning');
  const sorted = [...problems].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || rank(a) - rank(b),
  );
  const said = new Set<string>();
  return sorted.filter(({ file, line, message }) => {
    const identity = `${file}\0${line}\0${message}`;
    const isNew = !said.has(identity);
    said.add(identity);
    return isNew;
  });
}
