/** What is read in bulk is what libsystemd reads: entry by entry, over all kinds of journal files. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Entry } from '../../src/core/entry.js';
import { type Handle, openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import {
  type FileEntry,
  type FileLayout,
  journalDirectory,
  libraryPath,
  missingJournalRemote,
  writeJournal,
} from '../support/journal-files.js';
import { type Reading, readAll } from '../support/journal-readings.js';
import { noise } from '../support/noise.js';

const START = 1_700_000_000_000_000;
const SECOND = 1_000_000;
const FIELDS = ['_SYSTEMD_UNIT', 'MESSAGE', 'BLOB', 'REPEATED'];
const library = openLibrary(libraryPath);

/** Messages short, long enough to be compressed, larger than what is read at a time, none and several. */
const messages = ['short', 'long '.repeat(500), noise(1, 3000), 'two\nlines', '', ['one', 'two', 'one']];

/** Entries of one boot, 1 ms apart. */
function entriesOf(boot: string, count: number, receivedAt: number, monotonic = 5 * SECOND): FileEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    receivedAt: receivedAt + i * 1000,
    monotonic: monotonic + i * 1000,
    boot: boot.repeat(32),
    fields: {
      MESSAGE: messages[i % messages.length] ?? '',
      _HOSTNAME: 'host',
      SYSLOG_IDENTIFIER: i % 3 === 0 ? 'kernel' : 'sshd',
      ...(i % 3 === 0 ? {} : { _PID: String(i % 50) }),
      _SOURCE_REALTIME_TIMESTAMP: String(receivedAt + i * 1000 - 7),
      _SYSTEMD_UNIT: `${['ssh', 'cron', 'nginx'][i % 3]}.service`,
      _UID: String(i % 2),
      _CMDLINE: 'never asked for '.repeat(100),
      BLOB: noise(i % 5, 200),
      REPEATED: ['1', '2'],
    },
  }));
}

const a = [
  ...entriesOf('a', 80, START),
  { receivedAt: START + 90_000, monotonic: 5_090_000, boot: 'a'.repeat(32), fields: { MESSAGE: noise(2, 150_000) } },
  {
    receivedAt: START + 91_000,
    monotonic: 5_091_000,
    boot: 'a'.repeat(32),
    fields: { MESSAGE: 'x'.repeat(1_000_000) },
  },
];
const later = entriesOf('a', 40, START + 50_500, 5 * SECOND + 50_500);

const TWINS = 'files that say the same';

/** What the files of a journal hold. */
const journals: Readonly<Record<string, readonly (readonly FileEntry[])[]>> = {
  'one file': [a],
  'files after one another': [a, entriesOf('a', 60, START + SECOND, 6 * SECOND)],
  'files of one boot that overlap': [a, later, entriesOf('a', 10, START + 20_250, 5 * SECOND + 20_250)],
  'boots that overlap': [a, entriesOf('b', 60, START + 50_000, 100)],
  'several boots in several files': [
    [...a, ...entriesOf('b', 30, START + 10 * SECOND, 100)],
    [...entriesOf('b', 30, START + 10_015_500, 15_600), ...entriesOf('c', 30, START + 20 * SECOND)],
  ],
  'the clock set back within a file': [[...a, ...entriesOf('b', 30, START - 10 * SECOND)]],
  'the clock set back between files of one boot': [a, entriesOf('a', 30, START - 10 * SECOND, 9 * SECOND)],
  [TWINS]: [a, a, later],
};

