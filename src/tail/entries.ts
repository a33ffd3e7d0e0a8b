/** The journal entries of f2b-tail: a line of a file and its place, a place alone, and marks. */
import type { Entry } from '../core/entry.js';
import type { TailLine } from './line-reader.js';
import type { Place } from './place.js';

/** A line on its way to the journal. */
export interface SentLine {
  readonly path: string;
  readonly id: string;
  readonly line: TailLine;
}

const FILE = 'F2B_FILE';
const FILE_ID = 'F2B_FILE_ID';
const OFFSET = 'F2B_OFFSET';
const MARK = 'F2B_MARK';

/** The fields to be read of entries. */
export const TAIL_FIELDS: readonly string[] = [FILE, FILE_ID, OFFSET];

/** As sshd writes a failure: what keeps these entries out of the journal keeps failures out too. */
function entryLines(message: string, fields: readonly string[]): readonly string[] {
  return [`MESSAGE=${message}`, 'PRIORITY=6', 'SYSLOG_IDENTIFIER=f2b-tail', ...fields];
}

function placeLines({ path, id, offset }: Omit<Place, 'at'>): readonly string[] {
  return [`${FILE}=${path}`, `${FILE_ID}=${id}`, `${OFFSET}=${offset}`];
}

export function lineEntry({ path, id, line }: SentLine): readonly string[] {
  const cut = line.isCut ? ['F2B_CUT=yes'] : [];
  return entryLines(line.text, [...placeLines({ path, id, offset: line.end }), ...cut]);
}

/** The message is no line of the file, and holds nothing that anybody chose. */
export function placeEntry(place: Omit<Place, 'at'>): readonly string[] {
  return entryLines('the place in a file is kept', placeLines(place));
}

/** The mark of a run that has begun with all files. */
export const BEGUN = 'begun';

export function markEntry(mark: string): readonly string[] {
  return entryLines('files are followed', [`${MARK}=${mark}`]);
}

/** Conditions on the fields of entries. */
export const ofFile = (id: string) => `${FILE_ID}=${id}`;
export const ofPath = (path: string) => `${FILE}=${path}`;
export const ofMark = (mark: string) => `${MARK}=${mark}`;

/** The place that an entry holds. */
export function placeOf({ fields, receivedAt }: Entry): Place | undefined {
  const { [FILE]: path, [FILE_ID]: id, [OFFSET]: offset } = fields;
  if (path === undefined || id === undefined || !/^\d{1,15}$/.test(offset ?? '')) return undefined;
  return { path, id, offset: Number(offset), at: receivedAt };
}
