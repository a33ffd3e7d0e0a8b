/**
 * What one program logs and where its client has a say: the table that a file of test/hostile exports. The messages
 * are those of the program's source, their texts as the program's log writer leaves them.
 */

/** Something that the client chooses. */
export interface Field {
  /** What an honest client sends. */
  readonly honest: string;
  /** Bytes of it that are written at most, before `write`. */
  readonly max?: number;
  /** How the program writes it: escapes, what it takes away or refuses. As it is when missing. */
  readonly write?: (text: string) => string;
  /** The field whose text this is, written another way. */
  readonly of?: string;
}

export interface Message {
  /** What one connection logs, in order, with {peer} and {FIELD} in their places. */
  readonly logs: readonly string[];
  /** The modes in which an honest client's is a failure; all of them when missing. */
  readonly counts?: readonly string[];
}

export interface HostileTable {
  /** What stands before each message: `host sshd[7]: `. Empty for log files whose lines begin otherwise. */
  readonly line: string;
  /**
   * How messages reach the journal. syslog: one message is one entry, blanks at its end are taken off. stdout: each
   * newline ends an entry.
   */
  readonly transport: 'syslog' | 'stdout';
  /** Bytes of a message that the program writes at most. */
  readonly limit?: number;
  /** What the program does with a message over its limit: it is cut off unless this says otherwise. */
  readonly split?: (message: string, limit: number) => readonly string[];
  /** Options to try the filter with. `mode` is what `counts` names. */
  readonly options: readonly Readonly<Record<string, string>>[];
  readonly fields: Readonly<Record<string, Field>>;
  readonly messages: readonly Message[];
}
