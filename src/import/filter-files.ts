/** Filters that f2b does not ship, with the files that they include, as files of f2b's folder of filters. */
import type { Parsed } from '../core/problem.js';
import { type FilterSource, readLayers } from '../filter/ini/layers.js';
import type { ImportedFile } from './import-jail.js';

/** `shipped`: names of f2b's own filter files, which go before copies. Undefined when there is no such filter. */
export function filterFiles(
  name: string,
  directory: string,
  files: Omit<FilterSource, 'path'>,
  shipped: readonly string[],
): Parsed<readonly ImportedFile[] | undefined> {
  const folder = `${directory}/filter.d`;
  const isShipped = shipped.includes(`${name}.conf`);
  if (isShipped && files.read(`${folder}/${name}.local`) === undefined) return { value: [], problems: [] };
  const { value, problems } = readLayers(`${folder}/${name}`, { ...files, path: [folder] });
  const copied = value?.flatMap(({ file }): ImportedFile[] => {
    const relative = file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
    const text = files.read(file);
    if (relative === undefined || text === undefined || shipped.includes(relative)) return [];
    return [{ path: `filters/${relative}`, text: `# Made by f2bctl import from ${file}.\n${text}` }];
  });
  return { value: copied ?? (isShipped ? [] : undefined), problems: isShipped ? [] : problems };
}
