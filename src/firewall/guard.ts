/**
 * A small nftables table that makes firewalld's bans whole. firewalld lets through, before it asks any zone or policy,
 * packets of established connections, UDP conversations and ports that are forwarded, to containers for instance. So
 * the rules of f2b also mark what comes from a banned address, in firewalld's first chain, and here, before any address
 * is translated, what is marked ends.
 * Invariant: the table holds no addresses. Whom to ban is firewalld's to know.
 */
import { MARKS } from './layout.js';

export const GUARD_TABLE = 'f2b-guard';

/** After firewalld's chain at mangle + 10, which sets the marks, and before the first translation at -100. */
const PRIORITY = 'mangle + 11';

/**
 * Replaces the table as a whole, in one transaction, whether it is there or not. Only what the banned side began is
 * meant: answers to connections that this machine opens come through, and so does what finds neighbours on an IPv6 link.
 */
export const GUARD_RULES = `
add table inet ${GUARD_TABLE}
delete table inet ${GUARD_TABLE}
table inet ${GUARD_TABLE} {
  chain prerouting {
    type filter hook prerouting priority ${PRIORITY}; policy accept;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ct direction reply accept
    meta mark ${MARKS.drop} drop
    meta mark ${MARKS.reject} meta l4proto tcp reject with tcp reset
    meta mark ${MARKS.reject} reject with icmpx port-unreachable
  }
}
`;
