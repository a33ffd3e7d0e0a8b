/** Which of fail2ban's jails somebody asked for. */

/** `only`: their names; all are wanted when it is empty. */
export function isWanted(jail: string, only: readonly string[]): boolean {
  return only.length === 0 || only.includes(jail);
}
