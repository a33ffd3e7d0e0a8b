/** Counts over time in one line of text. */

const SPARKS = '▁▂▃▄▅▆▇█';

/** One character for each count; a space for none. */
export function sparkline(counts: readonly number[]): string {
  const highest = counts.reduce((most, count) => Math.max(most, count), 0);
  return counts
    .map((count) => (count === 0 ? ' ' : (SPARKS[Math.ceil((count / highest) * SPARKS.length) - 1] ?? '')))
    .join('');
}
