/** Aborts when SIGTERM or SIGINT asks the program to end; a second one changes nothing. */
export function endSignal(): AbortSignal {
  const ended = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ended.abort());
  return ended.signal;
}
