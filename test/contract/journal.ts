/** What every Journal must do; the real one and the fake run it. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Entry } from '../../src/core/entry.js';
import type { JournalHistory } from '../../src/ports/journal.js';

/** An entry of the suite: the message is its name, the line follows from it. */
export interface Written {
  readonly receivedAt: number;
  readonly at?: number;
  readonly message: string;
  readonly unit?: string;
}

/** A journal that the suite can write to. It is opened for the fields `_SYSTEMD_UNIT` and `_UID`. */
export interface Bench {
  readonly journal: JournalHistory;
  append(entries: readonly Written[]): Promise<void>;
  /** Removes the entries that were appended first, at least as many as the first call of `append` brought. */
  vacuum(): Promise<void>;
}

/** The line of an entry of the suite. */
export function lineOf(message: string): string {
  return `host sshd[7]: ${message}`;
}

const START = 1_700_000_000_000_000;

function series(from: number, count: number): Written[] {
  return Array.from({ length: count }, (_, i) => ({
    receivedAt: START + (from + i) * 1000,
    message: `entry ${from + i}`,
    unit: 'ssh.service',
  }));
}

function messages(entries: readonly Pick<Entry, 'line'>[]): number[] {
  return entries.map(({ line }) => Number(/^host sshd\[7\]: entry (\d+)$/.exec(line)?.[1]));
}

function last(entries: readonly Entry[]): Entry {
  const entry = entries.at(-1);
  assert.ok(entry);
  return entry;
}

/** The numbers of all entries from the position on, read `limit` at a time. */
function rest(journal: JournalHistory, limit = 3): number[] {
  const found: number[] = [];
  for (let entries = journal.read(limit); entries.length > 0; entries = journal.read(limit)) {
    assert.ok(entries.length <= limit);
    found.push(...messages(entries));
  }
  return found;
}

