/**
 * Processor time of the thread that asks. That of the process includes what garbage collection, SQLite and Node's thread
 * pool do meanwhile, which would count against a line.
 */
import { readFileSync } from 'node:fs';

/** Its first figure is the time on the processor in ns, as of the latest tick: Documentation/scheduler/sched-stats.rst. */
const SCHEDSTAT = '/proc/thread-self/schedstat';

/** ms. Where the kernel does not count for each thread, that of the whole process. Takes some 20 µs. */
export function threadCpuTime(): number {
  return nanosecondsOfThread() / 1e6 || processCpuTime();
}

/** 0 when it is not counted. */
function nanosecondsOfThread(): number {
  try {
    return Number.parseInt(readFileSync(SCHEDSTAT, 'latin1'), 10);
  } catch {
    return 0;
  }
}

function processCpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
