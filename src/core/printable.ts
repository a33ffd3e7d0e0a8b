/** Text that is safe on any terminal. What attackers wrote into the journal is shown to people only through this. */

/**
 * C0, DEL, C1, line and paragraph separators, what turns the direction of writing, what is there and not seen (soft
 * hyphens, zero widths, fillers, selectors, annotations, tags), and unpaired surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cs}\u2028\u2029\ufff9-\ufffb]/gu;

/** Most texts, and found out much sooner. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Whether the text shows as it is, each character one column wide. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** The text with everything that could steer a terminal or hide text as `written` has it, given its code. */
export function withoutControls(text: string, written: (code: number) => string): string {
  return isPlain(text) ? text : text.replaceAll(UNPRINTABLE, (c) => written(c.codePointAt(0) ?? 0));
}

/** The text with all of that written out as `\uXXXX`, which JSON reads: twice for a character beyond the first 65,536. */
export function printable(text: string): string {
  return withoutControls(text, (code) => {
    const units = String.fromCodePoint(code).split('');
    return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  });
}

/** The same for text that may have several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
