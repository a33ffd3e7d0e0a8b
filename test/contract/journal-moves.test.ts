/** A journal whose folder is replaced under its reader is read on, and known to be one whose changes are told. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openLiveJournal } from '../../src/journal/live-journal.js';
import { openLibrary } from '../../src/journal/native.js';
import { BOOT, journalDirectory, libraryPath, missingJournalRemote, writeJournal } from '../support/journal-files.js';
import { until } from '../support/process.js';

const START = 1_700_000_000_000_000;

/** A folder with one entry in it, the `count`th. */
function folderWith(path: string, count: number): void {
  mkdirSync(path);
  const fields = { MESSAGE: String(count), _UID: '0' };
  writeJournal(join(path, 'system.journal'), [{ receivedAt: START + count * 1_000_000, fields }]);
}

describe('a journal that comes to lie in a new folder', { skip: missingJournalRemote }, () => {
  test('several times, with a look after each, is still one that tells of changes', async (t) => {
    const temporary = journalDirectory();
    t.after(() => temporary.remove());
    const place = join(temporary.path, 'journal');
    folderWith(place, 0);
    const journal = openLiveJournal({
      ...{ library: openLibrary(libraryPath), directory: place, matches: [], fields: ['MESSAGE'], presentBoot: BOOT },
    });
    t.after(() => journal.close());
    const found: string[] = [];
    const take = () => found.push(...journal.read(100).map(({ fields }) => fields['MESSAGE'] ?? ''));
    journal.seek({ kind: 'head' });
    journal.onChange(take);
    take();
    for (const count of [1, 2, 3]) {
      folderWith(join(temporary.path, 'next'), count);
      renameSync(place, join(temporary.path, `before-${count}`));
      renameSync(join(temporary.path, 'next'), place);
      await until(`the entry of folder ${count} is read`, async () => found.includes(String(count)) || undefined);
      assert.equal(journal.inspect(true), undefined, `after folder ${count}`);
    }
    assert.deepEqual(found, ['0', '1', '2', '3']);
  });
});
