/** Pages of journal files that were read and are let go: they no longer count, and reading goes on. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { journalDirectory, libraryPath, missingJournalRemote, writeJournal } from '../support/journal-files.js';

const library = openLibrary(libraryPath);

/** kB of the folder's files that are mapped in, see proc_pid_smaps(5). */
function residentOf(folder: string): number {
  const mappings = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return mappings
    .filter((mapping) => mapping.split('\n')[0]?.includes(folder))
    .reduce((sum, mapping) => sum + Number(/^Rss:\s+(\d+) kB$/m.exec(mapping)?.[1]), 0);
}

test('what was read of a journal is let go, and what comes next is read after it', {
  skip: missingJournalRemote,
}, (t) => {
  const folder = journalDirectory();
  t.after(() => folder.remove());
  const messages = Array.from({ length: 2_000 }, (_, n) => `message ${n}`);
  writeJournal(
    join(folder.path, 'system.journal'),
    messages.map((MESSAGE, n) => ({ receivedAt: 1_700_000_000_000_000 + n * 1_000, fields: { MESSAGE } })),
  );
  const journal = openJournal({ library, directory: folder.path, matches: [], fields: ['MESSAGE'] });
  t.after(() => journal.close());
  const texts = () => journal.read(1_000).map(({ fields }) => fields['MESSAGE']);
  const all = texts();
  assert.ok(residentOf(folder.path) > 100);
  library.letPagesGo();
  assert.equal(residentOf(folder.path), 0);
  while (!journal.isAtEnd) all.push(...texts());
  assert.deepEqual(all, messages);
});
