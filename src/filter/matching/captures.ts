/**
 * What the groups of a regex captured, one place for each name that the filter has. A few names have the same place in
 * every filter. fail2ban's complex names are resolved: `alt_NAME_1` fills NAME when it is empty, `tuple_NAME` makes
 * NAME a list.
 */
import type { RegexMatch } from '../regex/translate.js';
import { groupOfTag } from '../tags/expand.js';

export type Capture = string | readonly (string | undefined)[];
/** Captures by place; undefined where a group took no part. */
export type Captures = readonly (Capture | undefined)[];
/** Captures that nobody else holds. */
export type OwnCaptures = (Capture | undefined)[];

/** Groups that the matcher itself reads, by their place. */
export const place = {
  fid: 0,
  ip4: 1,
  ip6: 2,
  dns: 3,
  cidr: 4,
  mlfid: 5,
  nofail: 6,
  mlfgained: 7,
  mlfforget: 8,
  content: 9,
  user: 10,
  once: 11,
  tried: 12,
  answer: 13,
} as const;

/** The places before this one are of address and id. */
const afterAddress = 5;

/** The places of all names of one filter. */
export class Places {
  readonly #names: string[] = Object.keys(place);
  #empty: OwnCaptures | undefined;

  /** The name at each place. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Nothing captured at any place; not to be changed. */
  get empty(): OwnCaptures {
    this.#empty ??= new Array<Capture | undefined>(this.#names.length).fill(undefined);
    return this.#empty;
  }

  /** The place of a name, a new one for a name not seen before. */
  of(name: string): number {
    const known = this.#names.indexOf(name);
    return known < 0 ? this.#names.push(name) - 1 : known;
  }
}

/** From a place to a place. */
interface Transfer {
  readonly from: number;
  readonly to: number;
}

/** Which groups of a regex go where; made once per regex. */
export interface CaptureLayout {
  readonly groups: readonly { readonly number: number; readonly to: number }[];
  readonly alternates: readonly Transfer[];
  readonly tuples: readonly Transfer[];
  /** The group that is F-CONTENT, when nothing else can have its place; undefined leaves it to readCaptures. */
  readonly content: number | undefined;
  /** A place for each name of the filter, all of them empty. To be asked for once all regexes are compiled. */
  readonly empty: () => OwnCaptures;
}

/** `names` are the groups' names by number, '' for a group without one. */
export function captureLayout(names: readonly string[], places: Places): CaptureLayout {
  const complex = (prefix: string) =>
    names
      .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
      .toSorted()
      .map((from) => ({ from: places.of(from), to: places.of(targetOf(from.slice(prefix.length))) }));
  const groups = names.flatMap((name, number) => (name === '' ? [] : [{ number, to: places.of(name) }]));
  const alternates = complex('alt_');
  const tuples = complex('tuple_');
  const isSimple = alternates.length === 0 && tuples.length === 0;
  const content = isSimple ? groups.find(({ to }) => to === place.content)?.number : undefined;
  return { groups, alternates, tuples, content, empty: () => places.empty.slice() };
}

/** Names that stand for another one: see above. */
const COMPLEX = /^(?:alt|tuple)_/;

/** Whether a regex with these groups can capture a text for the name. */
export function canCapture(groups: readonly string[], name: keyof typeof place): boolean {
  return groups.some(
    (group) => group === name || (COMPLEX.test(group) && targetOf(group.replace(COMPLEX, '')) === name),
  );
}

/** Where `user_1` and `user` both go. */
function targetOf(name: string): string {
  return groupOfTag(name.replace(/_\d+$/, ''));
}

/** The captures of a match; where it has nothing, those of the match `outer` around it. */
export function readCaptures(
  layout: CaptureLayout,
  match: RegexMatch,
  outerLayout?: CaptureLayout,
  outer?: RegexMatch,
): OwnCaptures {
  const captures = layout.empty();
  takeGroups(captures, layout, match, 0);
  resolveComplex(layout, captures);
  if (outerLayout === undefined || outer === undefined) return captures;
  if (isPlain(outerLayout)) {
    takeGroups(captures, outerLayout, outer, firstPlaceFor(captures));
  } else {
    const others = readCaptures(outerLayout, outer);
    captures[place.fid] ??= others[place.fid];
    fillIn(captures, others);
  }
  return captures;
}

/** Puts the texts of groups where there is none yet, from the place `from` on; an id is taken anyway. */
function takeGroups(captures: OwnCaptures, { groups }: CaptureLayout, match: RegexMatch, from: number): void {
  for (let at = 0; at < groups.length; at += 1) {
    const group = groups[at];
    if (group === undefined || (group.to < from && group.to !== place.fid)) continue;
    if (captures[group.to] === undefined) captures[group.to] = match.group(group.number);
  }
}

function isPlain({ alternates, tuples }: CaptureLayout): boolean {
  return alternates.length === 0 && tuples.length === 0;
}

/** Whether there is an address or the name of a host. */
export function hasAddress(captures: Captures): boolean {
  return captures[place.ip4] !== undefined || captures[place.ip6] !== undefined || captures[place.dns] !== undefined;
}

/** What others say of address and id does not go with an address of one's own. */
function firstPlaceFor(captures: Captures): number {
  return hasAddress(captures) ? afterAddress : 0;
}

/** Gives `captures` what they lack and `under` has; nothing of its address and id beside an address of their own. */
export function fillIn(captures: OwnCaptures, under: Captures): void {
  for (let at = firstPlaceFor(captures); at < under.length; at += 1)
    if (captures[at] === undefined) captures[at] = under[at];
}

/** The text of F-CONTENT, without reading the other groups where that is possible. */
export function readContent(layout: CaptureLayout, match: RegexMatch): string | undefined {
  if (layout.content !== undefined) return match.group(layout.content);
  return captureText(readCaptures(layout, match)[place.content]);
}

function resolveComplex({ alternates, tuples }: CaptureLayout, captures: OwnCaptures): void {
  for (const { from, to } of alternates) {
    const value = captures[from];
    if (value && !captures[to]) captures[to] = value;
  }
  for (const { from, to } of tuples) {
    const part = captures[from];
    const sofar = captures[to];
    const parts = typeof sofar === 'object' ? sofar : [sofar];
    captures[to] = [...parts, typeof part === 'string' ? part : undefined];
  }
}

/** The text of a capture that names someone; parts of a tuple are joined by spaces. */
export function captureText(capture: Capture | undefined): string | undefined {
  if (capture === undefined || typeof capture === 'string') return capture;
  return capture.map((part) => part ?? '').join(' ');
}
