/** What the reader of a jail's files says of one assignment, before it is written. */
import type { Problem } from '../../core/problem.js';
import { list, scalar } from '../assigned.js';
import type { ListKey, ScalarKey } from './key.js';
import { banKeys, jailKeys, journalKeys } from './keys.js';

const keys: readonly (ScalarKey<unknown> | ListKey<unknown>)[] = [
  ...Object.values(jailKeys),
  ...Object.values(journalKeys),
  ...Object.values(banKeys),
];

/** Undefined when it is taken as it is. */
export function valueProblem(section: string, key: string, value: string): Problem | undefined {
  const place = { file: '', line: 0 };
  // It would go on in the next line.
  if (/[\n\r\0]|\\$/.test(value)) return { ...place, message: `${key}=: it cannot be written in one line` };
  const assigned = { assignments: [{ section, key, value, place }], problems: [] as Problem[] };
  for (const known of keys) {
    if (known.kind === 'scalar') scalar(assigned, known);
    else list(assigned, known);
  }
  return assigned.problems[0];
}
