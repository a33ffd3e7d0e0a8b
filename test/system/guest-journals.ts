/** Opens the journal of a machine whose root does what it likes with its files, and prints what comes of it as JSON. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createOtherJournal } from '../../src/daemon/reading/journals/other-journal.js';
import { openLiveJournal } from '../../src/journal/live-journal.js';
import { openLibrary } from '../../src/journal/native.js';
import type { LiveJournal } from '../../src/ports/journal.js';
import { BOOT, type FileEntry, journalDirectory, libraryPath, writeJournal } from '../support/journal-files.js';

/** Offsets of https://systemd.io/JOURNAL_FILE_FORMAT, of a file that is not compact. */
const HEADER = { size: 88, arena: 96, tail: 136, entries: 152 };
const DATA = { array: 48, entries: 56, payload: 64 };
const ENTRY_ARRAY = 6;
const TERM = '_SYSTEMD_UNIT=ssh.service';

const entry = (n: number, unit: string): FileEntry => ({
  receivedAt: Date.now() * 1_000 + n,
  fields: { MESSAGE: `entry ${n}`, _SYSTEMD_UNIT: unit },
});

/** Of the unit the file then says that it has so many more entries; their places are zeros in a file that has holes. */
function claimEntries(file: string, count: bigint): void {
  const bytes = readFileSync(file);
  const number = (at: number) => bytes.readBigUInt64LE(at);
  const data = bytes.indexOf(TERM) - DATA.payload;
  const array = BigInt(Math.ceil(bytes.length / 8) * 8);
  const size = 24n + 8n * count;
  const fd = openSync(file, 'r+');
  const write = (at: bigint | number, value: bigint) => {
    const word = Buffer.alloc(8);
    word.writeBigUInt64LE(value);
    writeSync(fd, word, 0, 8, Number(at));
  };
  ftruncateSync(fd, Number(array + size));
  write(array, BigInt(ENTRY_ARRAY));
  write(array + 8n, size);
  write(data + DATA.array, array);
  write(data + DATA.entries, count);
  write(HEADER.arena, array + size - number(HEADER.size));
  write(HEADER.tail, array);
  write(HEADER.entries, count + 1n);
  closeSync(fd);
}

/** A journal with one entry of the unit, and how it is read. */
function guest() {
  const { path, remove } = journalDirectory();
  const file = join(path, 'system.journal');
  writeJournal(file, [entry(1, 'ssh.service'), entry(2, 'other.service')], { SYSTEMD_JOURNAL_COMPACT: '0' });
  const library = openLibrary(libraryPath);
  const options = { library, directory: path, ofMachine: true, fields: ['MESSAGE'], presentBoot: BOOT };
  const open = () => createOtherJournal(() => openLiveJournal({ ...options, matches: [[TERM]] }));
  return { file, open, remove };
}

const readAll = (journal: LiveJournal) => journal.read(10).map(({ fields }) => fields['MESSAGE']);

function sparse() {
  const { file, open, remove } = guest();
  const honest = open();
  const before = readAll(honest);
  honest.close();
  claimEntries(file, 1n << 33n);
  const journal = open();
  const read = readAll(journal);
  const says = [journal.inspect(true), journal.inspect(true)].map((error) => error?.message);
  journal.close();
  remove();
  return { before, read, says };
}

/** What takes the place of the file that is written to. */
const others: readonly ((file: string) => void)[] = [
  (file) => void spawnSync('mkfifo', [file]),
  (file) => {
    spawnSync('mkfifo', [`${file}.fifo`]);
    symlinkSync(`${file}.fifo`, file);
  },
  (file) => symlinkSync(file, file),
  (file) => symlinkSync('/dev/zero', file),
  (file) => mkdirSync(file),
];

/** What was read before and after, each time. */
function replaced() {
  return others.map((replace) => {
    const { file, open, remove } = guest();
    const followed = open();
    const before = readAll(followed);
    unlinkSync(file);
    replace(file);
    followed.inspect(true);
    const after = readAll(followed);
    followed.close();
    const anew = open();
    anew.inspect(true);
    const found = [...before, ...after, ...readAll(anew)];
    anew.close();
    remove();
    return found;
  });
}

const scenarios: Readonly<Record<string, () => unknown>> = { sparse, replaced };

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`scenarios: ${Object.keys(scenarios).join(' ')}`);
process.stdout.write(JSON.stringify(scenario()), () => process.exit());
