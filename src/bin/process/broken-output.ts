/** What a program does when nobody reads its output any more. Invariant: that alone never ends it by an exception. */
import { F2bError } from '../../errors.js';

/** Messages for which there is no reader, or no room, are lost: there is nobody else to tell. */
export function surviveBrokenStderr(): void {
  process.stderr.on('error', () => {});
}

/** Ends the program: well if who reads has seen enough (`f2bctl log | head`), else after telling why. */
export function endOnBrokenStdout(tell: (error: F2bError) => void): void {
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') process.exit(0);
    const error = new F2bError('OUTPUT_FAILED', cause.message, { cause });
    tell(error);
    process.exit(error.exitStatus);
  });
}
