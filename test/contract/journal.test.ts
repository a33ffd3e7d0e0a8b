import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { FakeJournal } from '../fakes/journal.js';
import { journalDirectory, libraryPath, missingJournalRemote, writeJournalAside } from '../support/journal-files.js';
import { type Bench, journalContract, lineOf, type Written } from './journal.js';

journalContract('Journal: the fake', async () => {
  const journal = new FakeJournal();
  let first = 0;
  return {
    journal,
    async append(entries) {
      if (first === 0) first = entries.length;
      journal.append(
        ...entries.map(({ message, unit, ...times }) => ({
          ...times,
          line: lineOf(message),
          fields: unit === undefined ? {} : { _SYSTEMD_UNIT: unit },
        })),
      );
    },
    async vacuum() {
      journal.vacuum(first);
    },
  };
});

/** Each call of `append` writes a file of its own, as rotation does; vacuum deletes the first. */
async function openReal(t: TestContext): Promise<Bench> {
  const directory = journalDirectory();
  const journal = openJournal({
    library: openLibrary(libraryPath),
    directory: directory.path,
    matches: [],
    fields: ['_SYSTEMD_UNIT', '_UID'],
  });
  t.after(() => {
    journal.close();
    directory.remove();
  });
  const file = (number: number) => join(directory.path, `part-${number}.journal`);
  let files = 0;
  return {
    journal,
    append: (entries: readonly Written[]) =>
      writeJournalAside(
        file(files++),
        entries.map(({ receivedAt, at, message, unit }) => ({
          receivedAt,
          fields: {
            _HOSTNAME: 'host',
            SYSLOG_IDENTIFIER: 'sshd',
            _PID: '7',
            MESSAGE: message,
            ...(at === undefined ? {} : { _SOURCE_REALTIME_TIMESTAMP: String(at) }),
            ...(unit === undefined ? {} : { _SYSTEMD_UNIT: unit }),
          },
        })),
      ),
    async vacuum() {
      rmSync(file(0));
    },
  };
}

journalContract('Journal: libsystemd', openReal, { skip: missingJournalRemote });
