/** Which files the patterns of File= name now, and which folders tell when that changes. */
import { globPattern, isGlob } from '../core/glob.js';
import { isCompressed, namesBefore } from './rotated-name.js';

/** What is to be followed and watched. */
export interface Expanded {
  readonly paths: readonly string[];
  /** Existing folders in which a file may come, go or grow. */
  readonly folders: readonly string[];
}

/** The names in a folder; undefined when there is no such folder. */
type Names = (folder: string) => readonly string[] | undefined;

/** Control characters would end a field of an entry. */
const isPlain = (name: string) => !/\p{Cc}/u.test(name);

function meets(segment: string): (name: string) => boolean {
  const pattern = globPattern(segment);
  return (name) => pattern.test(name) && (!name.startsWith('.') || segment.startsWith('.')) && isPlain(name);
}

function foldersOf(segment: string, parent: string, names: Names): readonly string[] {
  return isGlob(segment) ? (names(parent) ?? []).filter(meets(segment)).toSorted() : [segment];
}

/** The names of logs, also of one that was put aside and is not there again yet. */
function logsOf(segment: string, folder: string, names: Names): readonly string[] {
  if (!isGlob(segment)) return [segment];
  const there = names(folder) ?? [];
  const logs = new Set([...there, ...there.flatMap(namesBefore)].filter((name) => !isCompressed(name)));
  return [...logs].filter(meets(segment)).toSorted();
}

function expandOne(pattern: string, names: Names, folders: Set<string>): readonly string[] {
  const segments = pattern.slice(1).split('/');
  const last = segments.pop() ?? '';
  let parents = [''];
  for (const segment of segments) {
    const below: string[] = [];
    for (const parent of parents) {
      const found = foldersOf(segment, parent || '/', names).map((name) => `${parent}/${name}`);
      const there = found.filter((folder) => names(folder) !== undefined);
      if (there.length === 0 || isGlob(segment)) folders.add(parent || '/');
      below.push(...there);
    }
    parents = below;
  }
  for (const parent of parents) folders.add(parent || '/');
  return parents.flatMap((parent) => logsOf(last, parent || '/', names).map((name) => `${parent}/${name}`));
}

/**
 * With a glob a file or a rotated one has to be there, by its own name it need not. Names that begin with a dot are met
 * by globs that do; names with control characters and of compressed files by none.
 */
export function expand(patterns: readonly string[], names: Names): Expanded {
  const folders = new Set<string>();
  const paths = new Set(patterns.flatMap((pattern) => expandOne(pattern, names, folders)));
  return { paths: [...paths], folders: [...folders] };
}
