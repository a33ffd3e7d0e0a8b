/**
 * The text of a cursor taken apart, to tell which entries come after a saved one that no longer exists, and which are
 * copies. Nothing else in this folder knows the form; core/packed/cursor-packer.ts packs it as bytes.
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
