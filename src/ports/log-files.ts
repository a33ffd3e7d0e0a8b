/** Files that programs write line by line, as they are followed into the journal. */

export interface FileState {
  readonly inode: string;
  /** Bytes. */
  readonly size: number;
  /** µs since the epoch; `bornAt` is 0 where the file system does not tell. */
  readonly modifiedAt: number;
  readonly bornAt: number;
  /** It still has a name. */
  readonly isLinked: boolean;
}

export interface OpenFile {
  state(): FileState;
  /** Up to `length` bytes from `at` on; fewer at the end. */
  read(at: number, length: number): Buffer;
  /** The first byte from `from` on that is in no hole; the end of the file if there is none. */
  nextData(from: number): number;
  close(): void;
}

export interface LogFiles {
  /** The names in a folder; undefined when there is no such folder. Throws FILE_UNREADABLE. */
  names(folder: string): readonly string[] | undefined;
  /** A regular file; undefined when there is none of that name. Throws FILE_UNREADABLE. */
  open(path: string): OpenFile | undefined;
  /** The inode behind a name, links followed; undefined when there is none. Throws FILE_UNREADABLE. */
  inodeOf(path: string): string | undefined;
  /** A short text that differs for different bytes. */
  digest(bytes: Buffer): string;
}
