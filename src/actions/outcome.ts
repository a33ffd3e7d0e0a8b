/** What became of an attempt to deliver. Invariant: a reason is one printable line of bounded length. */
import { printable } from '../core/printable.js';

export type Outcome =
  | { readonly kind: 'done' }
  /** It may work later: it is tried again as long as the queue has room. `after`: not before so many µs. */
  | { readonly kind: 'failed'; readonly reason: string; readonly after?: number }
  /** Whoever got it does not want it: after a few attempts it is given up. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The longest reason, in characters. */
const LONGEST = 300;

export const done: Outcome = { kind: 'done' };

export function failed(reason: string, after?: number): Outcome {
  return { kind: 'failed', reason: bounded(reason), ...(after !== undefined && { after }) };
}

export function refused(reason: string): Outcome {
  return { kind: 'refused', reason: bounded(reason) };
}

function bounded(reason: string): string {
  const line = printable(
    reason
      .slice(0, 4 * LONGEST)
      .trim()
      .replaceAll(/\s*[\r\n]+\s*/g, ' / '),
  );
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** The same outcome with none of the secrets in its reason. */
export function withoutSecrets(outcome: Outcome, secrets: readonly string[]): Outcome {
  if (outcome.kind === 'done') return outcome;
  const hidden = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '***'), outcome.reason);
  return { ...outcome, reason: hidden };
}
