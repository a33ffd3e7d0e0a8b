/** What entries take in a journal file, without the room that it keeps free. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_REMOTE, journalDirectory } from '../support/journal-files.js';

/** Where the header holds these, little endian (systemd's docs, JOURNAL_FILE_FORMAT, "Header"). */
const HEADER_SIZE = 88;
const DATA_HASH_TABLE_SIZE = 112;
const FIELD_HASH_TABLE_SIZE = 128;
const TAIL_OBJECT_OFFSET = 136;
/** Of each object, at its beginning: type, flags, six bytes of nothing, then its size. */
const OBJECT_SIZE = 8;

/** `entries`: as `journalctl --output=export` prints them. A field that several have alike is stored once, as journald does. */
export function journalBytes(entries: string): number {
  const directory = journalDirectory();
  try {
    const path = join(directory.path, 'entries.journal');
    // It has a word for each field of journald's that it leaves out.
    const stdio = ['pipe', 'ignore', 'ignore'] as const;
    const { status } = spawnSync(JOURNAL_REMOTE, [`--output=${path}`, '-'], { input: entries, stdio: [...stdio] });
    if (status !== 0) throw new Error(`systemd-journal-remote ended with status ${status}`);
    return usedBytes(readFileSync(path));
  } finally {
    directory.remove();
  }
}

function usedBytes(file: Buffer): number {
  const at = (place: number) => Number(file.readBigUInt64LE(place));
  const tail = at(TAIL_OBJECT_OFFSET);
  // The hash tables have the size of an empty file's, however much is in it.
  const empty = at(HEADER_SIZE) + at(DATA_HASH_TABLE_SIZE) + at(FIELD_HASH_TABLE_SIZE);
  return tail + at(tail + OBJECT_SIZE) - empty;
}
