/** Shell globs as systemctl and journalctl take them for unit names: `*`, `?` and `[…]`, over the whole name. */

const GLOB = /[*?[]/;
const NOTHING = /(?!)/;

/** True when the name has glob characters; otherwise it is one name. */
export function isGlob(name: string): boolean {
  return GLOB.test(name);
}

/** The glob as a regular expression over a whole name (glob(7) without extensions). */
export function globPattern(glob: string): RegExp {
  if (hasBackwardRange(glob)) return NOTHING;
  const source = glob.replace(
    /\[(!?)([^\]]+)\]|[\s\S]/g,
    (part: string, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
      if (part === '*') return '.*';
      if (part === '?') return '.';
      return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    },
  );
  return new RegExp(`^(?:${source})$`, 's');
}

/** True for `[9-0]`, which no name matches. */
export function hasBackwardRange(glob: string): boolean {
  return [...glob.matchAll(/\[!?([^\]]+)\]/g)].some(([, set = '']) =>
    [...set.matchAll(/(.)-(.)/g)].some(([, first = '', last = '']) => first > last),
  );
}
