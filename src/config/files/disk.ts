/**
 * The disk as the configuration is read from it; the only file of this folder that reads it. Bounded: regular files of at
 * most 1 MB (the line limit of systemd.syntax(7)), so that no odd file can stall or fill the agent.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import type { Parsed, Problem } from '../../core/problem.js';
import { systemCode } from '../../errors.js';
import type { SourceText } from '../config-texts.js';
import type { Machine } from '../values/machine.js';
import { parsePasswd } from '../values/passwd.js';
import { unitOf } from './unit-of.js';

const MAX_BYTES = 1_000_000;

/** What is to be known of a machine to read its configuration. The answers are plain values. */
export interface Disk extends Machine {
  /** The text of a file; undefined after saying why there is none. */
  text(path: string): Parsed<SourceText>;
  /** Whether it is an empty file, or a link to /dev/null or to an empty file. */
  isMask(path: string): boolean;
}

export interface DiskOptions {
  /** Default /etc/passwd. */
  readonly passwdFile?: string;
  /** Knows the users that are not in that file; default: nobody does. */
  readonly findUser?: (name: string) => number | undefined;
}

/** The disk as it is: each question is asked anew, but for who is in the file of users. */
export function createDisk(options: DiskOptions = {}): Disk {
  return {
    names,
    text,
    isMask,
    isMissing,
    isUsable,
    realPath,
    unitOf: (name) => unitOf(name, linkAt),
    userId: userIds(options),
  };
}

/** What a system call said, in the words of errno(3). */
function errorText(error: unknown): string {
  return systemCode(error) ?? String(error);
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorText(error));
}

/** Nothing when it does not exist. */
function names(folder: string): Parsed<readonly string[]> {
  try {
    return { value: readdirSync(folder), problems: [] };
  } catch (error) {
    return { value: [], problems: isAbsence(error) ? [] : [unreadable(folder, errorText(error))] };
  }
}

function absent(file: string): Problem {
  return { file, line: 0, message: 'there is no such file', hint: 'check its name, or where the link leads' };
}

function unreadable(file: string, reason: string): Problem {
  return {
    file,
    line: 0,
    message: `cannot be read (${reason})`,
    hint: 'files and folders of the configuration must be readable for the user that reads them (user f2b for the agent)',
  };
}

/** An empty file, or a link to /dev/null or to an empty file. */
function isMask(path: string): boolean {
  try {
    return statSync(path).size === 0 && (statSync(path).isFile() || readlinkSync(path) === '/dev/null');
  } catch {
    return false;
  }
}

/** O_NONBLOCK: a FIFO must not stall the start. */
function text(path: string): Parsed<SourceText> {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return textOf(file, path);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { value: undefined, problems: [isAbsence(error) ? absent(path) : unreadable(path, errorText(error))] };
  }
}

function textOf(file: number, path: string): Parsed<SourceText> {
  const stats = fstatSync(file);
  const refused = (reason: string, hint: string) => ({
    value: undefined,
    problems: [{ ...unreadable(path, reason), hint }],
  });
  if (!stats.isFile()) return refused('not a regular file', 'remove it');
  if (stats.size > MAX_BYTES) return refused('longer than 1 MB', 'is this the right file?');
  const problems: Problem[] = [];
  return { value: { path, text: decode(readFileSync(file), path, problems) }, problems };
}

/** UTF-8; the first line that is not is reported. */
function decode(bytes: Buffer, path: string, problems: Problem[]): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const lines = bytes.toString('latin1').split('\n');
  const broken = lines.findIndex((line) => {
    try {
      decoder.decode(Buffer.from(line, 'latin1'));
      return false;
    } catch {
      return true;
    }
  });
  problems.push({ file: path, line: broken + 1, message: 'is not valid UTF-8', hint: 'save the file as UTF-8' });
  return text;
}

/** For the user who reads the configuration, which is the agent's at a start and a reload. */
function isUsable(path: string, as: 'list' | 'program'): boolean {
  try {
    accessSync(path, as === 'list' ? constants.R_OK : constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The file is read once, when the first name is asked for. */
function userIds({ passwdFile = '/etc/passwd', findUser }: DiskOptions): Disk['userId'] {
  let known: ReadonlyMap<string, number> | undefined;
  return (name) => {
    known ??= parsePasswd(text(passwdFile).value?.text ?? '');
    return known.get(name) ?? findUser?.(name);
  };
}

/** One that the agent may not look at, as those in /home, is taken as it is. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    return isAbsence(error) ? undefined : path;
  }
}

/** Empty when there is something that is no link. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    return systemCode(error) === 'EINVAL' ? '' : undefined;
  }
}

function isMissing(folder: string): boolean {
  try {
    return !statSync(folder).isDirectory();
  } catch (error) {
    return isAbsence(error);
  }
}
