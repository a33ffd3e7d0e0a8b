/** Resuming at a cursor over several files, boots and clocks, with and without the entry still being there. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Entry } from '../../src/core/entry.js';
import type { Matches } from '../../src/journal/matches.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import type { JournalHistory } from '../../src/ports/journal.js';
import {
  type FileEntry,
  journalDirectory,
  libraryPath,
  missingJournalRemote,
  writeJournal,
} from '../support/journal-files.js';

const START = 1_700_000_000_000_000;
const SECOND = 1_000_000;

/** Entries of one boot, 1 ms apart; every fifth is another program's. */
function boot(name: 'a' | 'b' | 'c', count: number, receivedAt: number, monotonic = 5 * SECOND): FileEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    receivedAt: receivedAt + i * 1000,
    monotonic: monotonic + i * 1000,
    boot: name.repeat(32),
    fields: { MESSAGE: `${name}${i}`, SYSLOG_IDENTIFIER: i % 5 === 4 ? 'other' : 'sshd' },
  }));
}

/** What each file of the journal holds. */
const layouts: Readonly<Record<string, readonly FileEntry[][]>> = {
  'three boots in one file': [
    [...boot('a', 8, START), ...boot('b', 8, START + 10 * SECOND), ...boot('c', 8, START + 20 * SECOND)],
  ],
  'a file for each boot': [boot('a', 8, START), boot('b', 8, START + 10 * SECOND), boot('c', 8, START + 20 * SECOND)],
  'a boot in two files': [
    [...boot('a', 8, START), ...boot('b', 5, START + 10 * SECOND)],
    [...boot('b', 5, START + 11 * SECOND, 6 * SECOND), ...boot('c', 8, START + 20 * SECOND)],
  ],
  'the clock set back between two boots in one file': [
    [...boot('a', 8, START), ...boot('b', 8, START - 10 * SECOND), ...boot('c', 8, START + 20 * SECOND)],
  ],
  'a long first boot, then short ones': [
    [...boot('a', 8, START, 9000 * SECOND), ...boot('b', 8, START + 10 * SECOND)],
    boot('c', 8, START + 20 * SECOND, 1000),
  ],
};

const selections: Readonly<Record<string, Matches>> = {
  everything: [],
  'one match': [['SYSLOG_IDENTIFIER=sshd']],
  'two alternatives': [['SYSLOG_IDENTIFIER=sshd'], ['SYSLOG_IDENTIFIER=other']],
};

const library = openLibrary(libraryPath);

function write(t: TestContext, files: readonly FileEntry[][]): string {
  const directory = journalDirectory();
  t.after(() => directory.remove());
  for (const [i, entries] of files.entries()) writeJournal(join(directory.path, `${i}.journal`), entries);
  return directory.path;
}

function open(t: TestContext, directory: string, matches: Matches): JournalHistory {
  const journal = openJournal({ library, directory, matches, fields: [] });
  t.after(() => journal.close());
  return journal;
}

function rest(journal: JournalHistory): readonly Entry[] {
  const found: Entry[] = [];
  do found.push(...journal.read(7));
  while (!journal.isAtEnd);
  return found;
}

const lines = (entries: readonly Entry[]) => entries.map(({ line }) => line);

