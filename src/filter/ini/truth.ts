/** Truth values in fail2ban's files. */

/** fail2ban's _as_bool. */
export function isTrue(text: string): boolean {
  return ['1', 'on', 'true', 'yes'].includes(text.toLowerCase());
}
