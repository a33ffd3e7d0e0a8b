/**
 * Finds the banned neighbours that AggregateAfter= turns into one ban of the prefix around them.
 * Invariant: a folded prefix lies in a /24 or a /48, keeps every ban it stands for, and ends with the last of them.
 */
import { type Address, compareAddresses } from '../address/address.js';
import { type Ban, MAX_EVIDENCE } from '../ban.js';
import { clientPrefix } from './client-prefix.js';

const AGGREGATE = { ipv4: 24, ipv6: 48 };

/** The prefix that bans of neighbours of this address are folded into; the address itself when it is no narrower. */
export function aggregateOf(address: Address): Address {
  return clientPrefix(address, AGGREGATE);
}

/** One ban of the prefix for all its members; it starts with the latest of them. */
export function foldedBan(prefix: Address, latest: Ban, others: readonly Ban[]): Ban {
  const members = [...others, latest]
    .flatMap((ban) => ban.members ?? [ban])
    .sort((one, other) => one.since - other.since || compareAddresses(one.address, other.address));
  return {
    ...latest,
    address: prefix,
    until: members.reduce((last, { until }) => Math.max(last, until), latest.until),
    count: 1,
    failures: members.reduce((sum, { failures }) => sum + failures, 0),
    evidence: members.flatMap(({ evidence }) => evidence).slice(-MAX_EVIDENCE),
    members,
  };
}
