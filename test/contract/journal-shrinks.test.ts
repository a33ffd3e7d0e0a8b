/** Journal files that get shorter under their readers, as when a disk is repaired: no thread of the reader is ended by it. */
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLibrary } from '../../src/journal/native.js';
import {
  type FileEntry,
  journalDirectory,
  libraryPath,
  missingJournalRemote,
  writeJournal,
} from '../support/journal-files.js';
import { readAll } from '../support/journal-readings.js';
import { noise } from '../support/noise.js';
import { until } from '../support/process.js';

const START = 1_700_000_000_000_000;
const library = openLibrary(libraryPath);

/** Messages so long that they are compressed: what is read in bulk leaves those to libsystemd, which maps the file. */
function entriesOf(count: number): FileEntry[] {
  return Array.from({ length: count }, (_, n) => ({
    receivedAt: START + n * 1000,
    monotonic: 5_000_000 + n * 1000,
    boot: 'a'.repeat(32),
    fields: { MESSAGE: Buffer.concat([Buffer.from('long '.repeat(500)), noise(n, 1_300)]), SYSLOG_IDENTIFIER: 'sshd' },
  }));
}

/** How long the file is with that part of what was written to it. Its header: systemd's JOURNAL_FILE_FORMAT. */
function sizeWith(path: string, part: number): number {
  const header = readFileSync(path).subarray(0, 144);
  const at = (offset: number) => Number(header.readBigUInt64LE(offset));
  const begin = Math.max(at(104) + at(112), at(120) + at(128));
  return Math.floor(begin + part * (at(136) - begin));
}

describe('a journal file that shrinks', { skip: missingJournalRemote }, () => {
  test('while its next entries are read ahead ends nothing', (t) => {
    const directory = journalDirectory();
    t.after(() => directory.remove());
    for (const part of [0.2, 0.4, 0.6, 0.8]) {
      const path = join(directory.path, 'one.journal');
      rmSync(path, { force: true });
      writeJournal(path, entriesOf(400));
      const shrink = () => truncateSync(path, sizeWith(path, part));
      const { entries, inBulk } = readAll({ library, directory: directory.path }, { inBulk: true, meanwhile: shrink });
      assert.equal(inBulk, true);
      assert.ok(entries.length >= 8 && entries.length < 400, `${entries.length} entries of a file cut to ${part}`);
    }
  });

  test('while the waiting thread looks into it ends nothing', async (t) => {
    const directory = journalDirectory();
    t.after(() => directory.remove());
    const machine = join(directory.path, 'a'.repeat(32));
    mkdirSync(machine);
    const path = join(machine, 'system.journal');
    writeJournal(path, entriesOf(3));
    const journal = library.open({ directory: machine, ofMachine: true, users: false, toFollow: true, fields: [] });
    const pipe = library.watch(journal);
    t.after(() => {
      library.close(journal);
      closeSync(pipe);
    });
    library.process(journal);
    truncateSync(path, 0);
    library.expect(journal);
    // It looks each 20 ms at first; after some looks another entry is still found.
    await sleep(200);
    writeJournal(join(machine, 'other.journal'), entriesOf(1));
    await until('a change is told', async () => library.process(journal) > 0 || undefined);
  });
});
