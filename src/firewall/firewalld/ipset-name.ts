/**
 * The names of f2b's ipsets in firewalld: `f2b-drop-ipv4-0`, `f2b-reject-ipv6-net-1`, `f2b-ports2-ipv4-0`.
 * Invariant: a name says all that decides what its entries do, so sets found at run time need no further description.
 */

/** What happens to a source in the set: a disposition, or a slot of the `ports` disposition with its list of ports. */
export type Group = 'drop' | 'reject' | `ports${number}`;

/** Sets of single addresses and of prefixes are apart: prefixes cost firewalld ten times as much. */
export type EntryKind = 'host' | 'net';

/** Sets with the same effect, told apart only by a number. */
export interface PoolName {
  readonly group: Group;
  readonly family: 4 | 6;
  readonly kind: EntryKind;
}

export interface IpsetName extends PoolName {
  /** As firewalld knows it. */
  readonly text: string;
  readonly index: number;
}

/** The highest number of a slot, which has up to three digits. */
export const LAST_PORTS = 999;

const PATTERN = /^f2b-(drop|reject|ports(\d{1,3}))-ipv([46])-(net-)?(\d{1,3})$/;

export function poolText({ group, family, kind }: PoolName): string {
  return `f2b-${group}-ipv${family}${kind === 'net' ? '-net' : ''}`;
}

export function ipsetName(pool: PoolName, index: number): IpsetName {
  const { group, family, kind } = pool;
  return { group, family, kind, index, text: `${poolText(pool)}-${index}` };
}

/** Undefined for sets that are not f2b's. */
export function parseIpsetName(text: string): IpsetName | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, target = '', slot, family, net, index] = match;
  const group: Group = slot === undefined ? (target === 'drop' ? 'drop' : 'reject') : `ports${Number(slot)}`;
  const name = { group, family: family === '4' ? 4 : 6, kind: net === undefined ? 'host' : 'net' } as const;
  return { ...name, index: Number(index), text };
}

/** `hash:ip` or `hash:net` of ipset(8). */
export function ipsetType({ kind }: PoolName): string {
  return kind === 'net' ? 'hash:net' : 'hash:ip';
}
