/** The words that systemd takes for yes and no, in any case: systemd.syntax(7), and its variables of the environment. */

const YES: readonly string[] = ['1', 'yes', 'y', 'true', 't', 'on'];
const NO: readonly string[] = ['0', 'no', 'n', 'false', 'f', 'off'];

/** Undefined for any other text. */
export function booleanWord(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : undefined;
}
