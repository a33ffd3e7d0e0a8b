/**
 * V8's second regex engine does not backtrack: its time is proportional to the text, whatever the regex. It knows no
 * look-around, back-references or flag u, so it cannot replace the budget. Where it can take over, a line that was made
 * to stall a regex is still judged and not passed over.
 */
import { setFlagsFromString } from 'node:v8';
import type { TimeLimit } from './time-limit.js';

/** Some 0.3 ms of backtracking, which honest lines never need. */
const backtracks = 100_000;

/**
 * Lets V8 change over to that engine when a regex backtracks too much. To be called before any regex is run; V8
 * versions without the engine ignore it.
 */
export function enableLinearFallback(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString(`--regexp-backtracks-before-fallback=${backtracks}`);
}

/** Backtracks for ever without that engine. */
const endless = `${'a'.repeat(40)}b`;

/** How long changing over may take, ms. */
const timeout = 20;

/** A machine that has other work may take longer now and then. */
const attempts = 5;

/** Whether V8 really changes over. */
export function hasLinearFallback(finishes: TimeLimit): boolean {
  const regex = /^(?:a|a)*$/;
  return Array.from({ length: attempts }).some(() => finishes(() => regex.test(endless), timeout));
}
