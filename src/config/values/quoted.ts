/** Text from a file made fit for a message: bounded, and with nothing in it that a terminal would act on. */

const MAX_QUOTED = 60;

/** `text` in double quotes; control and format characters as `\u{…}`, cut after 60 characters. */
export function quoted(text: string): string {
  const characters = [...text];
  const shown = characters
    .slice(0, MAX_QUOTED)
    .map((character) =>
      /[\p{C}\u2028\u2029]/u.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character,
    )
    .join('');
  return characters.length > MAX_QUOTED ? `"${shown}…"` : `"${shown}"`;
}
