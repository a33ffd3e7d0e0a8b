/** The native library's lines against a plain reading of fail2ban's formatJournalEntry, for any bytes. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { journalDirectory, libraryPath, missingJournalRemote, writeJournal } from '../support/journal-files.js';
import '../support/seed.js';

const START = 1_700_000_000_000_000;

type Parts = Partial<Readonly<Record<(typeof NAMES)[number], Buffer>>>;

const NAMES = ['_HOSTNAME', 'SYSLOG_IDENTIFIER', '_COMM', 'SYSLOG_PID', '_PID', 'MESSAGE', 'WANTED'] as const;

/** Short values of any bytes but NUL, which ends a name; often newlines, ASCII and UTF-8 beyond it. */
const name = fc.oneof(
  fc.constantFrom('host', 'sshd', 'kernel', '', 'a\nb', 'ü', '\u{1f642}', '-').map((text) => Buffer.from(text)),
  fc.uint8Array({ min: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);
const pid = fc.oneof(fc.nat(4_194_304).map(String), fc.constantFrom('', 'x', '007')).map((text) => Buffer.from(text));
const message = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fc.constantFrom('\n', 'x', '\0', '\\')).map((parts) => Buffer.from(parts.join(''))),
);

const entry: fc.Arbitrary<Parts> = fc.record(
  {
    _HOSTNAME: name,
    SYSLOG_IDENTIFIER: name,
    _COMM: name,
    SYSLOG_PID: pid,
    _PID: pid,
    MESSAGE: message,
    WANTED: message,
  },
  { requiredKeys: ['MESSAGE'] },
);

function text(bytes: Buffer | undefined): string {
  return bytes?.toString('utf8') ?? '';
}

/** fail2ban's line; entries of the kernel without a process id are left out of the comparison (their time differs). */
function modelLine(parts: Parts): string {
  const identifier = text(parts.SYSLOG_IDENTIFIER) || text(parts._COMM);
  const pid = text(parts.SYSLOG_PID) || text(parts._PID);
  const host = text(parts._HOSTNAME);
  const program = identifier === '' ? '' : `${identifier}${pid === '' ? '' : `[${pid}]`}: `;
  const time = identifier === 'kernel' && pid === '' ? '[    1.000000] ' : '';
  const raw = `${host === '' ? '' : `${host} `}${program}${time}${text(parts.MESSAGE)}`;
  return raw.replaceAll('\n', '\\n');
}

test('lines and fields are those of a plain reading, one by one and in bulk', {
  skip: missingJournalRemote ?? false,
}, async () => {
  const library = openLibrary(libraryPath);
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 60 }), async (entries) => {
      const directory = journalDirectory();
      const written = entries.map((fields, i) => ({ receivedAt: START + i, monotonic: 1_000_000, fields }));
      writeJournal(join(directory.path, 'test.journal'), written);
      const journal = openJournal({ library, directory: directory.path, matches: [], fields: ['WANTED'] });
      try {
        const expected = entries.map((parts) => ({ line: modelLine(parts), wanted: parts.WANTED }));
        const read = journal.read(1000);
        assert.deepEqual(
          read.map(({ line, messageAt }) => line.slice(messageAt)),
          entries.map(({ MESSAGE }) => text(MESSAGE).replaceAll('\n', '\\n')),
        );
        assert.deepEqual(
          read.map(({ line, fields }) => ({ line, wanted: fields['WANTED'] })),
          expected.map(({ line, wanted }) => ({ line, wanted: wanted && text(wanted) })),
        );
        journal.seek({ kind: 'head' });
        const lines: string[] = [];
        for await (const batch of journal.readLines())
          lines.push(...Array.from(batch, ({ terminated }) => terminated.slice(0, -1)));
        assert.deepEqual(
          lines,
          expected.map(({ line }) => line),
        );
      } finally {
        journal.close();
        directory.remove();
      }
    }),
    { numRuns: 12 },
  );
});
