/** V8's optimizing compiler for a program that runs for months, of which its start is to be short. */
import { setFlagsFromString } from 'node:v8';

/** How much a function runs before V8 looks whether it is worth optimizing, in bytes of its code: by itself 66 kB. */
const BUDGET = 1_000_000;

/**
 * Lets V8 optimize only what has run for long. By itself it optimizes much of what a start runs, on threads of its own, and that
 * is hardly run again: a quarter of a start's processor time, and half of what catching up with 500,000 entries takes. To be called
 * before what it is for is run. A V8 without the setting says so on standard error, and goes on.
 */
export function optimizeLate(): void {
  setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
