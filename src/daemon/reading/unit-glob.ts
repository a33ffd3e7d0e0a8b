/** Shell globs on unit names as systemctl and journalctl take them: `*`, `?` and `[…]`, over the whole name. */

const GLOB = /[*?[]/;

/** True when the name has glob characters; otherwise it names one unit. */
export function isUnitGlob(name: string): boolean {
  return GLOB.test(name);
}

/** The glob as a regular expression over a whole unit name (glob(7) without extensions). */
export function unitGlob(glob: string): RegExp {
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
