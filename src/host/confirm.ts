/** Asks the person at the terminal for a yes. Invariant: whatever is no clear yes is a no. */
import { createInterface } from 'node:readline/promises';

/** Undefined when there is nobody to ask, as input or output is no terminal. */
export async function confirm(question: string): Promise<boolean | undefined> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
    const given = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    // Nobody ended the line of the question.
    if (given === undefined) process.stderr.write('\n');
    const answer = given ?? '';
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
