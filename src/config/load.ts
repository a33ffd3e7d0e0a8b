/**
 * Reads the configuration from disk; the only file of this folder that does. Bounded: regular files of at most 1 MB
 * (the line limit of systemd.syntax(7)), so that no odd file can stall or fill the agent.
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
import { join } from 'node:path';
import type { Problem } from '../core/problem.js';
import { inForce, type Layer, mainNames, orphanedDropins, type SeenFile } from './layers.js';
import type { Machine } from './machine.js';
import { nearest } from './nearest.js';
import { type ParsedConfig, parseInSteps, type SourceFiles, type SourceText } from './parse-config.js';
import { parsePasswd } from './passwd.js';
import { allSteps, eachInSteps, type Steps } from './steps.js';

export const DEFAULT_CONFIG_DIRECTORY = '/etc/f2b';
const MAX_BYTES = 1_000_000;
const AGENT_FILE = 'f2bd.conf';

export interface ConfigPlaces {
  /** The administrator's layer, DEFAULT_CONFIG_DIRECTORY unless --config-directory says otherwise. */
  readonly configDirectory: string;
  /** The shipped layer: /usr/lib/f2b, or a checkout. Its `units` and `filters` are used. */
  readonly shippedDirectory: string;
  /** Default /etc/services. */
  readonly servicesFile?: string;
  /** Default /etc/passwd. */
  readonly passwdFile?: string;
  /** Knows the users that are not in that file; default: nobody does. */
  readonly findUser?: (name: string) => number | undefined;
  /** Settings put on top of a jail's own, as if in its last drop-in (`f2bctl simulate -p`). */
  readonly overrides?: { readonly jail: string; readonly source: SourceText };
}

/** What a system call said, in the words of errno(3). */
function errorText(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorText(error));
}

/** Names of a folder, or nothing when it does not exist. */
function namesIn(folder: string, problems: Problem[]): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (!isAbsence(error)) problems.push(unreadable(folder, errorText(error)));
    return [];
  }
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

function seenFiles(folder: string, problems: Problem[]): readonly SeenFile[] {
  return namesIn(folder, problems)
    .filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
    .map((name) => ({ name, path: join(folder, name), masks: isMask(join(folder, name)) }));
}

function layerOf(folder: string, problems: Problem[]): Layer {
  const dropinFolders = namesIn(folder, problems).filter((name) => name.endsWith('.conf.d') && !name.startsWith('.'));
  return {
    files: new Map(seenFiles(folder, problems).map((file) => [file.name, file])),
    dropins: new Map(
      dropinFolders.map((name) => [name.replace(/\.d$/, ''), seenFiles(join(folder, name), problems)] as const),
    ),
  };
}

/** The text of a file, or undefined after saying why there is none. O_NONBLOCK: a FIFO must not stall the start. */
function readText(path: string, problems: Problem[]): SourceText | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(file);
      if (!fstatSync(file).isFile()) problems.push({ ...unreadable(path, 'not a regular file'), hint: 'remove it' });
      else if (size > MAX_BYTES)
        problems.push({ ...unreadable(path, 'longer than 1 MB'), hint: 'is this the right file?' });
      else return { path, text: decode(readFileSync(file), path, problems) };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    problems.push(unreadable(path, errorText(error)));
  }
  return undefined;
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

function readFiles(name: string, paths: readonly string[], problems: Problem[]): SourceFiles {
  return { name, texts: paths.map((path) => readText(path, problems)).filter((text) => text !== undefined) };
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
function userIds({ passwdFile = '/etc/passwd', findUser }: ConfigPlaces): Machine['userId'] {
  let known: ReadonlyMap<string, number> | undefined;
  return (name) => {
    known ??= parsePasswd(readText(passwdFile, [])?.text ?? '');
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

/** One that is there and cannot be read is a problem of its files. */
function checkDirectory(folder: string): readonly Problem[] {
  if (folder === DEFAULT_CONFIG_DIRECTORY || !isMissing(folder)) return [];
  const hint = `create it, or name another with --config-directory (default ${DEFAULT_CONFIG_DIRECTORY})`;
  return [{ file: folder, line: 0, message: 'there is no such folder', hint }];
}

function isMissing(folder: string): boolean {
  try {
    return !statSync(folder).isDirectory();
  } catch (error) {
    return isAbsence(error);
  }
}

function orphans(layers: readonly Layer[]): readonly Problem[] {
  const names = mainNames(layers);
  return orphanedDropins(layers).map(({ path }) => {
    const wanted = path.split('/').at(-2)?.replace(/\.d$/, '') ?? '';
    const meant = nearest(wanted, names);
    const hint = meant === undefined ? `there is no units/${wanted}` : `did you mean ${meant}.d?`;
    return {
      file: path,
      line: 0,
      message: 'has no effect: the jail does not exist',
      hint,
      severity: 'warning' as const,
    };
  });
}

/** The texts of all jails, but of those that are masked. */
function* readJails({ overrides }: ConfigPlaces, units: readonly Layer[], problems: Problem[]): Steps<SourceFiles[]> {
  const read = yield* eachInSteps(mainNames(units), (file) => {
    const { main, dropins } = inForce(file, units);
    if (main === undefined) return [];
    const files = readFiles(file.replace(/\.conf$/, ''), [main, ...dropins], problems);
    if (files.texts[0]?.path !== main) return [];
    const own = overrides?.jail === files.name ? [overrides.source] : [];
    return [{ ...files, texts: [...files.texts, ...own] }];
  });
  return read.flat();
}

/**
 * Reads and checks the whole configuration. Never throws: what cannot be read is a problem like any other. With an
 * error among the problems, the value must not be put in force (see parseConfig).
 */
export function loadConfig(places: ConfigPlaces): ParsedConfig {
  return allSteps(loadConfigInSteps(places));
}

/** The same in steps: a thousand jails take some tenths of a second. */
export function* loadConfigInSteps(places: ConfigPlaces): Steps<ParsedConfig> {
  const problems: Problem[] = [...checkDirectory(places.configDirectory)];
  const directories = [places.shippedDirectory, places.configDirectory];
  const units = directories.map((directory) => layerOf(join(directory, 'units'), problems));
  const agent = inForce(
    AGENT_FILE,
    directories.map((directory) => layerOf(directory, problems)),
  );
  const parsed = yield* parseInSteps({
    jails: yield* readJails(places, units, problems),
    agent: readFiles(AGENT_FILE, [agent.main ?? [], ...agent.dropins].flat(), problems),
    filterFolders: [join(places.configDirectory, 'filters'), join(places.shippedDirectory, 'filters')],
    machine: { isUsable, userId: userIds(places), realPath },
    services: readText(places.servicesFile ?? '/etc/services', [])?.text ?? '',
  });
  return { value: parsed.value, problems: [...problems, ...orphans(units), ...parsed.problems] };
}
