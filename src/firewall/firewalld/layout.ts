/**
 * What f2b needs to exist in firewalld: its ipsets, the zones that show them and the policies that enforce them.
 * The package ships it as XML; the agent makes what is missing. Invariant: the XML and this description are the same
 * (test/unit/firewall/firewalld/layout.test.ts).
 *
 * The policy decides, the zones show: a policy stands before every zone, whatever their order and sources, and costs
 * a rule or two per set, where a zone source costs some 140. So each set hangs on the policy, and the first of each
 * family is also a source of the zone that `firewall-cmd --get-active-zones` lists.
 */
import { type Group, type IpsetName, ipsetName, type PoolName } from './ipset-name.js';

/** One rich rule for each set of the groups drop and reject (firewalld.policy(5): lowest number first). */
export const POLICY = 'f2b';
/** The rules of the `ports` disposition, made at run time: they depend on the jails. */
export const PORTS_POLICY = 'f2b-ports';
export const POLICY_PRIORITY = -15_000;

export interface ZoneLayout {
  readonly name: string;
  readonly target: string;
  readonly short: string;
  readonly description: string;
  readonly sources: readonly IpsetName[];
}

/** How many sets of each kind a group starts with. One of them stays empty: it takes the next content of another. */
const SHIPPED: readonly [group: Group, ipv4: number, ipv6: number, net: number][] = [
  ['drop', 9, 5, 2],
  ['reject', 3, 3, 2],
  ['ports0', 2, 2, 2],
  ['ports1', 2, 2, 2],
  ['ports2', 2, 2, 2],
  ['ports3', 2, 2, 2],
];

function sets(pool: PoolName, count: number): readonly IpsetName[] {
  return Array.from({ length: count }, (_, index) => ipsetName(pool, index));
}

/** All sets of a group as it starts. */
export function groupSets(group: Group, ipv4: number, ipv6: number, net: number): readonly IpsetName[] {
  return [
    ...sets({ group, family: 4, kind: 'host' }, ipv4),
    ...sets({ group, family: 6, kind: 'host' }, ipv6),
    ...sets({ group, family: 4, kind: 'net' }, net),
    ...sets({ group, family: 6, kind: 'net' }, net),
  ];
}

export const shippedSets: readonly IpsetName[] = SHIPPED.flatMap((group) => groupSets(...group));

function firstSets(group: Group): readonly IpsetName[] {
  return shippedSets.filter((set) => set.group === group && set.index === 0);
}

export const zones: readonly ZoneLayout[] = [
  {
    name: 'f2b-drop',
    target: 'DROP',
    short: 'f2b drop',
    description: 'Addresses that f2b banned: their packets are dropped without an answer.',
    sources: firstSets('drop'),
  },
  {
    name: 'f2b-reject',
    target: '%%REJECT%%',
    short: 'f2b reject',
    description: 'Addresses that f2b banned: their packets are rejected.',
    sources: firstSets('reject'),
  },
];

/** In the form in which firewalld gives rich rules back. */
export function richRules(set: IpsetName, ports: readonly string[]): readonly string[] {
  const source = `rule family="ipv${set.family}" source ipset="${set.text}"`;
  if (set.group === 'drop' || set.group === 'reject') return [`${source} ${set.group}`];
  return ports.map((port) => {
    const [number = '', protocol = ''] = port.split('/');
    return `${source} port port="${number}" protocol="${protocol}" reject`;
  });
}

/** The ports that the rules of a policy close for a set; empty when none name it. */
export function portsOf(set: string, rules: readonly string[]): readonly string[] {
  const pattern = /^rule family="ipv[46]" source ipset="([^"]+)" port port="([\d-]+)" protocol="(\w+)" reject$/;
  return rules.flatMap((rule) => {
    const [, name, number, protocol] = pattern.exec(rule) ?? [];
    return name === set ? [`${number}/${protocol}`] : [];
  });
}
