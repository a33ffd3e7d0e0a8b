/** How far a file has been read: what an entry of f2b-tail says beside its line. */
export interface Place {
  /** The path that File= names, also when the file was renamed since. */
  readonly path: string;
  readonly id: string;
  /** Bytes: behind the last line that is in the journal. */
  readonly offset: number;
  /** When the entry came. µs since the epoch. */
  readonly at: number;
}

/** The places that the journal holds. */
export interface Places {
  /** The last place in this very file. */
  ofFile(id: string): Place | undefined;
  /** The last place in whichever file had this path. */
  ofPath(path: string): Place | undefined;
}

/** What a file is known by while it holds no whole line. */
const NO_HEAD = '-';

/**
 * The name of a file that outlasts its renaming. The device is no part of it: its number may be another after a boot.
 * `head`: the digest of its beginning.
 */
export function fileId(inode: string, head: string | undefined): string {
  return `${inode}:${head ?? NO_HEAD}`;
}

/** True when both begin alike and are different files: one is a copy of the other. */
export function isCopy(id: string, of: string): boolean {
  const [inode, head] = id.split(':');
  const [ofInode, ofHead] = of.split(':');
  return head === ofHead && head !== NO_HEAD && inode !== ofInode;
}

/** True when the file held no whole line. */
export function isEmpty({ id }: Place): boolean {
  return id.endsWith(`:${NO_HEAD}`);
}

/** True when the file `id` may be the one that was `before` while it held no whole line. */
export function mayHaveBeen(id: string, before: string): boolean {
  return before === fileId(id.split(':')[0] ?? '', undefined);
}
