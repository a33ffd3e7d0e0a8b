import { boundedRuns } from '../../src/host/programs/run-bounded.js';
import { programStarter } from '../../src/host/programs/start-program.js';
import { openLibrary } from '../../src/journal/native.js';
import { libraryPath } from './journal-files.js';

/** As f2b-actiond runs programs. */
export const runBounded = boundedRuns(programStarter(openLibrary(libraryPath)));
