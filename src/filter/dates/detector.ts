/**
 * Finds the date of a line by trying templates, the last successful one first. As in fail2ban a template that matched
 * at the same place before is believed; a match at a new place may be a date in the message, so the others are asked
 * and the one nearest to the line's beginning wins. Templates that hit often move to the front.
 */
import type { WeighedTemplate } from './patterns.js';
import type { DateMatch, DateTemplate } from './template.js';

interface Candidate {
  readonly template: DateTemplate;
  readonly weight: number;
  hits: number;
  /** Matches found, also those that another template won over. */
  found: number;
  /** Where it last won; far away before it ever did. */
  distance: number;
}

interface Best {
  readonly match: DateMatch;
  readonly index: number;
}

const FAR = 0x7fffffff;

/** What stood around the last date: the characters before and behind its first and its last position. */
interface Edges {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly first: string;
  readonly last: string;
  readonly behind: string;
}

export interface FoundDate {
  readonly template: DateTemplate;
  readonly match: DateMatch;
}

export class DateDetector {
  #candidates: readonly Candidate[];
  #last: number | undefined;
  #edges: Edges | undefined;
  #firstUnused = 0;

  constructor(templates: readonly WeighedTemplate[]) {
    this.#candidates = templates.map(({ template, weight }) => ({
      template,
      weight,
      hits: 0,
      found: 0,
      distance: FAR,
    }));
  }

  find(line: string): FoundDate | undefined {
    const again = this.#tryLast(line);
    const best = again.best ?? this.#search(line, again.skip, again.reserve);
    if (best === undefined) return undefined;
    const candidate = this.#candidates[best.index];
    if (candidate === undefined) return undefined;
    this.#won(candidate, best, line);
    return { template: candidate.template, match: best.match };
  }

  /** The last template, within the last place when the edges look the same. */
  #tryLast(line: string): { readonly best?: Best; readonly reserve?: Best; readonly skip?: number } {
    const index = this.#last;
    const candidate = index === undefined ? undefined : this.#candidates[index];
    const edges = this.#edges;
    if (index === undefined || candidate === undefined || edges === undefined) return {};
    const { anchored } = candidate.template;
    const isSamePlace = !anchored && hasEdges(line, edges);
    const match = isSamePlace ? find(candidate, line.slice(0, edges.end), edges.start) : find(candidate, line);
    const skip = isSamePlace ? {} : { skip: index };
    if (match === undefined) return skip;
    const isBelieved =
      anchored || this.#candidates.length === 1 || (match.start === edges.start && match.end === edges.end);
    return isBelieved ? { best: { match, index } } : { reserve: { match, index }, ...skip };
  }

  #search(line: string, skip: number | undefined, reserve: Best | undefined): Best | undefined {
    let nearest = reserve;
    for (const [index, candidate] of this.#candidates.entries()) {
      if (index === skip) continue;
      const match = find(candidate, line);
      if (match === undefined) continue;
      if (this.#isConclusive(candidate, index, match)) return { match, index };
      if (nearest === undefined || match.start < nearest.match.start) nearest = { match, index };
    }
    return nearest;
  }

  #isConclusive({ template, hits, distance }: Candidate, index: number, { start }: DateMatch): boolean {
    const next = this.#candidates[index + 1];
    if (next === undefined || template.anchored) return true;
    if (start === 0 && hits > 0 && next.found === 0) return true;
    return start <= distance && start <= (this.#edges?.start ?? 1);
  }

  #won(candidate: Candidate, { match, index }: Best, line: string): void {
    candidate.hits += 1;
    candidate.distance = match.start;
    if (this.#firstUnused === index) this.#firstUnused += 1;
    this.#edges = edgesOf(line, match);
    this.#last = index > 0 && index !== this.#last ? this.#moveUp(index, candidate) : index;
  }

  /** Moves a template towards the front when it is worth more than the one there; tells where it is now. */
  #moveUp(index: number, candidate: Candidate): number {
    const isWorthMore = (position: number) => {
      const other = this.#candidates[position];
      return other !== undefined && (other.hits === 0 || worth(candidate) > worth(other));
    };
    const far = this.#firstUnused < index ? this.#firstUnused : Math.floor(index / 2);
    const position = [far, index - 1].find(isWorthMore);
    if (position === undefined) return index;
    // In one go: reading dates may be broken off anywhere.
    this.#candidates = this.#candidates.toSpliced(index, 1).toSpliced(position, 0, candidate);
    while ((this.#candidates[this.#firstUnused]?.hits ?? 0) > 0) this.#firstUnused += 1;
    return position;
  }
}

function worth({ hits, weight, distance }: Candidate): number {
  return (hits * weight) / Math.max(1, distance);
}

function find(candidate: Candidate, line: string, from = 0): DateMatch | undefined {
  const match = candidate.template.find(line, from);
  if (match !== undefined) candidate.found += 1;
  return match;
}

function edgesOf(line: string, { start, end }: DateMatch): Edges {
  return {
    start,
    end,
    before: line.charAt(start - 1),
    first: line.charAt(start),
    last: line.charAt(end - 1),
    behind: line.charAt(end),
  };
}

/** The characters outside are the same, or those inside are, unless they are letters or digits. */
function hasEdges(line: string, { start, end, before, first, last, behind }: Edges): boolean {
  const isLetter = (char: string) => /^[\p{L}\p{N}]$/u.test(char);
  const beginsAlike = line.charAt(start - 1) === before || (line.charAt(start) === first && !isLetter(first));
  const endsAlike = line.charAt(end) === behind || (line.charAt(end - 1) === last && !isLetter(last));
  return beginsAlike && endsAlike;
}
