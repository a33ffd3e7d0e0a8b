/** Where fail2ban's own configuration says that its database lies. */
import { mergeLayers } from '../filter/ini/document.js';
import { interpolate } from '../filter/ini/interpolate.js';
import { type FilterSource, readLayers } from '../filter/ini/layers.js';

/** What fail2ban takes when nothing is said. */
const DEFAULT = '/var/lib/fail2ban/fail2ban.sqlite3';

/** `memory`: no file has them, and they are with a running fail2ban alone; `dbfile` says so. */
export type BansKept =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'memory'; readonly dbfile: string };

/** As setDatabase of fail2ban's server.py and sqlite3 take it; what is no whole path lies below /, where it runs. */
export function databasePath(directory: string, files: Omit<FilterSource, 'path'>): BansKept {
  const dbfile = dbfileIn(directory, files);
  if (dbfile === ':memory:' || dbfile.toLowerCase() === 'none') return { kind: 'memory', dbfile };
  return { kind: 'file', path: dbfile.startsWith('/') ? dbfile : `/${dbfile}` };
}

function dbfileIn(directory: string, files: Omit<FilterSource, 'path'>): string {
  const { value } = readLayers(`${directory}/fail2ban`, { ...files, path: [directory] });
  if (value === undefined) return DEFAULT;
  const report = { used: new Set<string>(), problems: [] };
  return interpolate(mergeLayers(value), 'Definition', 'dbfile', new Map(), report)?.trim() || DEFAULT;
}
