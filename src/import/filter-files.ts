/** Filters that f2b does not ship, with the files that they include, as files of f2b's folder of filters. */
import type { Parsed, Problem } from '../core/problem.js';
import { type FilterSource, readLayers } from '../filter/ini/layers.js';
import type { ImportedFile } from './imported-file.js';

export interface Filters {
  /** fail2ban's. */
  readonly directory: string;
  readonly files: Omit<FilterSource, 'path'>;
  /** The folders of f2b's own filters, which go before copies. */
  readonly filterFolders: readonly string[];
  /** Whether everybody may read a file, as they may what is written. */
  readonly isPublic: (path: string) => boolean;
  /** Files of fail2ban's package that somebody changed since it was installed, as far as that is known. */
  readonly changed?: ReadonlySet<string>;
}

/** Undefined when there is no such filter, or none that may be copied. */
export function filterFiles(name: string, filters: Filters): Parsed<readonly ImportedFile[] | undefined> {
  const { directory, files, filterFolders, isPublic } = filters;
  const folder = `${directory}/filter.d`;
  const shippedFilters = filterFolders.flatMap((shipped) => files.list?.(shipped) ?? []);
  const isShipped = shippedFilters.includes(`${name}.conf`);
  if (isShipped && files.read(`${folder}/${name}.local`) === undefined) return { value: [], problems: [] };
  const { value, problems } = readLayers(`${folder}/${name}`, { ...files, path: [folder] });
  const nameOf = (relative: string) =>
    isShipped || !isOther(relative, shippedFilters) ? relative : `${OTHER}${relative}`;
  const copied = value?.flatMap(({ file }): { readonly file: string; readonly copy: ImportedFile }[] => {
    const relative = file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
    const text = files.read(file);
    if (relative === undefined || text === undefined || shippedFilters.includes(nameOf(relative))) return [];
    const copy = `${headOf(file)}${withIncludes(text, nameOf)}`;
    return [{ file, copy: { path: `filters/${nameOf(relative)}`, text: copy } }];
  });
  const secret = copied?.find(({ file }) => !isPublic(file));
  if (secret !== undefined) return { value: undefined, problems: [notPublic(secret.file)] };
  return {
    value: copied?.map(({ copy }) => copy) ?? (isShipped ? [] : undefined),
    problems: isShipped ? [] : problems,
  };
}

/** The first line of a copy, and what it was made from. */
const headOf = (file: string) => `# Made by f2bctl import from ${file}.\n`;
export const COPIED = /^# Made by f2bctl import from (.*)\.\n/;

/** What is included under a name that f2b has for something else. */
const OTHER = 'fail2ban-';

/** f2b's has the same options as fail2ban's, made for entries. */
const ALIKE = 'common.conf';

/** A file with the name of one of f2b's: filters of one's own were made with what fail2ban's says. */
function isOther(relative: string, shippedFilters: readonly string[]): boolean {
  const main = relative.replace(/\.local$/, '.conf');
  return main !== ALIKE && shippedFilters.includes(main);
}

/** The text, with what it includes under its name here. */
function withIncludes(text: string, nameOf: (relative: string) => string): string {
  return text.replaceAll(/^(?:before|after)\s*[=:].*(?:\n[ \t]+\S.*)*/gm, (option) =>
    option.replaceAll(/(?<=[=:\s])[\w.-]+\.(?:conf|local)(?=\s|$)/g, nameOf),
  );
}

/** It may be a link to what nobody else is to see. */
function notPublic(file: string): Problem {
  return {
    file,
    line: 0,
    message: 'is not copied, as not everybody may read it, and everybody may read the copy',
    hint: `see what it is (ls -lL ${file}); for a filter: chmod a+r, and import again`,
  };
}
