/** What is not to be left half done. Invariant: a signal that ends the program ends it, before or after, and not amid it. */

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Resolves as `work` does. A signal that came meanwhile then does what it does by default. */
export async function uninterrupted<Result>(work: () => Promise<Result>): Promise<Result> {
  let came: NodeJS.Signals | undefined;
  const keep = (signal: NodeJS.Signals): void => {
    came ??= signal;
  };
  for (const signal of ENDING) process.on(signal, keep);
  try {
    return await work();
  } finally {
    for (const signal of ENDING) process.off(signal, keep);
    if (came !== undefined) process.kill(process.pid, came);
  }
}
