/** What became of an attempt to deliver. Invariant: what others said is told as one printable line of bounded length. */
import { printable } from '../core/printable.js';
import { messageOf } from '../errors.js';

export type Outcome =
  | { readonly kind: 'done' }
  /** It may work later: it is tried again as long as the queue has room. `after`: not before so many µs. */
  | { readonly kind: 'failed'; readonly reason: string; readonly after?: number }
  /** Whoever got it does not want it: after a few attempts it is given up, or with `isFinal` at once. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isFinal?: true };

/** The longest reason, in characters. */
const LONGEST = 300;

export const done: Outcome = { kind: 'done' };

export function failed(reason: string, after?: number): Outcome {
  return { kind: 'failed', reason: boundedLine(reason), ...(after !== undefined && { after }) };
}

export function refused(reason: string): Outcome {
  return { kind: 'refused', reason: boundedLine(reason) };
}

/** That the agent cannot be asked. */
export function bansUnknown(cause: unknown): Outcome {
  return failed(`the agent does not say which bans there are: ${messageOf(cause)}`);
}

/** What somebody else answered, as it may be told. */
export function boundedLine(reason: string): string {
  const line = printable(
    reason
      .slice(0, 4 * LONGEST)
      .trim()
      .replaceAll(/\s*[\r\n]+\s*/g, ' / '),
  );
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Takes secrets out of a text. It has to be whole yet: of one that is cut off, a part of a secret may be left. */
export function hiding(secrets: readonly string[]): (text: string) => string {
  const longestFirst = secrets.filter((secret) => secret !== '').toSorted((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text);
}
