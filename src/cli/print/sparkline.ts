/** Counts over time in one line of text. */

const SPARKS = '▁▂▃▄▅▆▇█';

/** One character for each count, or for the sum of as many as fit the room; a space for none. */
export function sparkline(each: readonly number[], room = each.length): string {
  const many = Math.max(1, Math.ceil(each.length / Math.max(1, room)));
  const counts = Array.from({ length: Math.ceil(each.length / many) }, (_, at) =>
    each.slice(at * many, (at + 1) * many).reduce((sum, count) => sum + count, 0),
  );
  const highest = counts.reduce((most, count) => Math.max(most, count), 0);
  return counts
    .map((count) => (count === 0 ? ' ' : (SPARKS[Math.ceil((count / highest) * SPARKS.length) - 1] ?? '')))
    .join('');
}
