/** What jails and the hosts of a fleet may be called. */

/** Jail names appear in journal fields and in the firewall's names. */
export function isJailName(text: string): boolean {
  return /^[\w@][\w:.@\\-]{0,127}$/.test(text);
}

/** The name of a host as its fleet knows it: what a host name may be, in small letters. */
export function isMemberName(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(text);
}
