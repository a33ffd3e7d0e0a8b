/** A filter library in memory, for tests: file texts by path. */
import type { FilterDefaults, FilterLibrary } from '../../src/filter/load-filter.js';

export function libraryOf(files: Readonly<Record<string, string>>, defaults: FilterDefaults = {}): FilterLibrary {
  const paths = Object.keys(files);
  return {
    path: ['/etc/f', '/usr/f'],
    read: (path) => files[path],
    list: (folder) =>
      paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
    defaults,
  };
}
