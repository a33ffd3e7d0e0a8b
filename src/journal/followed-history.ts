/**
 * The journal as people's commands read it: what there is, and, from the first subscriber on, what comes, wherever the
 * journal lies by then. Invariant: following begins exactly after what was read before.
 */
import type { Entry } from '../core/entry.js';
import type { JournalHistory, JournalLine, JournalStart, LiveJournal, SeekResult } from '../ports/journal.js';
import { type LiveOptions, openLiveJournal } from './live-journal.js';
import { openJournal } from './reader.js';

class FollowedHistory implements JournalHistory {
  readonly #options: LiveOptions;
  readonly #history: JournalHistory;
  #live: LiveJournal | undefined;
  /** Where `read` goes on. */
  #position: JournalStart = { kind: 'head' };

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#history = openJournal(options);
  }

  get isAtEnd(): boolean {
    return (this.#live ?? this.#history).isAtEnd;
  }

  seek(start: JournalStart): SeekResult {
    this.#position = start;
    return (this.#live ?? this.#history).seek(start);
  }

  read(limit: number): readonly Entry[] {
    const entries = (this.#live ?? this.#history).read(limit);
    const last = entries.at(-1);
    if (last !== undefined) this.#position = { kind: 'cursor', cursor: last.cursor, receivedAt: last.receivedAt };
    return entries;
  }

  readBackwards(limit: number): readonly Entry[] {
    return this.#history.readBackwards(limit);
  }

  readLines(): AsyncIterable<readonly JournalLine[]> {
    return this.#history.readLines();
  }

  entryAt(cursor: string): Entry | undefined {
    return this.#history.entryAt(cursor);
  }

  onChange(wake: () => void): () => void {
    if (this.#live === undefined) {
      this.#live = openLiveJournal(this.#options);
      this.#live.seek(this.#position);
    }
    return this.#live.onChange(wake);
  }

  close(): void {
    this.#live?.close();
    this.#history.close();
  }
}

/** Throws as `openJournal` does. */
export function openFollowedHistory(options: LiveOptions): JournalHistory {
  return new FollowedHistory(options);
}
