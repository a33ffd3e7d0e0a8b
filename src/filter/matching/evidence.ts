/**
 * Cursors of the lines that are charged together, oldest first. Adding one costs the same however many there are, as a
 * list is made only when it is asked for. At most a limited number is kept, the latest.
 */

/** Cursors listed. */
const MAX_CURSORS = 100;

/** One cursor, several, or what was joined; undefined: none. */
export type Evidence = string | readonly string[] | Joined | undefined;

class Joined {
  readonly first: Evidence;
  readonly second: Evidence;
  readonly count: number;

  constructor(first: Evidence, second: Evidence, count: number) {
    this.first = first;
    this.second = second;
    this.count = count;
  }
}

function countOf(evidence: Evidence): number {
  if (evidence === undefined) return 0;
  if (typeof evidence === 'string') return 1;
  return evidence instanceof Joined ? evidence.count : evidence.length;
}

export function joinEvidence(first: Evidence, second: Evidence): Evidence {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const joined = new Joined(first, second, countOf(first) + countOf(second));
  return joined.count > 2 * MAX_CURSORS ? cursorsOf(joined) : joined;
}

/** The cursors as a list. Most are of one line or two, for which V8 makes a list of just that length. */
export function cursorsOf(evidence: Evidence): readonly string[] {
  if (evidence === undefined) return [];
  if (typeof evidence === 'string') return [evidence];
  if (!(evidence instanceof Joined)) return evidence.length > MAX_CURSORS ? evidence.slice(-MAX_CURSORS) : evidence;
  const { first, second } = evidence;
  if (typeof first === 'string' && typeof second === 'string') return [first, second];
  return cursorsIn(evidence);
}

function cursorsIn(evidence: Joined): readonly string[] {
  const cursors: string[] = [];
  const waiting: Evidence[] = [evidence];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') cursors.push(next);
    else if (next instanceof Joined) waiting.push(next.second, next.first);
    else cursors.push(...next);
  }
  return cursors.length > MAX_CURSORS ? cursors.slice(-MAX_CURSORS) : cursors;
}
