/** How the agent and f2b-tail end: with status 0, or with what is wrong on stderr and the status of the error. */
import { F2bError } from '../../errors.js';
import { noDebugger } from './no-debugger.js';
import { printError } from './print-error.js';

/** EX_SOFTWARE of sysexits.h: a bug. */
const BUG = 70;

export function runMain(main: () => Promise<void>): void {
  noDebugger();
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      printError(error);
      process.exit(error instanceof F2bError ? error.exitStatus : BUG);
    },
  );
}
