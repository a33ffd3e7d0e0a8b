/** `fleet.conf`: the servers, and whom of the fleet this host believes. All problems are told at once. */
import type { Parsed, Problem } from '../core/problem.js';
import { type Assigned, list, scalar } from './assigned.js';
import type { SourceText } from './config-texts.js';
import { type Assignment, parseSyntax } from './files/syntax.js';
import { countKeys, fleetKeys } from './keys/fleet-keys.js';
import { checkKnown } from './keys/known-keys.js';

export interface FleetConfig {
  /** `host:port`; all of them encrypted, or none. */
  readonly servers: readonly string[];
  readonly isEncrypted: boolean;
  readonly caFile: string | undefined;
  /** Undefined: what the machine is called. */
  readonly name: string | undefined;
  readonly replicas: number;
  readonly publish: boolean;
  readonly apply: boolean;
  readonly limits: FleetLimits;
  /** Undefined: this host counts alone. */
  readonly count: CountConfig | undefined;
}

/** How failures are counted together with other hosts. */
export interface CountConfig {
  /** Whose failures are shared, as globs; none: all. */
  readonly jails: readonly string[];
  readonly maxretry: number;
  /** µs */
  readonly findtime: number;
  /** µs; FOREVER: permanent. */
  readonly bantime: number;
}

/** What decides which claims count, and how many are listened to. */
export interface FleetLimits {
  readonly minReporters: number;
  /** µs */
  readonly within: number;
  /** µs */
  readonly minAge: number;
  readonly maxBansPerHost: number;
  readonly maxBansPerMinute: number;
  readonly maxBans: number;
  readonly maxPrefixIPv4: number;
  readonly maxPrefixIPv6: number;
  /** µs; FOREVER for no limit. */
  readonly maxBanTime: number;
}

/** The value is missing when there is anything wrong. */
export function parseFleet({ path, text }: SourceText): Parsed<FleetConfig> {
  const { value: tree, problems: ofSyntax } = parseSyntax(text, path);
  const problems: Problem[] = [...ofSyntax, ...checkKnown(tree, 'fleet')];
  const assigned = { assignments: tree.assignments, problems };
  const servers = list(assigned, fleetKeys.server);
  const { value: caFile } = scalar(assigned, fleetKeys.caFile);
  const value: FleetConfig = {
    servers: servers.map(({ value: { place } }) => place),
    isEncrypted: servers.some(({ value: { isEncrypted } }) => isEncrypted),
    caFile,
    name: scalar(assigned, fleetKeys.name).value,
    replicas: Number(scalar(assigned, fleetKeys.replicas).value),
    publish: scalar(assigned, fleetKeys.publish).value,
    apply: scalar(assigned, fleetKeys.apply).value,
    limits: {
      minReporters: scalar(assigned, fleetKeys.minReporters).value,
      within: scalar(assigned, fleetKeys.within).value,
      minAge: scalar(assigned, fleetKeys.minAge).value,
      maxBansPerHost: scalar(assigned, fleetKeys.maxBansPerHost).value,
      maxBansPerMinute: scalar(assigned, fleetKeys.maxBansPerMinute).value,
      maxBans: scalar(assigned, fleetKeys.maxBans).value,
      maxPrefixIPv4: scalar(assigned, fleetKeys.maxPrefixIPv4).value,
      maxPrefixIPv6: scalar(assigned, fleetKeys.maxPrefixIPv6).value,
      maxBanTime: scalar(assigned, fleetKeys.maxBanTime).value,
    },
    count: countOf(assigned),
  };
  if (problems.length > 0) return { value: undefined, problems: problems.toSorted((a, b) => a.line - b.line) };
  const asWhole = problemOf(value, servers, path) ?? countProblem(value, tree.assignments);
  return asWhole === undefined ? { value, problems } : { value: undefined, problems: [asWhole] };
}

function countOf(assigned: Assigned): CountConfig | undefined {
  const count = {
    jails: list(assigned, countKeys.jails).map(({ value }) => value),
    maxretry: scalar(assigned, countKeys.maxretry).value,
    findtime: scalar(assigned, countKeys.findtime).value,
    bantime: scalar(assigned, countKeys.bantime).value,
  };
  return scalar(assigned, fleetKeys.count).value ? count : undefined;
}

/** What would have no effect. */
function countProblem({ count, publish }: FleetConfig, assignments: readonly Assignment[]): Problem | undefined {
  const places = (section: string, key?: string) =>
    assignments.filter((one) => one.section === section && (key ?? one.key) === one.key).map(({ place }) => place);
  if (count === undefined) {
    const [place] = places('Count');
    const message = '[Count] has no effect without Count=yes in [Fleet]';
    return place && { ...place, message, hint: 'write Count=yes in [Fleet], or remove [Count]' };
  }
  const [place] = publish ? [] : places('Fleet', 'Count');
  const message = 'Count=yes has no effect with Publish=no: nothing of this host is shared';
  return place && { ...place, message, hint: 'write Publish=yes, or Count=no' };
}

function problemOf(
  { isEncrypted, caFile }: FleetConfig,
  servers: readonly { readonly value: { readonly isEncrypted: boolean } }[],
  file: string,
): Problem | undefined {
  const whole = { file, line: 0 };
  if (servers.length === 0)
    return { ...whole, message: 'no server is named', hint: 'add [Fleet] and Server=, see f2b-fleet(7)' };
  if (isEncrypted && servers.some(({ value }) => !value.isEncrypted))
    return { ...whole, message: 'some servers are encrypted and others are not', hint: 'write tls:// for all of them' };
  if (!isEncrypted && caFile !== undefined)
    return { ...whole, message: 'CAFile= has no effect on nats://', hint: 'write tls://, or leave CAFile= out' };
  return undefined;
}
