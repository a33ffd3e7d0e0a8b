/** Damaged journal files: whatever their bytes say, reading ends, and delivers nothing that was never written. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { openLibrary } from '../../src/journal/native.js';
import {
  type FileEntry,
  journalDirectory,
  libraryPath,
  missingJournalRemote,
  writeJournal,
} from '../support/journal-files.js';
import { readAll } from '../support/journal-readings.js';
import '../support/seed.js';

const START = 1_700_000_000_000_000;
const RUNS = Number(process.env['F2B_PROPERTY_RUNS'] ?? 40);
const COUNT = 60;
/** Where the header has its own size, https://systemd.io/JOURNAL_FILE_FORMAT. */
const HEADER_SIZE_AT = 88;
const skip = missingJournalRemote ?? false;
const library = openLibrary(libraryPath);

const entries: readonly FileEntry[] = Array.from({ length: COUNT }, (_, i) => ({
  receivedAt: START + i * 1000,
  monotonic: 5_000_000 + i * 1000,
  fields: {
    MESSAGE: i % 7 === 0 ? `${i} `.repeat(600) : `message ${i}`,
    _HOSTNAME: 'host',
    SYSLOG_IDENTIFIER: 'sshd',
    _PID: String(i % 9),
    _SYSTEMD_UNIT: i % 2 === 0 ? 'ssh.service' : 'cron.service',
  },
}));

/** The bytes of a sound file. */
function soundFile(compact: '0' | '1'): Buffer {
  const directory = journalDirectory();
  try {
    const path = join(directory.path, 'sound.journal');
    writeJournal(path, entries, { SYSTEMD_JOURNAL_COMPACT: compact });
    return readFileSync(path);
  } finally {
    directory.remove();
  }
}

const damage = fc.record({
  /** Which byte, as a part of those in use, and what it becomes. */
  flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
    maxLength: 40,
  }),
  /** Eight bytes that say a large number or zero. */
  words: fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 32n, 64n),
    ),
    { maxLength: 10 },
  ),
  length: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});

type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

/** Damage behind the header, which decides whether a file is read at all. */
function damaged(sound: Buffer, { flips, words, length }: Damage): Buffer {
  const bytes = Buffer.from(sound);
  const used = Number(bytes.readBigUInt64LE(136));
  const at = (part: number) => 272 + Math.floor(part * (used - 272));
  for (const [part, value] of flips) bytes[at(part)] = value;
  for (const [part, value] of words) bytes.writeBigUInt64LE(value, at(part) & ~7);
  return length === null ? bytes : bytes.subarray(0, at(length));
}

/** The same file with a header that says it is one byte longer. */
function withOddHeader(sound: Buffer): Buffer {
  const bytes = Buffer.from(sound);
  bytes.writeBigUInt64LE(bytes.readBigUInt64LE(HEADER_SIZE_AT) + 1n, HEADER_SIZE_AT);
  return bytes;
}

/** Reads it all, with and without matches; every entry that comes out is well-formed. */
function readDamaged(directory: string, meanwhile?: () => void): number {
  let inBulk = 0;
  for (const matches of [[], [['_SYSTEMD_UNIT=ssh.service'], ['_PID=3']]]) {
    const read = readAll(
      { library, directory, matches, fields: ['_PID'] },
      { inBulk: true, ...(meanwhile && { meanwhile }) },
    );
    inBulk += read.inBulk ? 1 : 0;
    assert.ok(read.entries.length <= 3 * COUNT);
    for (const { cursor, line, receivedAt } of read.entries) {
      assert.match(cursor, /^s=[0-9a-f]{32};i=[0-9a-f]+;b=[0-9a-f]{32};m=[0-9a-f]+;t=[0-9a-f]+;x=[0-9a-f]+$/);
      assert.ok(line.length <= 65_536 && Number.isFinite(receivedAt));
    }
  }
  return inBulk;
}

/** ffi-napi lets go of the buffers it was given in the next turn of the event loop. */
const buffersFreed = () => setImmediate();

for (const compact of ['0', '1'] as const) {
  test(`a damaged file is read as far as that goes, compact ${compact}`, { skip }, async () => {
    const sound = soundFile(compact);
    const directory = journalDirectory();
    let inBulk = 0;
    try {
      await fc.assert(
        fc.asyncProperty(damage, async (how) => {
          writeFileSync(join(directory.path, 'damaged.journal'), damaged(sound, how));
          inBulk += readDamaged(directory.path);
          await buffersFreed();
        }),
        { numRuns: RUNS },
      );
    } finally {
      directory.remove();
    }
    assert.ok(inBulk > 0);
  });
}

test('a file whose objects would not lie at multiples of eight is passed over, as by libsystemd', { skip }, () => {
  const sound = soundFile('1');
  const directory = journalDirectory();
  try {
    writeFileSync(join(directory.path, 'odd.journal'), withOddHeader(sound));
    assert.equal(readDamaged(directory.path), 0);
    writeFileSync(join(directory.path, 'sound.journal'), sound);
    // In bulk only if both leave out the same file.
    assert.equal(readDamaged(directory.path), 2);
  } finally {
    directory.remove();
  }
});

test('a file that is damaged or cut while it is read ends the reading and not the process', { skip }, async () => {
  const sound = soundFile('1');
  const directory = journalDirectory();
  const path = join(directory.path, 'damaged.journal');
  try {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const bytes = damaged(sound, how);
        writeFileSync(path, sound);
        readDamaged(directory.path, () => overwrite(path, bytes));
        await buffersFreed();
      }),
      { numRuns: RUNS },
    );
  } finally {
    directory.remove();
  }
});

/** Within the file that is open, as a failing disk or another program would. */
function overwrite(path: string, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  truncateSync(path, bytes.length);
}
