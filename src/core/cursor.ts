/**
 * A journal cursor taken apart: as values, to tell which entries come after a saved one and which are copies, and as
 * places in its bytes, for who packs them. Nothing else knows the form.
 * The format `s=…;i=…;b=…;m=…;t=…;x=…` (hexadecimal) is that of sd_journal_get_cursor in sd-journal.c since systemd 38.
 */

export interface Cursor {
  /** Identifies the writer's series of sequence numbers; lasts over rotations. */
  readonly seqnumId: string;
  readonly seqnum: bigint;
  readonly bootId: string;
  /** µs since that boot. */
  readonly monotonic: bigint;
  /** µs since the epoch. */
  readonly realtime: bigint;
  /** Hash of the entry's fields. */
  readonly hash: string;
}

const SHAPE =
  /^s=([0-9a-f]{32});i=([0-9a-f]{1,16});b=([0-9a-f]{32});m=([0-9a-f]{1,16});t=([0-9a-f]{1,16});x=([0-9a-f]{1,16})$/;

/** Undefined when the text is no cursor of that format. */
export function parseCursor(text: string): Cursor | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, seqnumId = '', i, bootId = '', m, t, hash = ''] = match;
  const number = (hex: string | undefined): bigint => BigInt(`0x${hex}`);
  return { seqnumId, seqnum: number(i), bootId, monotonic: number(m), realtime: number(t), hash };
}

/** What of a cursor does not change when journald copies the entry to another file. */
export interface Stamp {
  /** µs since the boot. */
  readonly monotonic: number;
  readonly hash: string;
}

/** Asked of every entry: half as long to match as the whole. */
const STAMP = /;m=([0-9a-f]+);t=[0-9a-f]+;x=([0-9a-f]+)$/;

/** Undefined when the text is no cursor; not all of it is looked at. */
export function stampOf(text: string): Stamp | undefined {
  const match = STAMP.exec(text);
  return match === null ? undefined : { monotonic: Number.parseInt(match[1] ?? '', 16), hash: match[2] ?? '' };
}

/** When the entry was received, µs since the epoch; all else that the text may be or lack is not looked at. */
export function receivedAtOf(text: string): number | undefined {
  const hex = /(?:^|;)t=([0-9a-f]{1,16})(?:;|$)/.exec(text)?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}

/**
 * True when `entry` is the saved entry or one before it. Within a boot its own clock decides: journald gives entries
 * that it copies to another file new sequence numbers. Over boots those decide within a series. With nothing in common
 * there is only the clock that people set, except that the present boot came after all others.
 */
export function isSeen(entry: Cursor, saved: Cursor, presentBoot?: string): boolean {
  const isSeries = entry.seqnumId === saved.seqnumId;
  if (entry.bootId === saved.bootId) {
    if (entry.monotonic !== saved.monotonic) return entry.monotonic < saved.monotonic;
    return entry.hash === saved.hash || (isSeries && entry.seqnum <= saved.seqnum);
  }
  if (isSeries) return entry.seqnum <= saved.seqnum;
  if (entry.bootId === presentBoot || saved.bootId === presentBoot) return saved.bootId === presentBoot;
  return entry.realtime < saved.realtime || (entry.realtime === saved.realtime && entry.hash === saved.hash);
}

/** Where the values of a cursor stand in the bytes it was found in. Each ends where the next one's key begins. */
export interface CursorPlaces {
  readonly seqnumId: number;
  readonly seqnum: number;
  readonly bootId: number;
  readonly monotonic: number;
  readonly realtime: number;
  readonly hash: number;
}

/** The digits of an id. */
export const ID_DIGITS = 32;
/** What stands before each value. */
export const KEYS = { seqnumId: 's=', seqnum: ';i=', bootId: ';b=', monotonic: ';m=', realtime: ';t=', hash: ';x=' };
const KEY_LENGTH = KEYS.hash.length;
const SEMICOLON = 59;

/** Undefined when a key is not where it has to be. The values are not looked at. */
export function cursorPlaces(bytes: Uint8Array, start: number, end: number): CursorPlaces | undefined {
  const seqnumId = start + KEYS.seqnumId.length;
  const seqnum = seqnumId + ID_DIGITS + KEY_LENGTH;
  const bootId = endOfValue(bytes, seqnum, end) + KEY_LENGTH;
  const monotonic = bootId + ID_DIGITS + KEY_LENGTH;
  const realtime = endOfValue(bytes, monotonic, end) + KEY_LENGTH;
  const hash = endOfValue(bytes, realtime, end) + KEY_LENGTH;
  const isCursor =
    hash < end &&
    endsAt(bytes, KEYS.seqnumId, seqnumId) &&
    endsAt(bytes, KEYS.seqnum, seqnum) &&
    endsAt(bytes, KEYS.bootId, bootId) &&
    endsAt(bytes, KEYS.monotonic, monotonic) &&
    endsAt(bytes, KEYS.realtime, realtime) &&
    endsAt(bytes, KEYS.hash, hash);
  return isCursor ? { seqnumId, seqnum, bootId, monotonic, realtime, hash } : undefined;
}

/** The place of the first semicolon from `start` on; `end` when there is none before. */
function endOfValue(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== SEMICOLON) at += 1;
  return at;
}

function endsAt(bytes: Uint8Array, key: string, end: number): boolean {
  const start = end - key.length;
  for (let at = 0; at < key.length; at += 1) {
    if (bytes[start + at] !== key.charCodeAt(at)) return false;
  }
  return true;
}
