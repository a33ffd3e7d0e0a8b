/** Waits until all that an earlier run sent is in the journal: what was sent after it has come back then. */
import { markEntry, ofMark } from './entries.js';
import { lastEntry, type OpenEntries } from './journal-places.js';

export interface CatchUp {
  readonly open: OpenEntries;
  readonly unit: string;
  send(lines: readonly string[]): Promise<void>;
  /** ms; rejects when the program is to end. */
  wait(milliseconds: number): Promise<void>;
  /** A text that was never used before. */
  newMark(): string;
  warn(text: string): void;
}

/** Between two looks, ms. */
const PAUSE = 50;
/** After so many looks another mark is sent: journald may have dropped it. */
const LOOKS = 200;

export async function catchUp({ open, unit, send, wait, newMark, warn }: CatchUp): Promise<void> {
  for (let tries = 0; ; tries++) {
    const mark = newMark();
    await send(markEntry(mark));
    for (let looks = 0; looks < LOOKS; looks++) {
      if (lastEntry(open, unit, ofMark(mark)) !== undefined) return;
      await wait(PAUSE);
    }
    if (tries === 0) warn(deaf(unit));
  }
}

function deaf(unit: string): string {
  return `what is sent to the journal does not come back as ${unit}, so no file is followed yet
hint: it runs as a service alone, see systemctl status ${unit}; journald must keep messages of level info: Storage= and MaxLevelStore= in journald.conf`;
}
