/**
 * What nft(8) lists, read for what matters to bans: the entries of firewalld's sets, which sets decide about incoming
 * packets, and which tables send packets elsewhere.
 * Invariant: a listing that is not as expected throws a RangeError or reads as less, never as more.
 */
import { parseAddress } from '../../core/address/address.js';

/** firewalld's own table, family `inet`. */
export const FIREWALLD_TABLE = 'firewalld';

export interface KernelView {
  /** By set of firewalld's table, its entries; addresses and prefixes in f2b's own form. */
  readonly sets: ReadonlyMap<string, readonly string[]>;
  /** Sets that rules ask on the way of packets to this machine's programs. */
  readonly asked: ReadonlySet<string>;
}

type Json = { readonly [key: string]: unknown };

/** What an element is written as: prefixes come as `{prefix: {addr, len}}`, ranges as `{range: [from, to]}`. */
function entryText(element: unknown): string {
  if (typeof element === 'string') return element;
  const { prefix, range, elem } = Object(element);
  if (elem !== undefined) return entryText(Object(elem).val);
  if (prefix !== undefined) return `${Object(prefix).addr}/${Object(prefix).len}`;
  return Array.isArray(range) ? range.join('-') : JSON.stringify(element);
}

/** Chains that an expression goes on to, and sets that it asks. */
function references(expression: unknown, chains: Set<string>, sets: Set<string>): void {
  if (typeof expression === 'string' && expression.startsWith('@')) sets.add(expression.slice(1));
  if (typeof expression !== 'object' || expression === null) return;
  for (const [key, value] of Object.entries(expression)) {
    if (key === 'jump' || key === 'goto') chains.add(String(Object(value).target));
    else references(value, chains, sets);
  }
}

/** The entries of a set. nft writes `::1.2.3.4` for ::102:304, as inet_ntop(3) does. */
function entriesOf(elem: unknown): readonly string[] {
  if (!Array.isArray(elem)) return [];
  return elem.map(entryText).map((text) => parseAddress(text)?.text ?? text);
}

function objectsIn(json: string): readonly Json[] {
  const parsed: unknown = JSON.parse(json);
  const list: unknown = Object(parsed).nftables;
  if (!Array.isArray(list)) throw new RangeError('nft wrote no list');
  return list.map((item) => Object(item));
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** `json`: the output of `nft -j list table inet firewalld`. */
export function kernelView(json: string): KernelView {
  const sets = new Map<string, readonly string[]>();
  const rules = new Map<string, unknown[]>();
  const bases = new Map<string, string[]>();
  for (const { set, chain, rule } of objectsIn(json)) {
    const { name, elem, hook, chain: home, expr } = Object(set ?? chain ?? rule);
    if (set !== undefined) sets.set(String(name), entriesOf(elem));
    else if (chain !== undefined) append(bases, String(hook), String(name));
    else if (rule !== undefined) append(rules, String(home), expr);
  }
  return { sets, asked: askedFrom(bases.get('input') ?? [], rules) };
}

/**
 * What the newer of two views says, with entries that only the older one has: while the kernel resizes the hash table
 * of a set, what moves is listed twice or not at all (nft_rhash_walk, rhashtable_walk_next).
 */
export function merged(older: KernelView, newer: KernelView): KernelView {
  const sets = [...newer.sets].map(
    ([name, entries]) => [name, [...new Set([...entries, ...(older.sets.get(name) ?? [])])]] as const,
  );
  return { sets: new Map(sets), asked: newer.asked };
}

/** The sets that are asked in these chains and in all chains they lead to. */
function askedFrom(open: readonly string[], rules: ReadonlyMap<string, readonly unknown[]>): ReadonlySet<string> {
  const asked = new Set<string>();
  const reached = new Set(open);
  for (const chain of reached) references(rules.get(chain) ?? [], reached, asked);
  return asked;
}

/** Words of rules that send a packet elsewhere; rules that iptables made are listed as its `xt target`s. */
const SENDS_ELSEWHERE = /(?:^|\s)(?:dnat (?:ip6? )?to|redirect to|redirect$|xt target "(?:DNAT|REDIRECT)")/;

/** Whose table it is, as people know it; tables of others by their names. */
function ownerOf(table: string, chains: readonly string[]): string {
  if (table === `inet ${FIREWALLD_TABLE}`) return 'firewalld';
  const known = chains.find((chain) => /^(?:DOCKER|NETAVARK|CNI-|KUBE-|LIBVIRT)/i.test(chain))?.split(/[-_]/)[0];
  const owner = known ?? (table.endsWith(' netavark') ? 'netavark' : undefined);
  return owner === undefined ? `table ${table}` : `${owner.toLowerCase()} (table ${table})`;
}

/** Who forwards ports: `docker (table ip nat)`, `firewalld`. `listing`: the output of `nft -t list ruleset`. */
export function forwarders(listing: string): readonly string[] {
  const found: string[] = [];
  for (const block of listing.split(/^table /m).slice(1)) {
    const lines = block.split('\n');
    // firewalld 2.x writes `inet firewalld { # progname firewalld`.
    const [table = ''] = /^\S+ \S+/.exec(block) ?? [];
    if (!lines.some((line) => SENDS_ELSEWHERE.test(line.trim()))) continue;
    const chains = lines.flatMap((line) => /^\s*chain (\S+) \{/.exec(line)?.[1] ?? []);
    found.push(ownerOf(table, chains));
  }
  return found;
}
