/**
 * What the groups of a regex captured, one place for each name that the filter has. A few names have the same place in
 * every filter. fail2ban's complex names are resolved: `alt_NAME_1` fills NAME when it is empty, `tuple_NAME` makes
 * NAME a list.
 */
import type { RegexMatch } from './regex/translate.js';

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
} as const;

/** The places before this one are of address and id. */
const afterAddress = 5;

/** The places of all names of one filter. */
export class Places {
  readonly #names: string[] = Object.keys(place);

  /** The name at each place. */
  get names(): readonly string[] {
    return this.#names;
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
  /** How many places there were when the regex was compiled; later ones are not its own. */
  readonly width: number;
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
  const isPlain = alternates.length === 0 && tuples.length === 0;
  const content = isPlain ? groups.find(({ to }) => to === place.content)?.number : undefined;
  return { groups, alternates, tuples, content, width: places.names.length };
}

function targetOf(name: string): string {
  const target = name.replace(/_\d+$/, '');
  if (target === 'id') return 'fid';
  return target === 'port' ? 'fport' : target;
}

/** The captures of a match. With `base` what was captured before, which stays where this one has nothing. */
export function readCaptures(layout: CaptureLayout, match: RegexMatch, base?: Captures): OwnCaptures {
  const captures = new Array<Capture | undefined>(layout.width).fill(undefined);
  const { groups } = layout;
  for (let at = 0; at < groups.length; at += 1) {
    const group = groups[at];
    if (group !== undefined) captures[group.to] = match.group(group.number);
  }
  resolveComplex(layout, captures);
  if (base !== undefined) {
    captures[place.fid] ??= base[place.fid];
    fillIn(captures, base);
  }
  return captures;
}

/** Gives `captures` what they lack and `under` has; nothing of its address and id beside an address of their own. */
export function fillIn(captures: OwnCaptures, under: Captures): void {
  const hasAddress =
    captures[place.ip4] !== undefined || captures[place.ip6] !== undefined || captures[place.dns] !== undefined;
  const from = hasAddress ? afterAddress : 0;
  for (let at = from; at < under.length; at += 1) if (captures[at] === undefined) captures[at] = under[at];
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