/** Clocks of boots that overlap, in files of different series: newer versions of libsystemd order them otherwise. */
const OVERLAPPING = ['boots that overlap', 'the clock set back between files of one boot'];
const version = Number(/^systemd (\d+)/.exec(spawnSync('journalctl', ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
const otherOrder =
  version >= 254 && `libsystemd ${version} has another order of such boots, see src/journal/native/files/cursor.c`;

const matches: Readonly<Record<string, readonly (readonly string[])[]>> = {
  everything: [],
  'one match': [['_SYSTEMD_UNIT=ssh.service']],
  'two values of a field': [['_SYSTEMD_UNIT=ssh.service', '_SYSTEMD_UNIT=nginx.service', '_SYSTEMD_UNIT=none.service']],
  'two fields': [['_SYSTEMD_UNIT=ssh.service', '_UID=1']],
  'two alternatives': [['_UID=1', '_SYSTEMD_UNIT=cron.service'], ['_PID=7'], ['_PID=none']],
  nothing: [['_SYSTEMD_UNIT=none.service']],
};

const layouts: readonly FileLayout[] = (['0', '1'] as const).flatMap((compact) =>
  (['0', '1'] as const).map((keyed) => ({ SYSTEMD_JOURNAL_COMPACT: compact, SYSTEMD_JOURNAL_KEYED_HASH: keyed })),
);

function write(t: TestContext, files: readonly (readonly FileEntry[])[], layout: FileLayout = {}): string {
  const directory = journalDirectory();
  t.after(() => directory.remove());
  for (const [i, entries] of files.entries()) writeJournal(join(directory.path, `${i}.journal`), entries, layout);
  return directory.path;
}

/** Where the entries of a journal file are, as systemd's journal-def.h has it: objects of 8-byte words with type and size. */
function entryObjects(file: Buffer): number[] {
  const offsets: number[] = [];
  const start = Number(file.readBigUInt64LE(88));
  const end = start + Number(file.readBigUInt64LE(96));
  for (let at = start, size: number; at < end; at += Math.ceil(size / 8) * 8) {
    size = Number(file.readBigUInt64LE(at + 8));
    if (size === 0) break;
    if (file[at] === 3) offsets.push(at);
  }
  return offsets;
}

/** All of an entry in one short line. */
function brief(entry: Entry): string {
  const digest = createHash('sha1').update(JSON.stringify(entry)).digest('hex').slice(0, 8);
  return `${entry.cursor.replace(/^s=(\w{4})\w+;(.*);b=(\w)\w+/, '$1 $2 $3')} ${digest}`;
}

/** Of an entry that is in two files either may be read. */
function withoutSeries(entry: Entry): string {
  return brief({ ...entry, cursor: entry.cursor.replace(/^s=\w+;i=\w+/, '') });
}

/** Reads both ways and compares; returns how many entries there were, and whether it was in bulk. */
function compare(
  reading: Omit<Reading, 'library'>,
  show = brief,
): { readonly count: number; readonly inBulk: boolean } {
  const expected = readAll({ library, fields: FIELDS, ...reading }, { inBulk: false });
  const found = readAll({ library, fields: FIELDS, ...reading }, { inBulk: true });

  assert.deepEqual(found.entries.map(show), expected.entries.map(show));
  return { count: found.entries.length, inBulk: found.inBulk };
}

describe('reading in bulk', { skip: missingJournalRemote ?? false }, () => {
  for (const [name, files] of Object.entries(journals)) {
    const skip = OVERLAPPING.includes(name) && otherOrder;
    test(`reads what libsystemd reads, with any matches and from any time: ${name}`, { skip }, (t) => {
      const directory = write(t, files);
      const show = name === TWINS ? withoutSeries : brief;
      for (const [selection, terms] of Object.entries(matches)) {
        const { count, inBulk } = compare({ directory, matches: terms }, show);
        assert.equal(count > 0, selection !== 'nothing');
        assert.equal(inBulk, count > 0, selection);
      }
      for (const offset of [-20 * SECOND, 0, 30_000, 50_700, 5 * SECOND, 21 * SECOND])
        compare({ directory, since: START + offset }, show);
    });
  }

  test('reads the entries of one boot alone, with any matches', (t) => {
    const directory = write(t, [
      [...a, ...entriesOf('b', 60, START + SECOND, 100)],
      entriesOf('b', 60, START + 2 * SECOND),
    ]);
    for (const terms of Object.values(matches)) {
      const ofAll = compare({ directory, matches: terms }).count;
      const ofBoot = (boot: string) => compare({ directory, matches: terms, boot: boot.repeat(32) }).count;
      assert.equal(ofBoot('a') + ofBoot('b'), ofAll);
      assert.equal(ofBoot('c'), 0);
    }
    assert.equal(compare({ directory, boot: 'b'.repeat(32) }).inBulk, true);
  });

  for (const layout of layouts) {
    test(`reads files of each layout: ${JSON.stringify(layout)}`, (t) => {
      const directory = write(t, [a, later], layout);
      assert.equal(compare({ directory }).inBulk, true);
      const isIndexed = layout.SYSTEMD_JOURNAL_KEYED_HASH === '1';
      for (const [name, terms] of Object.entries(matches))
        assert.equal(
          compare({ directory, matches: terms }).inBulk,
          name === 'everything' || (isIndexed && name !== 'nothing'),
        );
    });
  }

  const asked: Readonly<Record<string, (journal: Handle, round: number) => number>> = {
    'fewer entries than before, or more': (_, round) => [7, 3, 1, 5, 40][round % 5] ?? 1,
    'whether there is one more': (journal) => (library.peek(journal) ? 7 : 1),
    'what changed': (journal, round) => {
      if (round === 3) library.process(journal);
      return round === 2 ? 2 : 7;
    },
    'the entries from another place on': (journal, round) => {
      if (round === 3) library.seekHead(journal);
      return 7;
    },
  };
  for (const [what, ask] of Object.entries(asked)) {
    test(`hands out what was read ahead, each entry once, when it is asked for ${what}`, (t) => {
      const directory = write(t, [a, later]);
      let round = 0;
      const { entries, inBulk } = readAll(
        { library, directory, fields: FIELDS },
        { inBulk: true, between: (journal) => ask(journal, round++) },
      );
      assert.ok(inBulk);
      const all = readAll({ library, directory, fields: FIELDS }, { inBulk: false }).entries;
      const again = entries.length - all.length;
      assert.equal(again, what.endsWith('place on') ? 1 + 7 + 3 * 7 : 0);
      assert.deepEqual(entries.slice(again).map(brief), all.map(brief));
    });
  }

  test('reads what is appended meanwhile, to any file', (t) => {
    const directory = write(t, [a, later]);
    const append = () => {
      writeJournal(join(directory, '0.journal'), entriesOf('a', 20, START + SECOND, 6 * SECOND));
      writeJournal(join(directory, '1.journal'), entriesOf('a', 20, START + 1_000_500, 6_000_500));
    };
    const { entries, inBulk } = readAll({ library, directory }, { inBulk: true, meanwhile: append });
    assert.ok(inBulk);
    assert.equal(entries.length, a.length + later.length + 40);
    assert.deepEqual(entries.map(brief), readAll({ library, directory }, { inBulk: false }).entries.map(brief));
  });

  test('reads on in files that are deleted meanwhile', (t) => {
    const directory = write(t, [a, later]);
    const expected = readAll({ library, directory }, { inBulk: false });
    const remove = () => {
      for (const name of readdirSync(directory)) rmSync(join(directory, name));
    };
    const { entries } = readAll({ library, directory }, { inBulk: true, meanwhile: remove });
    assert.deepEqual(entries.map(brief), expected.entries.map(brief));
  });

  test('a reader that is far behind goes on in bulk, and delivers what comes meanwhile, each entry once', (t) => {
    const directory = write(t, [entriesOf('a', 100, START), entriesOf('a', 100, START + 50_500, 5 * SECOND + 50_500)]);
    const hastened: boolean[] = [];
    const observed = {
      ...library,
      hasten(handle: Handle) {
        hastened.push(library.hasten(handle));
        return hastened.at(-1) === true;
      },
    };
    const journal = openJournal({ library: observed, directory, matches: [], fields: FIELDS });
    t.after(() => journal.close());
    const entries: Entry[] = [];
    for (let batch = journal.read(9); batch.length > 0; batch = journal.read(9)) {
      entries.push(...batch);
      if (entries.length === 90)
        writeJournal(join(directory, '0.journal'), entriesOf('a', 40, START + SECOND, 6 * SECOND));
    }

    assert.deepEqual(hastened, [true]);
    assert.equal(journal.isAtEnd, true);
    const all = readAll({ library, directory, fields: FIELDS }, { inBulk: false }).entries;
    assert.equal(all.length, 240);
    assert.deepEqual(entries.map(brief), all.map(brief));
    writeJournal(join(directory, '1.journal'), entriesOf('a', 5, START + 2 * SECOND, 7 * SECOND));
    assert.equal(journal.read(9).length, 5);
  });

  test('passes over damaged entries alone, wherever they are', (t) => {
    const directory = write(t, [entriesOf('a', 300, START)]);
    const file = join(directory, '0.journal');
    const whole = readFileSync(file);
    const objects = entryObjects(whole);
    for (const terms of [matches['everything'], matches['two values of a field']]) {
      const reading = { library, directory, fields: FIELDS, ...(terms && { matches: terms }) };
      writeFileSync(file, whole);
      const all = readAll(reading, { inBulk: true }).entries;
      for (let n = 11; n < 300; n += 17) {
        const bytes = Buffer.from(whole);
        bytes.fill(0, objects[n], (objects[n] ?? 0) + 16);
        writeFileSync(file, bytes);
        const left = all.filter(({ receivedAt }) => receivedAt !== START + n * 1000);
        assert.deepEqual(
          readAll(reading, { inBulk: true }).entries.map(brief),
          left.map(brief),
          `entry ${n} is damaged`,
        );
      }
    }
  });

  test('leaves a folder to libsystemd in which the two see different files', (t) => {
    const directory = write(t, [a, later]);
    copyFileSync(join(directory, '0.journal'), join(directory, '2.journal'));
    truncateSync(join(directory, '2.journal'), 5000);
    writeFileSync(join(directory, '3.journal'), 'no journal at all');
    compare({ directory });
  });
});
