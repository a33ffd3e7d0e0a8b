/**
 * Judges a message that may have been cut off. What a regex finds in it counts only if it would be the same whatever
 * followed, which is tried out with several continuations. So an address at the beginning counts; one that the regex
 * takes for the end of the message, or that may have been shortened, does not.
 */
import { type Captures, captureText, type OwnCaptures, place } from './captures.js';
import type { Cut, Finding } from './search.js';

const cut: Cut = { kind: 'cut' };

/** Captures that say who failed. */
const identity = [place.fid, place.ip4, place.ip6, place.dns, place.cidr];
/** Captures that say what a line is. */
const flags = [place.nofail, place.mlfgained, place.mlfforget, place.once, place.tried, place.answer];
const steering: readonly number[] = [...flags, place.mlfid, place.content];

/** What `find` says of `text`, which ends with a newline, without what more text behind it would change. */
export function findSteady(find: (text: string) => Finding, text: string): Finding {
  const finding = find(text);
  if (finding?.kind !== 'found') return finding;
  const message = text.slice(0, -1);
  const names = namesIn(finding.captures);
  // It may go on where the message was cut.
  if (names.some((name) => message.endsWith(name))) return cut;
  const captures: OwnCaptures = [...finding.captures];
  for (const end of continuations(message, names)) {
    const other = find(`${message}${end}\n`);
    if (other?.kind === 'slow') return other;
    if (other?.kind !== 'found' || !meansTheSame(other.captures, finding.captures)) return cut;
    forgetChanged(captures, other.captures);
  }
  return { ...finding, captures };
}

/** Whether both charge the same, and are a failure both or none. */
function meansTheSame(one: Captures, another: Captures): boolean {
  return (
    identity.every((at) => captureText(one[at]) === captureText(another[at])) &&
    flags.every((at) => Boolean(one[at]) === Boolean(another[at]))
  );
}

function namesIn(captures: Captures): readonly string[] {
  return identity.flatMap((at) => captureText(captures[at]) ?? []).filter((name) => name !== '');
}

function forgetChanged(captures: OwnCaptures, others: Captures): void {
  captures.forEach((capture, at) => {
    if (!steering.includes(at) && captureText(capture) !== captureText(others[at])) captures[at] = undefined;
  });
}

/** Places of a name that are repeated; a regex takes the first or the last of them. */
const MAX_PLACES = 6;
/** Characters before and behind a name that are repeated with it, and words before it. */
const AROUND = 40;
const WORDS = 10;

/**
 * Ends of the message that name somebody else the way it does: all of it once more, and the words around each place of
 * the name, ever more of them, as a regex may not step over some.
 */
function continuations(message: string, names: readonly string[]): readonly string[] {
  const all = names.reduce((text, name) => text.replaceAll(name, () => other(name)), message);
  return [` ${all}`, ...names.map((name) => placesOf(message, name).flatMap(pieces(message, name)).join(''))];
}

function placesOf(message: string, name: string): readonly number[] {
  const places: number[] = [];
  for (let at = message.indexOf(name); at >= 0; at = message.indexOf(name, at + 1)) places.push(at);
  const half = MAX_PLACES / 2;
  return places.length <= MAX_PLACES ? places : [...places.slice(0, half), ...places.slice(-half)];
}

function pieces(message: string, name: string): (at: number) => readonly string[] {
  return (at) => {
    const before = message.slice(Math.max(0, at - AROUND), at);
    const behind = message.slice(at + name.length, at + name.length + AROUND);
    const starts = [...before.matchAll(/(?<=\W|^)/g)]
      .map(({ index }) => index)
      .slice(-WORDS)
      .reverse();
    return starts.map((start) => ` ${before.slice(start)}${other(name)}${behind}`);
  };
}

/** Somebody else whose name is written alike. */
function other(name: string): string {
  const changed = name.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));
  return changed === name ? name.replace(/[a-z]/gi, (letter) => (letter.toLowerCase() === 'a' ? 'b' : 'a')) : changed;
}
