/**
 * What of f2b's layout firewalld has now, and putting back the parts that can be put back at run time.
 * Invariant: an intact layout is only looked at, never written to.
 */
import { type FirewalldClient, firewalldError, listed, type Reply } from './client.js';
import { type Group, type IpsetName, parseIpsetName } from './ipset-name.js';
import { POLICY, PORTS_POLICY, portsOf, richRules, shippedSets, type ZoneLayout, zones } from './layout.js';

export interface LayoutState {
  readonly sets: readonly IpsetName[];
  /** Objects that only the permanent configuration and a reload can bring. */
  readonly missingSets: readonly IpsetName[];
  readonly missingZones: readonly ZoneLayout[];
  readonly missingPolicies: readonly string[];
  /** Sources that a zone ought to have. */
  readonly unboundSources: readonly { readonly zone: string; readonly set: string }[];
  readonly rules: readonly string[];
  readonly portsRules: readonly string[];
}

/** What of a survey cannot be asked for is thrown as F2bError. */
function value<T>(result: Reply<T>, about: string): T {
  if (result.kind !== 'done') throw firewalldError(result, about);
  return result.value;
}

/** Undefined when firewalld does not know the object. */
function found<T>(result: Reply<T>, unknown: string, about: string): T | undefined {
  return result.kind === 'refused' && result.code === unknown ? undefined : value(result, about);
}

/** Throws an F2bError when firewalld cannot be asked. */
export async function survey(client: FirewalldClient): Promise<LayoutState> {
  const names = value(await client.ipsets(), 'getIPSets');
  const sets = names.map(parseIpsetName).filter((set) => set !== undefined);
  const missingZones: ZoneLayout[] = [];
  const unboundSources: { zone: string; set: string }[] = [];
  for (const zone of zones) {
    const settings = found(await client.zone(zone.name), 'INVALID_ZONE', zone.name);
    if (settings === undefined) missingZones.push(zone);
    const sources = settings === undefined ? [] : listed(settings, 'sources');
    const unbound = zone.sources.filter((set) => names.includes(set.text) && !sources.includes(`ipset:${set.text}`));
    if (settings !== undefined) unboundSources.push(...unbound.map((set) => ({ zone: zone.name, set: set.text })));
  }
  const policy = found(await client.policy(POLICY), 'INVALID_POLICY', POLICY);
  const ports = found(await client.policy(PORTS_POLICY), 'INVALID_POLICY', PORTS_POLICY);
  return {
    sets,
    missingSets: shippedSets.filter((set) => !names.includes(set.text)),
    missingZones,
    missingPolicies: [...(policy === undefined ? [POLICY] : []), ...(ports === undefined ? [PORTS_POLICY] : [])],
    unboundSources,
    rules: policy === undefined ? [] : listed(policy, 'rich_rules'),
    portsRules: ports === undefined ? [] : listed(ports, 'rich_rules'),
  };
}

export function isComplete(state: LayoutState): boolean {
  return state.missingSets.length + state.missingZones.length + state.missingPolicies.length === 0;
}

/** What the rules in force say that each group of the `ports` disposition closes. */
export function closedPorts(state: LayoutState): ReadonlyMap<Group, readonly string[]> {
  const groups = new Map<Group, readonly string[]>();
  for (const set of state.sets) {
    if (!set.group.startsWith('ports')) continue;
    const ports = portsOf(set.text, state.portsRules);
    if ((groups.get(set.group)?.length ?? 0) === 0) groups.set(set.group, ports);
  }
  return groups;
}

interface Bound {
  /** What a person should know. */
  readonly warnings: readonly string[];
  /** Something was missing. */
  readonly isChanged: boolean;
}

/**
 * Puts back the rules and zone sources that are missing; `portsFor` says what each group closes.
 * Throws an F2bError when firewalld refuses.
 */
export async function bind(
  client: FirewalldClient,
  state: LayoutState,
  portsFor: (group: Group) => readonly string[],
): Promise<Bound> {
  const general = state.sets.filter((set) => !set.group.startsWith('ports')).flatMap((set) => richRules(set, []));
  const absent = general.filter((rule) => !state.rules.includes(rule));
  if (absent.length > 0 && !state.missingPolicies.includes(POLICY)) {
    value(await client.setRichRules(POLICY, [...state.rules, ...absent]), POLICY);
  }
  const own = state.sets
    .filter((set) => set.group.startsWith('ports'))
    .flatMap((set) => richRules(set, portsFor(set.group)));
  const others = state.portsRules.filter((rule) => !rule.includes('source ipset="f2b-ports'));
  const rules = [...others, ...own];
  const isSame = rules.length === state.portsRules.length && rules.every((rule) => state.portsRules.includes(rule));
  if (!isSame && !state.missingPolicies.includes(PORTS_POLICY)) {
    value(await client.setRichRules(PORTS_POLICY, rules), PORTS_POLICY);
  }
  const warnings: string[] = [];
  for (const { zone, set } of state.unboundSources) {
    const added = await client.addSource(zone, `ipset:${set}`);
    if (added.kind === 'refused' && added.code !== 'ZONE_ALREADY_SET') {
      warnings.push(`${set} is not shown in zone ${zone} (${added.code}); its bans hold through policy ${POLICY}`);
    } else if (added.kind !== 'refused') value(added, zone);
  }
  return { warnings, isChanged: absent.length > 0 || !isSame || state.unboundSources.length > 0 };
}
