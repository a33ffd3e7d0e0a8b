/** What the agent says when others removed rules of the firewall. Invariant: `tellsOfRulesGone` knows it again. */

const OF_FIREWALLD = 'firewalld is reloaded: the kernel does not hold its rules any more';
const OF_TABLE = 'another program removed rules or sets of the table inet ';

/** All that firewalld had. */
export function firewalldGone(): string {
  return OF_FIREWALLD;
}

/** Of a table of f2b's own. */
export function tableGone(name: string): string {
  return `${OF_TABLE}${name}; they are put back`;
}

export function tellsOfRulesGone(message: string): boolean {
  return message.startsWith(OF_FIREWALLD) || message.startsWith(OF_TABLE);
}
