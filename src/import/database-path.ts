/** Where fail2ban's own configuration says that its database lies. */
import { mergeLayers } from '../filter/ini/document.js';
import { interpolate } from '../filter/ini/interpolate.js';
import { type FilterSource, readLayers } from '../filter/ini/layers.js';

/** What fail2ban takes when nothing is said. */
const DEFAULT = '/var/lib/fail2ban/fail2ban.sqlite3';

/** `memory`: of a running fail2ban alone. Undefined when it keeps none, or says so in a way that cannot be read. */
export function databasePath(directory: string, files: Omit<FilterSource, 'path'>): string | undefined {
  const { value } = readLayers(`${directory}/fail2ban`, { ...files, path: [directory] });
  if (value === undefined) return DEFAULT;
  const document = mergeLayers(value);
  const path = interpolate(document, 'Definition', 'dbfile', new Map(), { used: new Set(), problems: [] }) ?? DEFAULT;
  if (path.trim() === ':memory:') return 'memory';
  return path.startsWith('/') ? path : undefined;
}
