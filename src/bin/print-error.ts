import { F2bError } from '../errors.js';

/** Prints an error to stderr with its causes and what to do next; a bug with its stack. */
export function printError(error: unknown): void {
  if (!(error instanceof F2bError)) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return;
  }
  const { cause } = error;
  const because = cause instanceof Error && error.code !== 'INTERNAL' ? `\n  because: ${cause.message}` : '';
  const stack = error.code === 'INTERNAL' ? `\n${cause instanceof Error ? cause.stack : error.stack}` : '';
  process.stderr.write(`${error.message}${because}${stack}\n  hint: ${error.hint}\n`);
}
