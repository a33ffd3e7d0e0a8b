/**
 * A table of f2b's own: its chains, sets and rules, as commands of libnftables-json(5) that do not name the table.
 * Invariant: every rule carries a comment that says what it is, and `expectedShape` is what a listing of this table
 * shows.
 *
 * One base chain, at prerouting, before any address is translated: what ends there reaches neither this machine nor its
 * containers nor what lies behind it. Answers to TCP connections that this side opened come through, those to its ICMP
 * messages, and what finds neighbours on an IPv6 link. Over UDP nothing comes through: who began a conversation is
 * forgotten after 30 s of silence (nf_conntrack_udp_timeout), and then the service's next packet makes the banned peer's
 * packets answers.
 */
import { addressFromWords, fullLength, networkOf } from '../../core/address/address.js';
import type { Purpose } from '../claims.js';
import { elementOf, type GroupName, type SetName } from './set-name.js';

export type Command = { readonly [verb in 'add' | 'delete']?: object };

/** After connection tracking (-200), before mangle (-150), where others change packets, and dstnat (-100): nft(8). */
const PRIORITY = -151;

const HOOK = 'prerouting';
/** Rejects: the end of `goto`. Names that are no words of nft's own language, so that its listing can be read back. */
const REFUSE = 'refuse';

/** The chain that holds the rules of the sets of a group. */
const chains = { drop: 'dropped', reject: 'rejected', ports: 'closed' } as const;

function chainOf(group: GroupName): string {
  return group === 'drop' || group === 'reject' ? chains[group] : chains.ports;
}

function chain(name: string, more: object = {}): Command {
  return { add: { chain: { name, ...more } } };
}

function rule(chainName: string, comment: string, ...expr: readonly object[]): Command {
  return { add: { rule: { chain: chainName, comment, expr } } };
}

const COUNTER = { counter: null };

const L4PROTO = { meta: { key: 'l4proto' } };
/** Protocols of which it is known, as long as they are used, which side began. */
const HAVE_ANSWERS = ['tcp', 'icmp', 'icmpv6'];
/** A comment of its own for these protocols: a table made for others has another shape, and is made anew. */
const ANSWERS = `answers-${HAVE_ANSWERS.join('-')}`;

const ICMPV6_TYPE = { payload: { protocol: 'icmpv6', field: 'type' } };
const NEIGHBOURS = ['nd-neighbor-solicit', 'nd-neighbor-advert', 'nd-router-advert'];

function equals(left: object, right: unknown): object {
  return { match: { op: '==', left, right } };
}

/** Makes the table when there is none: who may do that may do the rest. */
export const presence: readonly Command[] = [{ add: { table: {} } }];

/** Removes the table with all that is in it, whether it is there or not. */
const removal: readonly Command[] = [...presence, { delete: { table: {} } }];

/** Makes the table with its fixed chains, in place of what was there. */
export const foundation: readonly Command[] = [
  ...removal,
  ...presence,
  chain(HOOK, { type: 'filter', hook: 'prerouting', prio: PRIORITY, policy: 'accept' }),
  chain(REFUSE),
  ...Object.values(chains).map((name) => chain(name)),
  rule(REFUSE, 'tcp', equals(L4PROTO, 'tcp'), { reject: { type: 'tcp reset' } }),
  rule(REFUSE, 'other', { reject: { type: 'icmpx', expr: 'admin-prohibited' } }),
  rule(HOOK, 'loopback', equals({ meta: { key: 'iifname' } }, 'lo'), { return: null }),
  rule(HOOK, ANSWERS, equals(L4PROTO, { set: HAVE_ANSWERS }), equals({ ct: { key: 'direction' } }, 'reply'), {
    return: null,
  }),
  rule(HOOK, 'neighbours', equals(ICMPV6_TYPE, { set: NEIGHBOURS }), { return: null }),
  ...Object.values(chains).map((name) => rule(HOOK, name, { jump: { target: name } })),
];

const ONES = { 4: addressFromWords(0, 0, 0xffff, -1, 128), 6: addressFromWords(-1, -1, -1, -1, 128) } as const;

/** The source of a packet, cut to the length of the set's elements. */
function source({ family, length }: SetName): object {
  const payload = { payload: { protocol: family === 4 ? 'ip' : 'ip6', field: 'saddr' } };
  return length === fullLength(family) ? payload : { '&': [payload, elementOf(networkOf(ONES[family], length))] };
}

/**
 * Makes the set if it is not there, with these elements. For `add element`, nft would read all interval sets there are
 * first, firewalld's too: 100 ms at 20,000 bans, against 10 ms.
 */
