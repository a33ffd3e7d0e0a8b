/**
 * A small nftables table that makes firewalld's bans whole. firewalld lets through, before it asks any zone or policy,
 * packets of established connections, UDP conversations and ports that are forwarded, to containers for instance. So
 * the rules of f2b also mark what comes from a banned address, in firewalld's first chain, and here, before any address
 * is translated, what is marked ends.
 *
 * A reload or restart of firewalld empties its sets, and thousands of bans take seconds to come back: meanwhile the
 * table stands in and holds them itself, also for a firewalld that stays away. Invariant: no address stays in it for
 * longer than a minute without an agent that renews it; the kernel sees to that, whatever becomes of the agent.
 */
import { isSingle } from '../core/address.js';
import { MARKS } from './layout.js';
import { type Claim, type Purpose, purposeText } from './ledger.js';

export const GUARD_TABLE = 'f2b-guard';

/** After firewalld's chain at mangle + 10, which sets the marks, and before the first translation at -100. */
const PRIORITY = 'mangle + 11';

/** How long the kernel keeps the addresses of a table that nobody renews, s: a restart of the agent takes less. */
export const KEPT_SECONDS = 60;

/** Only what the banned side began is meant: answers to this machine's own connections pass, as do IPv6 neighbours. */
const PASSES = `
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ct direction reply accept`;

/** Addresses that one rule is for. */
interface Group {
  /** What becomes of what `purpose` is about. */
  readonly purpose: Purpose;
  readonly set: string;
  readonly family: 4 | 6;
  readonly isNet: boolean;
  readonly entries: string[];
}

function groupsOf(claims: Iterable<Claim>): readonly Group[] {
  const groups = new Map<string, Group>();
  const purposes = new Map<string, number>();
  for (const { purpose, address } of claims) {
    const text = purposeText(purpose);
    const number = purposes.get(text) ?? purposes.size;
    purposes.set(text, number);
    const isNet = !isSingle(address);
    const set = `f2b-${number}-ipv${address.family}${isNet ? '-net' : ''}`;
    const group = groups.get(set) ?? { purpose, set, family: address.family, isNet, entries: [] };
    group.entries.push(address.text);
    groups.set(set, group);
  }
  return [...groups.values()];
}

function setText({ set, family, isNet, entries }: Group, seconds: number): string {
  // Prefixes may overlap here: the kernel is given what they have in common.
  const flags = isNet ? 'flags interval, timeout; auto-merge;' : 'flags timeout;';
  const elements = `elements = { ${entries.join(', ')} }`;
  return `set ${set} { type ipv${family}_addr; ${flags} timeout ${seconds}s; ${elements}; }`;
}

/** Ports by their protocols, as nft writes them: `22, 6000-6100`. */
function portsByProtocol(ports: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const port of ports) {
    const [, number = '', protocol = ''] = /^(\d+(?:-\d+)?)\/([a-z]+)$/.exec(port) ?? [];
    const before = found.get(protocol);
    if (number !== '') found.set(protocol, before === undefined ? number : `${before}, ${number}`);
  }
  return found;
}

function ruleTexts({ purpose, set, family }: Group): readonly string[] {
  const source = `${family === 4 ? 'ip' : 'ip6'} saddr @${set}`;
  if (purpose.kind !== 'ports') return [`${source} goto ${purpose.kind === 'drop' ? 'dropped' : 'rejected'}`];
  return [...portsByProtocol(purpose.ports)].map(
    ([protocol, ports]) => `${source} meta l4proto ${protocol} th dport { ${ports} } goto rejected`,
  );
}

/**
 * What nft is given: replaces the table as a whole, in one transaction, whether it is there or not.
 * `standIn`: what it holds itself, until firewalld does; `seconds`: when the kernel lets go of that.
 */
export function guardScript(standIn: Iterable<Claim> = [], seconds = KEPT_SECONDS): string {
  const groups = groupsOf(standIn);
  return `
add table inet ${GUARD_TABLE}
delete table inet ${GUARD_TABLE}
table inet ${GUARD_TABLE} {
  ${groups.map((group) => setText(group, seconds)).join('\n  ')}
  chain dropped {
    drop
  }
  chain rejected {
    meta l4proto tcp reject with tcp reset
    reject with icmpx port-unreachable
  }
  chain prerouting {
    type filter hook prerouting priority ${PRIORITY}; policy accept;${PASSES}
    meta mark ${MARKS.drop} goto dropped
    meta mark ${MARKS.reject} goto rejected
    ${groups.flatMap(ruleTexts).join('\n    ')}
  }
}
`;
}
