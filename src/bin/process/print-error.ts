import { errorLines } from '../../text/error-lines.js';

const asItIs = (text: string) => text;

/** Prints an error to stderr: mostly that is the journal, which knows the program's name. */
export function printError(error: unknown): void {
  process.stderr.write(`${errorLines(error, { red: asItIs, bold: asItIs }).join('\n')}\n`);
}
