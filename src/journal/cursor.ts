/**
 * The text of a cursor taken apart, to tell which entries come after a saved one that no longer exists.
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

/**
 * True when `entry` is the saved entry or one before it.
 * Sequence numbers decide within a series, the monotonic clock within a boot, and only then the clock that people set.
 */
export function isSeen(entry: Cursor, saved: Cursor): boolean {
  if (entry.seqnumId === saved.seqnumId) return entry.seqnum <= saved.seqnum;
  const [mine, theirs] =
    entry.bootId === saved.bootId ? [entry.monotonic, saved.monotonic] : [entry.realtime, saved.realtime];
  return mine < theirs || (mine === theirs && entry.hash === saved.hash);
}