describe('resuming', { skip: missingJournalRemote ?? false }, () => {
  for (const [layout, files] of Object.entries(layouts)) {
    test(`exactly, after any entry: ${layout}`, (t) => {
      const directory = write(t, files);
      for (const [selection, matches] of Object.entries(selections)) {
        const journal = open(t, directory, matches);
        const all = rest(journal);
        assert.ok(all.length > 15);
        for (const [i, { cursor, receivedAt }] of all.entries()) {
          assert.equal(journal.seek({ kind: 'cursor', cursor, receivedAt }), 'exact');
          assert.deepEqual(lines(rest(journal)), lines(all.slice(i + 1)), `${selection}, after entry ${i}`);
        }
      }
    });

    test(`after any entry whose file is gone, with all later entries and no earlier one: ${layout}`, (t) => {
      const directory = write(t, files.length > 1 ? files : [...files, boot('c', 3, START + 30 * SECOND, 15 * SECOND)]);
      const before = open(t, directory, []);
      const all = rest(before);
      before.close();
      rmSync(join(directory, '0.journal'));
      const journal = open(t, directory, []);
      const left = new Set(rest(journal).map(({ cursor }) => cursor));
      for (const [i, { cursor, receivedAt }] of all.entries()) {
        const outcome = journal.seek({ kind: 'cursor', cursor, receivedAt });
        assert.equal(outcome, left.has(cursor) ? 'exact' : 'nearest');
        const later = all.slice(i + 1).filter((entry) => left.has(entry.cursor));
        assert.deepEqual(lines(rest(journal)), lines(later), `after entry ${i}`);
      }
    });
  }

  test('after an entry that the matches no longer let through', (t) => {
    const directory = write(t, [boot('a', 12, START)]);
    const all = rest(open(t, directory, []));
    const journal = open(t, directory, [['SYSLOG_IDENTIFIER=other']]);
    for (const [i, { cursor, receivedAt }] of all.entries()) {
      assert.equal(journal.seek({ kind: 'cursor', cursor, receivedAt }), 'exact');
      const later = all.slice(i + 1).filter(({ line }) => line.startsWith('other'));
      assert.deepEqual(lines(rest(journal)), lines(later), `after entry ${i}`);
    }
  });

  test('after an entry of whose boot nothing is left, with everything there is, whatever the clock says', (t) => {
    const directory = write(t, [boot('a', 8, START)]);
    const before = open(t, directory, []);
    const saved = rest(before).at(-1);
    before.close();
    rmSync(join(directory, '0.journal'));
    writeJournal(join(directory, '1.journal'), boot('b', 8, START - 25 * 60 * SECOND));
    assert.ok(saved);
    const journal = open(t, directory, []);
    assert.equal(journal.seek({ kind: 'cursor', ...saved }), 'nearest');
    const found = [...rest(journal)];
    writeJournal(join(directory, '1.journal'), boot('b', 2, START - 20 * 60 * SECOND, 400 * SECOND));
    found.push(...rest(journal));
    assert.deepEqual(
      found.map(({ line }) => line.replace(/^.*: /, '')),
      [...Array.from({ length: 8 }, (_, n) => `b${n}`), 'b0', 'b1'],
    );
  });

  test('gives way after each batch of entries that were seen before', (t) => {
    const directory = write(t, [
      boot('a', 500, START),
      boot('b', 3, START + 10 * SECOND),
      boot('b', 3, START + 20 * SECOND, 15 * SECOND),
    ]);
    const saved = rest(open(t, directory, [])).find(({ line }) => line.endsWith('b2'));
    rmSync(join(directory, '1.journal'));
    assert.ok(saved);
    const journal = open(t, directory, []);
    journal.seek({ kind: 'cursor', ...saved });
    let empty = 0;
    for (let batch = journal.read(10); batch.length === 0; batch = journal.read(10)) {
      assert.equal(journal.isAtEnd, false);
      empty += 1;
    }
    assert.equal(empty, 50);
  });

  test('with a text that is no cursor starts an hour before the time that was saved with it', (t) => {
    const directory = write(t, [[...boot('a', 3, START), ...boot('a', 2, START + 3600 * SECOND, 4000 * SECOND)]]);
    const journal = open(t, directory, []);
    const receivedAt = START + 3600 * SECOND + 1500;
    assert.equal(journal.seek({ kind: 'cursor', cursor: 'damaged', receivedAt }), 'nearest');
    assert.deepEqual(lines(rest(journal)), ['sshd: a2', 'sshd: a0', 'sshd: a1']);
  });

  test('an entry that was noticed but not read yet is read although its file is renamed, as rotation does', async (t) => {
    const directory = write(t, [boot('a', 3, START)]);
    const machine = join(directory, 'e'.repeat(32));
    mkdirSync(machine);
    const journal = open(t, directory, []);
    assert.equal(rest(journal).length, 3);
    const noticed = new Promise<void>((resolve) => journal.onChange(resolve));
    writeJournal(join(machine, 'active.journal'), boot('b', 3, START + SECOND));
    await noticed;
    renameSync(join(machine, 'active.journal'), join(machine, 'archived.journal'));
    assert.deepEqual(lines(rest(journal)), ['sshd: b0', 'sshd: b1', 'sshd: b2']);
  });

  test('passes over damaged files', (t) => {
    const directory = write(t, [
      boot('a', 8, START),
      boot('b', 8, START + 10 * SECOND),
      boot('c', 8, START + 20 * SECOND),
    ]);
    truncateSync(join(directory, '1.journal'), 100);
    writeFileSync(join(directory, '3.journal'), 'no journal at all');
    writeFileSync(join(directory, '4.journal'), '');
    assert.equal(readdirSync(directory).length, 5);
    assert.deepEqual(new Set(rest(open(t, directory, [])).map(({ line }) => line.slice(-2, -1))), new Set(['a', 'c']));
  });
});