function putInto({ family, text }: SetName, elem: readonly unknown[] = []): Command {
  const more = elem.length === 0 ? {} : { elem };
  return { add: { set: { name: text, type: `ipv${family}_addr`, flags: ['timeout'], ...more } } };
}

/** What makes a set work: the set and the rule that hangs on it. The chain of its ports must be there. */
export function setCommands(set: SetName): readonly Command[] {
  const { group, text } = set;
  const verdict: readonly object[] =
    group === 'drop'
      ? [COUNTER, { drop: null }]
      : group === 'reject'
        ? [COUNTER, { goto: { target: REFUSE } }]
        : [{ jump: { target: group } }];
  return [putInto(set), rule(chainOf(group), text, equals(source(set), `@${text}`), ...verdict)];
}

/** The chain that closes the ports of a purpose; nothing for the others. */
export function groupCommands(group: GroupName, purpose: Purpose): readonly Command[] {
  if (purpose.kind !== 'ports') return [];
  return [chain(group), ...purpose.ports.map((port) => portRule(group, port))];
}

function portRule(group: GroupName, port: string): Command {
  const [numbers = '', protocol = ''] = port.split('/');
  const [from, to] = numbers.split('-').map(Number);
  const ports = to === undefined ? from : { range: [from, to] };
  const match = equals({ payload: { protocol, field: 'dport' } }, ports);
  return rule(group, port, match, COUNTER, { goto: { target: REFUSE } });
}

/** What is to become of an element. `seconds`: until it ends by itself; undefined for never. */
export type ElementChange =
  | { readonly kind: 'add' | 'renew'; readonly element: string; readonly seconds: number | undefined }
  | { readonly kind: 'remove'; readonly element: string };

/**
 * What is renewed or removed is added first, so that deleting it is no error even if its time-out came before; and
 * before Linux 6.13 only a new element gets a new time-out.
 */
export function elementCommands(set: SetName, changes: readonly ElementChange[]): readonly Command[] {
  const elements = (elem: readonly unknown[]) => ({ element: { name: set.text, elem } });
  const old = changes.flatMap(({ kind, element }) => (kind === 'add' ? [] : [element]));
  const put = changes.flatMap((change) => {
    if (change.kind === 'remove') return [];
    const { element, seconds } = change;
    return [seconds === undefined ? element : { elem: { val: element, timeout: seconds } }];
  });
  return [
    ...(old.length === 0 ? [] : [{ add: elements(old) }, { delete: elements(old) }]),
    ...(put.length === 0 ? [] : [putInto(set, put)]),
  ];
}

/** A table in a few lines of text, to be compared: chains with their hooks and their rules' comments, typed sets. */
export interface Shape {
  readonly chains: ReadonlyMap<string, ChainShape>;
  readonly sets: ReadonlyMap<string, string>;
}

export interface ChainShape {
  /** `filter prerouting -151 accept`; empty for chains without a hook. */
  readonly hook: string;
  readonly comments: readonly string[];
}

/** The same text for equal tables. The order of rules counts only in the base chain. */
export function shapeText({ chains: ofTable, sets }: Shape): string {
  const chainLines = [...ofTable].map(([name, { hook, comments }]) => {
    const listed = hook === '' ? [...comments].sort() : comments;
    return `chain ${name} ${hook}: ${listed.join(', ')}`;
  });
  const setLines = [...sets].map(([name, type]) => `set ${name} ${type}`);
  return [...chainLines, ...setLines].sort().join('\n');
}

/** The table with these groups and sets. */
export function expectedShape(groups: ReadonlyMap<GroupName, Purpose>, sets: readonly SetName[]): string {
  const commentsOf = (name: string) => sets.filter(({ group }) => chainOf(group) === name).map(({ text }) => text);
  const fixed: readonly [string, ChainShape][] = [
    [
      HOOK,
      {
        hook: `filter prerouting ${PRIORITY} accept`,
        comments: ['loopback', ANSWERS, 'neighbours', ...Object.values(chains)],
      },
    ],
    [REFUSE, { hook: '', comments: ['tcp', 'other'] }],
  ];
  const perKind = Object.values(chains).map((name) => [name, { hook: '', comments: commentsOf(name) }] as const);
  const perPorts = [...groups].flatMap(([group, purpose]) =>
    purpose.kind === 'ports' ? [[group, { hook: '', comments: purpose.ports }] as const] : [],
  );
  return shapeText({
    chains: new Map([...fixed, ...perKind, ...perPorts]),
    sets: new Map(sets.map(({ text, family }) => [text, `ipv${family}_addr timeout`])),
  });
}
