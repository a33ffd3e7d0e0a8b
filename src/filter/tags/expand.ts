/**
 * Writes the tags of a failregex out as Python regex: `<HOST>`, `<ADDR>`, `<F-USER>…</F-USER>`, `<SKIPLINES>` and so
 * on. The groups they become are the only ones the matcher knows: ip4, ip6, dns, cidr, fid, mlfid, nofail, user, … See
 * "FILTER FILES" in fail2ban's jail.conf(5).
 */
import { nearest } from '../nearest.js';

const ip4 = String.raw`(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})`;
/** The interface that getnameinfo(3) writes after a link-local address (RFC 4007); it is no part of what is captured. */
const zone = String.raw`(?:%[\w.\-]{1,15})?`;
const ip6 = `(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))${zone}`;
const dns = String.raw`(?P<dns>[\w\-.^_]*\w)`;
const cidr = String.raw`(?P<cidr>\d+)`;
const address = String.raw`\[?(?:${ip4}|${ip6})\]?`;
const subnet = String.raw`\[?(?:${ip4}|${ip6})(?:/${cidr})?\]?`;

const fixed: ReadonlyMap<string, string> = new Map([
  ['IP4', ip4],
  ['F-IP4/', ip4],
  ['IP6', ip6],
  ['F-IP6/', ip6],
  ['ADDR', address],
  ['F-ADDR/', address],
  ['DNS', dns],
  ['F-DNS/', dns],
  ['CIDR', cidr],
  ['F-CIDR/', cidr],
  ['SUBNET', subnet],
  ['F-SUBNET/', subnet],
  ['F-ID/', String.raw`(?P<fid>\S+)`],
  ['F-PORT/', String.raw`(?P<fport>\w+)`],
]);

/** Groups that say who failed; a filter needs one of them. */
export const identifyingGroups: readonly string[] = ['fid', 'ip4', 'ip6', 'dns', 'mlfid'];

/** The tags that stand for an address, the first of all to be meant by a mistyped one. */
const addressTags = ['HOST', 'ADDR', 'SUBNET', 'IP4', 'IP6', 'DNS', 'CIDR'];

/** A tag that does not exist and the one that was probably meant: HST and HOST. */
export function mistypedTag(regex: string): { readonly tag: string; readonly meant: string } | undefined {
  for (const [, tag = ''] of regex.matchAll(/<([A-Za-z]\w*)>/g)) {
    const meant = addressTags.includes(tag) ? undefined : nearest(tag.toUpperCase(), addressTags);
    if (meant !== undefined) return { tag, meant };
  }
  return undefined;
}

/** Names in capitals that look like a tag and are none; `\\<NAME>` is meant as it stands. */
export function unknownTags(regex: string): readonly string[] {
  const found = [...regex.matchAll(/(?<!\\)<([A-Z][A-Z_-]{2,})>/g)].map(([, name = '']) => name);
  return found.filter((name) => !name.startsWith('F-') && !fixed.has(name) && !['HOST', 'SKIPLINES'].includes(name));
}

/** The name of a tag `<F-NAME>` that is opened more often than closed. */
export function unclosedTag(regex: string): string | undefined {
  const count = (piece: string) => regex.split(piece).length - 1;
  const opened = [...regex.matchAll(/<(F-[A-Z0-9_-]+)>/g)].map(([, name = '']) => name);
  return opened.find((name) => count(`<${name}>`) > count(`</${name}>`));
}

/** The group that a name stands for, as in the tag `<F-NAME>`: USER is `user`, ID is `fid`. */
export function groupOfTag(name: string): string {
  const lower = name.toLowerCase();
  if (lower === 'id') return 'fid';
  return lower === 'port' ? 'fport' : lower;
}

/** `usedns` = no: host names are never looked up, so `<HOST>` is an address. */
export function expandTags(regex: string, usedns: string): string {
  const opened = new Set<string>();
  let skipped = 0;
  const expanded = regex.replace(/<(\/?[\w-]+\/?)>/g, (tag, name: string) => {
    if (name === 'HOST') return usedns === 'no' ? address : `(?:${address}|${dns})`;
    if (name === 'SKIPLINES') return String.raw`\n(?P<skiplines${skipped++}>(?:(?:.*\n)*?))`;
    return fixed.get(name) ?? expandCustom(tag, opened);
  });
  return scopeFlags(expanded);
}

/** `<F-NAME>` opens a group and `</F-NAME>` closes it; other tags, and ends without a beginning, are plain text. */
function expandCustom(tag: string, opened: Set<string>): string {
  const custom = /^<(\/?)F-([A-Z0-9_-]+)>$/.exec(tag);
  const name = custom?.[2];
  if (custom === null || name === undefined) return tag;
  if (custom[1] === '/') return opened.has(name) ? ')' : tag;
  opened.add(name);
  return `(?P<${groupOfTag(name)}>`;
}

/**
 * `((?i)…)` and `(?:(?i)…)` were written for a Python that took flags anywhere; as in fail2ban they become `(?i:…)`.
 */
function scopeFlags(regex: string): string {
  return regex.replace(/(?<!\\)\((?:\?:)?(\(\?[a-z]+)\)/g, '$1:');
}
