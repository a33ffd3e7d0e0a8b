import type { Parsed } from '../../core/problem.js';

/** Names in the configuration that only the machine can resolve, such as users and services. */
export interface Machine {
  /** Whether the file can be read, or run. */
  isUsable(path: string, as: 'list' | 'program'): boolean;
  /** The names in a folder, none when there is no such folder; a problem when it is there and cannot be read. */
  names(folder: string): Parsed<readonly string[]>;
  isMissing(folder: string): boolean;
  /** The number of a user; undefined when there is none of that name. */
  userId(name: string): number | undefined;
  /** The program's path without links, which is what journald calls it; undefined when it is not there. */
  realPath(path: string): string | undefined;
  /** The unit that systemd knows by that name, which is the same unless it is an alias. */
  unitOf(name: string): string;
}
