/**
 * Makes the parts of the layout that firewalld lacks: more sets for many bans, or everything when the package's XML is
 * not there. Only the permanent configuration can do that, and a reload, which drops the run-time entries of everybody.
 */
import { variant } from '../../dbus/wire.js';
import { F2bError } from '../../errors.js';
import { type FirewalldClient, firewalldError, type Reply } from './client.js';
import { type IpsetName, ipsetType } from './ipset-name.js';
import { POLICY, POLICY_PRIORITY, richRules, type ZoneLayout } from './layout.js';

export interface Missing {
  readonly missingSets: readonly IpsetName[];
  readonly missingZones: readonly ZoneLayout[];
  readonly missingPolicies: readonly string[];
}

/** It is in the permanent configuration already, and the reload will bring it. */
const HARMLESS: readonly string[] = ['NAME_CONFLICT'];

function check(result: Reply<unknown>, name: string): void {
  if (result.kind === 'done') return;
  const error = firewalldError(result, name);
  if (result.kind !== 'refused') throw error;
  if (!HARMLESS.includes(result.code)) throw new F2bError('FIREWALL_INCOMPLETE', error.message, { cause: error });
}

function policySettings(name: string, sets: readonly IpsetName[]) {
  const rules =
    name === POLICY ? sets.filter((set) => !set.group.startsWith('ports')).flatMap((set) => richRules(set, [])) : [];
  return {
    target: variant('s', 'CONTINUE'),
    priority: variant('i', POLICY_PRIORITY),
    ingress_zones: variant('as', ['ANY']),
    egress_zones: variant('as', ['HOST']),
    rich_rules: variant('as', rules),
  };
}

/** Resolves after the reload. `sets`: those there are already. Throws an F2bError. */
export async function createMissing(
  client: FirewalldClient,
  missing: Missing,
  sets: readonly IpsetName[],
): Promise<void> {
  for (const set of missing.missingSets) {
    check(await client.addPermanentIpset(set.text, ipsetType(set), set.family), set.text);
  }
  for (const zone of missing.missingZones) {
    const settings = {
      target: variant('s', zone.target),
      short: variant('s', zone.short),
      description: variant('s', zone.description),
      sources: variant(
        'as',
        zone.sources.map((set) => `ipset:${set.text}`),
      ),
    };
    check(await client.addPermanentZone(zone.name, settings), zone.name);
  }
  for (const name of missing.missingPolicies) {
    const settings = policySettings(name, [...sets, ...missing.missingSets]);
    check(await client.addPermanentPolicy(name, settings), name);
  }
  check(await client.reload(), 'reload');
}
