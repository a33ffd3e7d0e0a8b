import { homedir } from 'node:os';
import { join } from 'node:path';

/** What tests and benchmarks keep from one run to the next: programs that test/setup fetches, journals that take long to make. */
export const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'f2b');
