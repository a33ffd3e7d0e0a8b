/**
 * Keeps journal cursors short: the ids of the journal file's origin and of the boot, which thousands of cursors share,
 * are written down once. Invariant: unpacking gives back exactly the texts that were packed.
 */

/** The form systemd has given cursors since v187: seqnum id, seqnum, boot id, monotonic, realtime, xor hash. */
const CURSOR = /^s=([0-9a-f]{32});i=([0-9a-f]+);b=([0-9a-f]{32});m=([0-9a-f]+);t=([0-9a-f]+);x=([0-9a-f]+)$/;

/** One text for many cursors, or the cursors as they are when one of them has another form. */
export type PackedCursors = string | readonly string[];

export class CursorBook {
  readonly #numbers = new Map<string, number>();
  readonly #origins: { readonly s: string; readonly b: string }[] = [];

  pack(cursors: readonly string[]): PackedCursors {
    const packed: string[] = [];
    for (const cursor of cursors) {
      const [, s = '', i, b = '', m, t, x] = CURSOR.exec(cursor) ?? [];
      if (x === undefined) return cursors;
      packed.push(`${this.#numberOf(s, b)};${i};${m};${t};${x}`);
    }
    return packed.join('\n');
  }

  unpack(packed: PackedCursors): readonly string[] {
    if (typeof packed !== 'string') return packed;
    return packed === '' ? [] : packed.split('\n').map((line) => this.#cursorOf(line));
  }

  #cursorOf(line: string): string {
    const [number = '', i, m, t, x] = line.split(';');
    const origin = this.#origins[Number(number)];
    return `s=${origin?.s};i=${i};b=${origin?.b};m=${m};t=${t};x=${x}`;
  }

  #numberOf(s: string, b: string): number {
    const key = `${s}${b}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#origins.length);
    return this.#origins.push({ s, b }) - 1;
  }
}