export function journalContract(
  name: string,
  open: (t: TestContext) => Promise<Bench>,
  options: { readonly skip?: string | undefined } = {},
): void {
  describe(name, { skip: options.skip ?? false }, () => {
    test('reads all entries in order, in batches, from the head', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 7));
      journal.seek({ kind: 'head' });
      assert.deepEqual(rest(journal), [0, 1, 2, 3, 4, 5, 6]);
      assert.deepEqual(journal.read(5), []);
      journal.seek({ kind: 'head' });
      assert.deepEqual(rest(journal, 100), [0, 1, 2, 3, 4, 5, 6]);
    });

    test('gives line, times, cursor and those wanted fields that the entry has', async (t) => {
      const { journal, append } = await open(t);
      await append([
        { receivedAt: START, at: START - 250, message: 'entry 0', unit: 'ssh.service' },
        { receivedAt: START + 1, message: 'entry 1' },
      ]);
      journal.seek({ kind: 'head' });
      const [first, second] = journal.read(2);
      assert.ok(first && second);
      assert.notEqual(first.cursor, second.cursor);
      for (const { line, terminated, isAscii } of [first, second]) {
        assert.ok(terminated === undefined || terminated === `${line}\n`);
        assert.notEqual(isAscii, false);
      }
      assert.deepEqual(
        [first, second].map(({ cursor: _, terminated: __, isAscii: ___, ...visible }) => visible),
        [
          {
            ...{ receivedAt: START, at: START - 250, line: lineOf('entry 0'), messageAt: 14 },
            fields: { _SYSTEMD_UNIT: 'ssh.service' },
          },
          { receivedAt: START + 1, at: START + 1, line: lineOf('entry 1'), messageAt: 14, fields: {} },
        ],
      );
    });

    test('reads on when entries were appended after the end was reached', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 2));
      journal.seek({ kind: 'head' });
      assert.deepEqual(rest(journal), [0, 1]);
      await append(series(2, 2));
      assert.deepEqual(rest(journal), [2, 3]);
      await append(series(4, 1));
      assert.deepEqual(rest(journal), [4]);
    });

    test('from the tail it reads only what comes later', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 3));
      journal.seek({ kind: 'tail' });
      assert.deepEqual(rest(journal), []);
      await append(series(3, 2));
      assert.deepEqual(rest(journal), [3, 4]);
    });

    test('an empty journal is at its end, whatever the start', async (t) => {
      const { journal } = await open(t);
      for (const kind of ['head', 'tail'] as const) {
        journal.seek({ kind });
        assert.deepEqual(journal.read(3), []);
        assert.ok(journal.isAtEnd, kind);
      }
    });

    test('from the tail of an empty journal it reads what comes later', async (t) => {
      const { journal, append } = await open(t);
      journal.seek({ kind: 'tail' });
      assert.deepEqual(rest(journal), []);
      await append(series(0, 2));
      assert.deepEqual(rest(journal), [0, 1]);
    });

    test('from a time it reads the entries received then and later', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 5));
      journal.seek({ kind: 'since', since: START + 2000 });
      assert.deepEqual(rest(journal), [2, 3, 4]);
      journal.seek({ kind: 'since', since: START + 2001 });
      assert.deepEqual(rest(journal), [3, 4]);
      journal.seek({ kind: 'since', since: 0 });
      assert.deepEqual(rest(journal), [0, 1, 2, 3, 4]);
    });

    test('resumes exactly after any cursor', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 5));
      journal.seek({ kind: 'head' });
      const entries = journal.read(5);
      for (const [i, { cursor, receivedAt }] of entries.entries()) {
        assert.equal(journal.seek({ kind: 'cursor', cursor, receivedAt }), 'exact');
        assert.deepEqual(
          rest(journal),
          [0, 1, 2, 3, 4].filter((n) => n > i),
        );
      }
      const { cursor, receivedAt } = last(entries);
      journal.seek({ kind: 'cursor', cursor, receivedAt });
      await append(series(5, 1));
      assert.deepEqual(rest(journal), [5]);
    });

    test('when the entry of the cursor is gone it resumes at the oldest one not seen', async (t) => {
      const { journal, append, vacuum } = await open(t);
      await append(series(0, 3));
      journal.seek({ kind: 'head' });
      const { cursor, receivedAt } = last(journal.read(3));
      await append(series(3, 3));
      await vacuum();
      assert.equal(journal.seek({ kind: 'cursor', cursor, receivedAt }), 'nearest');
      assert.deepEqual(rest(journal), [3, 4, 5]);
      await append(series(6, 1));
      assert.deepEqual(rest(journal), [6]);
    });

    test('finds an entry by its cursor without moving, until it is vacuumed', async (t) => {
      const { journal, append, vacuum } = await open(t);
      await append(series(0, 3));
      journal.seek({ kind: 'head' });
      const [first] = journal.read(1);
      assert.ok(first);
      assert.deepEqual(
        journal.read(1).map(({ line }) => line),
        [lineOf('entry 1')],
      );
      assert.deepEqual(journal.entryAt(first.cursor), first);
      assert.deepEqual(rest(journal), [2]);
      assert.equal(journal.entryAt('no cursor'), undefined);
      await append(series(3, 1));
      await vacuum();
      assert.equal(journal.entryAt(first.cursor), undefined);
    });

    test('reads backwards, newest first, and forwards again from there', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 5));
      journal.seek({ kind: 'tail' });
      assert.deepEqual(messages(journal.readBackwards(2)), [4, 3]);
      assert.deepEqual(messages(journal.readBackwards(2)), [2, 1]);
      assert.deepEqual(messages(journal.readBackwards(2)), [0]);
      assert.deepEqual(journal.readBackwards(2), []);
      const { cursor, receivedAt } = (() => {
        journal.seek({ kind: 'tail' });
        return last(journal.readBackwards(1));
      })();
      journal.seek({ kind: 'cursor', cursor, receivedAt });
      await append(series(5, 1));
      assert.deepEqual(rest(journal), [5]);
      journal.seek({ kind: 'cursor', cursor, receivedAt });
      assert.deepEqual(messages(journal.readBackwards(2)), [3, 2]);
    });

    test('reads all lines from the position in bulk', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 6));
      journal.seek({ kind: 'since', since: START + 1000 });
      const found: number[] = [];
      for await (const lines of journal.readLines()) {
        for (const { at, receivedAt, terminated } of lines) {
          assert.equal(at, receivedAt);
          found.push(...messages([{ line: terminated.replace(/\n$/, '') }]));
        }
      }
      assert.deepEqual(found, [1, 2, 3, 4, 5]);
    });

    test('wakes its subscribers when entries arrive, and no longer once they unsubscribed', async (t) => {
      const { journal, append } = await open(t);
      await append(series(0, 1));
      journal.seek({ kind: 'tail' });
      let unwanted = 0;
      const stop = journal.onChange(() => unwanted++);
      stop();
      for (let i = 1; i <= 3; i++) {
        const arrived = new Promise<number[]>((resolve) => {
          const unsubscribe = journal.onChange(() => {
            const found = rest(journal);
            if (found.length === 0) return;
            unsubscribe();
            resolve(found);
          });
        });
        await append(series(i, 1));
        assert.deepEqual(await arrived, [i]);
      }
      assert.equal(unwanted, 0);
    });
  });
}
