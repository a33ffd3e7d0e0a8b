/** The journal of a remote host, of which there are more files than are read. */
import assert from 'node:assert/strict';
import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry } from '../../src/core/entry.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import {
  type FileEntry,
  journalDirectory,
  libraryPath,
  missingJournalRemote,
  writeJournal,
} from '../support/journal-files.js';

const library = openLibrary(libraryPath);

function entry(message: string, receivedAt: number): FileEntry {
  return { receivedAt, monotonic: receivedAt, boot: 'a'.repeat(32), fields: { MESSAGE: message } };
}

/** As journal_file_rotate of systemd names them. */
function archive(number: number): string {
  const hexadecimal = number.toString(16);
  return `remote-web@${'b'.repeat(32)}-${hexadecimal.padStart(16, '0')}-${hexadecimal.padStart(16, '0')}.journal`;
}

for (const [when, isFirst] of [
  ['first', true],
  ['last', false],
] as const) {
  test(`of very many files of a host the one that is written to is read, though it was made ${when}`, {
    skip: missingJournalRemote ?? false,
  }, (t) => {
    const { path, remove } = journalDirectory();
    t.after(remove);
    const writeNew = () => writeJournal(join(path, 'remote-web.journal'), [entry('new', 1_700_000_001_000_000)]);
    if (isFirst) writeNew();
    writeJournal(join(path, archive(0)), [entry('old', 1_700_000_000_000_000)]);
    for (let number = 1; number < 2_000; number += 1) linkSync(join(path, archive(0)), join(path, archive(number)));
    if (!isFirst) writeNew();
    const journal = openJournal({ library, directory: path, host: 'web', matches: [], fields: [] });
    t.after(() => journal.close());
    const found: Entry[] = [];
    do found.push(...journal.read(100));
    while (!journal.isAtEnd);
    assert.deepEqual(
      found.map(({ line }) => line.replace(/.*: /, '')),
      ['old', 'new'],
    );
  });
}
