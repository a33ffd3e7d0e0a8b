/** The names that logrotate(8) and programs of its kind give to a log that they put aside. */

/** Which of its kind a rotated file is. */
export interface Rotation {
  /** `number`: the higher the older. `date`: as text, the lower the older. `word`: there is one alone. */
  readonly kind: 'number' | 'date' | 'word';
  readonly text: string;
}

const SUFFIX = /^[.\-_](?:(?<number>\d{1,5})|(?<date>\d{6,8}[\dTtZ:._-]*)|(?<word>old|bak|prev|save))$/;

function rotationOf(suffix: string): Rotation | undefined {
  const { number, date, word } = SUFFIX.exec(suffix)?.groups ?? {};
  if (number !== undefined) return { kind: 'number', text: number };
  if (date !== undefined) return { kind: 'date', text: date };
  return word === undefined ? undefined : { kind: 'word', text: word };
}

/**
 * How `name` is a rotated `base`, such as web.log.1, web.log-20261129 and web-20261129.log of web.log; undefined when it
 * is not, or is compressed.
 */
export function rotation(base: string, name: string): Rotation | undefined {
  if (name.startsWith(base)) return rotationOf(name.slice(base.length));
  const [, stem = '', extension = ''] = /^(.+)(\.[^.]+)$/.exec(base) ?? [];
  if (stem === '' || !name.startsWith(stem) || !name.endsWith(extension)) return undefined;
  return rotationOf(name.slice(stem.length, -extension.length));
}

/** True when logrotate(8) has compressed it. */
export function isCompressed(name: string): boolean {
  return /\.(?:gz|xz|bz2|zst|lz4|lzma|Z)$/.test(name);
}

/** The names that a rotated file may have had before; none of a name that is no rotated one. */
export function namesBefore(name: string): readonly string[] {
  const [, extension = ''] = /(\.[^.\d][^.]*)$/.exec(name) ?? [];
  const stem = extension === '' ? name : name.slice(0, -extension.length);
  const before = [
    ...suffixless(name),
    ...(extension === '' ? [] : suffixless(stem).map((base) => `${base}${extension}`)),
  ];
  return before.filter((base) => rotation(base, name) !== undefined);
}

function suffixless(name: string): readonly string[] {
  const end = name.search(/[.\-_](?:\d[\dTtZ:._-]*|old|bak|prev|save)$/);
  return end <= 0 ? [] : [name.slice(0, end)];
}

/** A rotated file, and when it was last written. µs since the epoch. */
export interface Rotated {
  readonly rotation: Rotation;
  readonly modifiedAt: number;
}

/** Orders rotated files from old to new: by their names where these tell, else by when they were last written. */
export function olderFirst(a: Rotated, b: Rotated): number {
  if (a.rotation.kind !== b.rotation.kind || a.rotation.kind === 'word') return a.modifiedAt - b.modifiedAt;
  if (a.rotation.kind === 'number') return Number(b.rotation.text) - Number(a.rotation.text);
  return a.rotation.text < b.rotation.text ? -1 : 1;
}
