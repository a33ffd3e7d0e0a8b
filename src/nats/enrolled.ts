/** The list of hosts that may take part in a fleet: a line for each, with its name, its public key, and what it is. */

import { isMemberName } from '../core/names.js';
import type { Parsed, Problem } from '../core/problem.js';

/** A host that may take part. */
export interface Enrolled {
  readonly host: string;
  /** Its public nkey. */
  readonly key: string;
  /** It may order bans everywhere, and withdraw what others banned. */
  readonly isAdministrator: boolean;
}

const ADMINISTRATOR = 'administrator';

export function isPublicKey(text: string): boolean {
  return /^U[A-Z2-7]{55}$/.test(text);
}

/** `#` begins a comment. The value is missing when there is anything wrong. */
export function parseEnrolled(file: string, lines: Iterable<string>): Parsed<readonly Enrolled[]> {
  const problems: Problem[] = [];
  const enrolled: Enrolled[] = [];
  let line = 0;
  for (const text of lines) {
    line += 1;
    const [host = '', key = '', role, ...rest] = text.replace(/#.*/, '').trim().split(/\s+/);
    if (host === '') continue;
    const message = wrongWith(host, key, [role ?? ADMINISTRATOR, ...rest], enrolled);
    if (message === undefined) enrolled.push({ host, key, isAdministrator: role !== undefined });
    else
      problems.push({ file, line, message, hint: 'write what f2bctl fleet enroll prints: HOST KEY [administrator]' });
  }
  return { value: problems.length === 0 ? enrolled : undefined, problems };
}

function wrongWith(
  host: string,
  key: string,
  roles: readonly string[],
  before: readonly Enrolled[],
): string | undefined {
  if (!isMemberName(host)) return `${JSON.stringify(host)} is not the name of a host`;
  if (!isPublicKey(key)) return `${JSON.stringify(key)} is not a public key of a user`;
  if (roles.length > 1 || roles[0] !== ADMINISTRATOR)
    return `${JSON.stringify(roles.join(' '))} is not ${ADMINISTRATOR}`;
  if (before.some((other) => other.host === host || other.key === key)) return `${host} or its key is there twice`;
  return undefined;
}

/** The line of a host. */
export function enrolledLine({ host, key, isAdministrator }: Enrolled): string {
  return `${host} ${key}${isAdministrator ? ` ${ADMINISTRATOR}` : ''}`;
}

/** The text without the lines of a host; undefined when it has none. */
export function withoutHost(text: string, host: string): string | undefined {
  const lines = text.split('\n');
  const others = lines.filter((line) => line.replace(/#.*/, '').trim().split(/\s+/)[0] !== host);
  return others.length === lines.length ? undefined : others.join('\n');
}
