/**
 * Finds the files that make up a filter, in the order in which they override one another:
 * NAME.conf, NAME.d/*.conf, NAME.local, NAME.d/*.local, each between the files it includes `before` and `after`.
 * Reading goes through the functions handed in; a file is read once and never includes itself.
 */
import type { Parsed, Problem } from '../../core/problem.js';
import type { ReadFile } from '../filter.js';
import { nearest } from '../nearest.js';
import { mergeLayers } from './document.js';
import { interpolate } from './interpolate.js';
import { type IniFile, parseIni } from './parse.js';

/** Where filters come from. */
export interface FilterSource {
  /** Folders searched for filters; the first that has NAME.conf wins. */
  readonly path: readonly string[];
  readonly read: ReadFile;
  /** Names of the files in a folder, empty when there is none. Without it NAME.d folders are not looked into. */
  readonly list?: (folder: string) => readonly string[];
}

/** Bounds what a garbage file can make us do; the largest filter known has 20 kB. */
const MAX_FILE_LENGTH = 1 << 20;
const MAX_FILES = 200;

interface Walk {
  readonly source: FilterSource;
  readonly problems: Problem[];
  /** Each file once parsed, undefined for one that is not there. */
  readonly parsed: Map<string, IniFile | undefined>;
  readonly layers: IniFile[];
}

/** All files of the filter `name` (a name in the search path, or a path when it holds a slash). */
export function readLayers(name: string, source: FilterSource): Parsed<readonly IniFile[]> {
  const walk: Walk = { source, problems: [], parsed: new Map(), layers: [] };
  const files = name.includes('/') ? filesOfPath(name, walk) : filesInPath(name, walk);
  for (const file of withLocals(files, walk)) visit(file, [], walk);
  if (walk.layers.length > 0) return { value: walk.layers, problems: walk.problems };
  return { value: undefined, problems: [...walk.problems, missingFilter(name, source)] };
}

function missingFilter(name: string, { path, list }: FilterSource): Problem {
  if (name.includes('/')) {
    const message = `there is no filter file "${name}"`;
    return { file: name, line: 0, message, hint: 'correct the path, or create the file' };
  }
  const shipped = path.flatMap((folder) => list?.(folder) ?? []).filter((file) => file.endsWith('.conf'));
  if (shipped.includes(name)) {
    const hint = `write the name without .conf: Filter=${name.slice(0, -'.conf'.length)}`;
    return { file: name, line: 0, message: `there is no filter "${name}" in ${path.join(', ')}`, hint };
  }
  const meant = nearest(
    name,
    shipped.map((file) => file.slice(0, -'.conf'.length)),
  );
  const otherwise = `create ${path[0] ?? '.'}/${name}.conf, or name the folder it is in with FilterPath= or --filter-path`;
  const hint = meant === undefined ? otherwise : `did you mean "${meant}"? Otherwise ${otherwise}`;
  return { file: name, line: 0, message: `there is no filter "${name}" in ${path.join(', ')}`, hint };
}

/** A person's NAME.local overrides the shipped NAME.conf from a folder that comes earlier in the path. */
function filesInPath(name: string, walk: Walk): readonly string[] {
  const { path } = walk.source;
  const found = path.findIndex((folder) => load(`${folder}/${name}.conf`, walk) !== undefined);
  const folders = found < 0 ? path.slice(0, 1) : path.slice(0, found + 1);
  const overriding = folders.map((folder) => `${folder}/${name}`).reverse();
  return [
    ...overriding.slice(0, 1).map((base) => `${base}.conf`),
    ...overriding.flatMap((base) => dropIns(base, '.conf', walk)),
    ...overriding.map((base) => `${base}.local`),
    ...overriding.flatMap((base) => dropIns(base, '.local', walk)),
  ];
}

function filesOfPath(path: string, walk: Walk): readonly string[] {
  const base = path.replace(/\.conf$/, '');
  const main = base === path && load(path, walk) !== undefined ? path : `${base}.conf`;
  return [main, ...dropIns(base, '.conf', walk), `${base}.local`, ...dropIns(base, '.local', walk)];
}

function dropIns(base: string, suffix: string, walk: Walk): readonly string[] {
  const names = walk.source.list?.(`${base}.d`) ?? [];
  return names
    .filter((name) => name.endsWith(suffix) && !name.startsWith('.'))
    .toSorted()
    .map((name) => `${base}.d/${name}`);
}

/** Puts X.local behind each X.conf that has one. */
function withLocals(files: readonly string[], walk: Walk): readonly string[] {
  return files.flatMap((file) => {
    const local = file.replace(/\.[^./]*$/, '.local');
    return files.includes(local) || load(local, walk) === undefined ? [file] : [file, local];
  });
}

function visit(file: string, ancestors: readonly string[], walk: Walk): void {
  const ini = load(file, walk);
  if (ini === undefined) return;
  if (walk.layers.length >= MAX_FILES) {
    if (walk.layers.length === MAX_FILES) {
      const message = `more than ${MAX_FILES} files are included`;
      walk.problems.push({ file, line: 0, message, hint: 'remove includes, a filter needs a handful of files' });
      walk.layers.push(ini);
    }
    return;
  }
  const seen = [...ancestors, file];
  for (const included of includesOf(ini, 'before', seen, walk)) visit(included, seen, walk);
  walk.layers.push(ini);
  for (const included of includesOf(ini, 'after', seen, walk)) visit(included, seen, walk);
}

function includesOf(ini: IniFile, key: 'before' | 'after', seen: readonly string[], walk: Walk): readonly string[] {
  const option = ini.sections.get('INCLUDES')?.get(key);
  if (option === undefined) return [];
  const report = { used: new Set<string>(), problems: walk.problems };
  const names = interpolate(mergeLayers([ini]), 'INCLUDES', key, new Map(), report) ?? '';
  const found: string[] = [];
  names.split('\n').forEach((name, index) => {
    if (name === '') return;
    const candidates = name.startsWith('/')
      ? [name]
      : [folderOf(ini.file), ...walk.source.path].map((folder) => `${folder}/${name}`);
    const file = candidates.find((candidate) => load(candidate, walk) !== undefined);
    if (file !== undefined) {
      if (!seen.includes(file)) found.push(file);
      return;
    }
    // A .local file is a person's own and may be absent.
    if (name.endsWith('.local')) return;
    const line = option.lines[index] ?? option.line;
    const message = `included file "${name}" does not exist`;
    const hint = `create ${candidates[0]}, or remove it from [INCLUDES]`;
    walk.problems.push({ file: ini.file, line, message, hint });
  });
  return withLocals(found, walk);
}

function load(file: string, walk: Walk): IniFile | undefined {
  if (walk.parsed.has(file)) return walk.parsed.get(file);
  const text = walk.source.read(file);
  const parsed = text === undefined ? undefined : parseIni(text.slice(0, MAX_FILE_LENGTH), file);
  walk.parsed.set(file, parsed?.value);
  if (parsed !== undefined) walk.problems.push(...parsed.problems);
  if (text !== undefined && text.length > MAX_FILE_LENGTH) {
    const message = `file is longer than ${MAX_FILE_LENGTH} characters`;
    walk.problems.push({ file, line: 0, message, hint: 'this is hardly a filter; name another file' });
  }
  return parsed?.value;
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '.' : file.slice(0, slash);
}
