/**
 * Whether two spellings are of one account. sshd writes a control character of a name as \001 in some messages of a
 * connection and as \\001 in others, and cuts a name after 100 characters or later (log.c, auth.c and packet.c of
 * OpenSSH).
 */

/** No program cuts a name that is shorter. */
const LONG = 100;

export function isSameName(one: string, another: string): boolean {
  if (one === another) return true;
  if (isPlain(one) && isPlain(another) && Math.max(one.length, another.length) <= LONG) return false;
  const [shorter, longer] = [one, another].map(plain).sort((a, b) => a.length - b.length);
  if (shorter === undefined || longer === undefined) return false;
  return shorter === longer || (shorter.length >= LONG && longer.startsWith(shorter));
}

function isPlain(name: string): boolean {
  return !name.includes('\\');
}

function plain(name: string): string {
  return isPlain(name) ? name : name.replace(/\\+/g, '\\');
}
