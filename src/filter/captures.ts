/**
 * What the groups of a regex captured, with fail2ban's complex names resolved: `alt_NAME_1` fills NAME when it is
 * empty, `tuple_NAME` makes NAME a list. Keys are group names: `ip4`, `fid`, `mlfid`, `user` …
 */
import type { RegexMatch } from './regex/translate.js';

export type Capture = string | readonly (string | undefined)[];
export type Captures = Map<string, Capture>;

/** Which groups of a regex hold what; made once per regex. */
export interface CaptureLayout {
  readonly groups: readonly { readonly name: string; readonly number: number }[];
  readonly alternates: readonly { readonly from: string; readonly to: string }[];
  readonly tuples: readonly { readonly from: string; readonly to: string }[];
}

/** `names` are the groups' names by number, '' for a group without one. */
export function captureLayout(names: readonly string[]): CaptureLayout {
  const complex = (prefix: string) =>
    names
      .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
      .toSorted()
      .map((from) => ({ from, to: targetOf(from.slice(prefix.length)) }));
  return {
    groups: names.flatMap((name, number) => (name === '' ? [] : [{ name, number }])),
    alternates: complex('alt_'),
    tuples: complex('tuple_'),
  };
}

function targetOf(name: string): string {
  const target = name.replace(/_\d+$/, '');
  if (target === 'id') return 'fid';
  return target === 'port' ? 'fport' : target;
}

/** Groups that took no part in the match are left out. */
export function readCaptures(layout: CaptureLayout, match: RegexMatch): Captures {
  const captures: Captures = new Map();
  for (const { name, number } of layout.groups) {
    const text = match.group(number);
    if (text !== undefined) captures.set(name, text);
  }
  for (const { from, to } of layout.alternates) {
    const value = captures.get(from);
    if (value && !captures.get(to)) captures.set(to, value);
  }
  for (const { from, to } of layout.tuples) {
    const part = captures.get(from);
    const sofar = captures.get(to);
    const parts = typeof sofar === 'object' ? sofar : [sofar];
    captures.set(to, [...parts, typeof part === 'string' ? part : undefined]);
  }
  return captures;
}

/** The text of a capture that names someone; parts of a tuple are joined by spaces. */
export function captureText(capture: Capture | undefined): string | undefined {
  if (capture === undefined || typeof capture === 'string') return capture;
  return capture.map((part) => part ?? '').join(' ');
}
