/** A file of addresses that IgnoreIP= names. */

/** A file of addresses as it is on disk. */
export interface ListFile {
  /** Changes whenever the file does. */
  readonly version: string;
  /** Its text; undefined when it cannot be read. */
  readonly read: () => string | undefined;
}
