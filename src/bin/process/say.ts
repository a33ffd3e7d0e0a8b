import { printableLines } from '../../core/printable.js';

/** As sd-daemon(3) has it: journald takes the level from the front of a line. */
const LEVELS = { error: 3, warning: 4, notice: 5, info: 6 } as const;

/** Writes to stderr, which is the journal, line by line. */
export function say(level: keyof typeof LEVELS, text: string): void {
  for (const line of printableLines(text).split('\n')) process.stderr.write(`<${LEVELS[level]}>${line}\n`);
}
