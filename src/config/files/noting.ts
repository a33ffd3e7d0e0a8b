/** A disk that notes what of it cannot be read, for those who ask for a part of what the files say. */
import type { Parsed, Problem } from '../../core/problem.js';
import type { Disk } from './disk.js';

/** Answers as `disk` does; what it cannot read is added to `unread`. */
export function noting(disk: Disk, unread: Problem[]): Disk {
  const note = <T>(read: Parsed<T>): Parsed<T> => {
    unread.push(...read.problems);
    return read;
  };
  return { ...disk, names: (folder) => note(disk.names(folder)), text: (path) => note(disk.text(path)) };
}
