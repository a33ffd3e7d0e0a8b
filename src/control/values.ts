/** The values of org.f2b.Agent1 as they cross the bus: dictionaries with the names of the types' own properties. */

import type { BanRequest, CarriedOverView, RefusedReport } from '../agent/agent.js';
import type { AgentStatus, JailStatus } from '../agent/agent-status.js';
import type { BanView, ExplainedBan, Explanation, IneffectiveBan } from '../agent/explanation.js';
import type { Address } from '../core/address/address.js';
import { type Ban, banOrigins, dispositions, type ReplacedBan } from '../core/ban.js';
import type { CarriedBan } from '../core/deciding/carry-over.js';
import type { Outlook } from '../core/deciding/outlook.js';
import { sparers, unbanCauses } from '../core/effect.js';
import type { Failure } from '../core/failure.js';
import type { IneffectiveCause } from '../core/ineffective-cause.js';
import type { Offender } from '../core/offender.js';
import type { Report } from '../core/report.js';
import type { FirewallStatus, Reconciliation } from '../ports/firewall.js';
import type { JournalPlace } from '../ports/journal.js';
import type { Allowance } from '../ports/store.js';
import {
  address,
  type Codec,
  checked,
  count,
  dict,
  duration,
  flag,
  lazy,
  line,
  list,
  Malformed,
  nullable,
  optional,
  text,
  time,
  word,
} from './codec.js';

const position = dict<JournalPlace>({ cursor: text, receivedAt: time });

const origin = word(...banOrigins);

export const ban: Codec<Ban, 'required'> = dict<Ban>({
  jail: text,
  address,
  since: time,
  until: time,
  disposition: word(...dispositions),
  ports: list(text),
  origin,
  count,
  failures: count,
  evidence: list(text),
  reason: optional(text),
  members: optional(list(lazy('a{sv}', () => ban))),
});

const failure = dict<Failure>({
  jail: text,
  address,
  at: time,
  cursor: text,
  evidence: list(text),
  count,
  user: optional(text),
});

const offender = dict<Offender>({ jail: text, address, count, bannedAt: time, bantime: time, totalBantime: time });

const jailStatus = dict<JailStatus>({
  name: text,
  description: text,
  filter: text,
  units: list(text),
  maxretry: count,
  findtime: time,
  bantime: time,
  entries: count,
  failing: count,
  failures: count,
  banned: count,
  bans: count,
  slowLines: count,
  believedWithoutUnit: count,
  passedOverWithoutUnit: count,
  slowRegexes: list(text),
  temporary: optional(list(text)),
});

const firewallStatus = dict<FirewallStatus>({
  name: text,
  state: word('ready', 'unavailable'),
  problem: optional(text),
  held: count,
  pending: count,
  oldestPending: time,
  warnings: list(text),
  notes: optional(list(text)),
});

const replacedBan = dict<ReplacedBan>({ until: time, origin, reason: optional(text) });

const viewed = { ban, state: word('pending', 'enforced'), replaced: optional(replacedBan) };

export const banView = dict<BanView>(viewed);

export const bans = list(ban);

export const agentStatus = dict<AgentStatus>({
  version: text,
  startedAt: time,
  state: word('starting', 'running', 'degraded', 'stopping'),
  entries: count,
  position: nullable(position),
  believedWithoutUnit: count,
  passedOverWithoutUnit: count,
  jails: list(jailStatus),
  firewall: firewallStatus,
  problems: list(dict<AgentStatus['problems'][number]>({ code: text, message: text, hint: text })),
});

const ineffective = dict<IneffectiveBan>({
  failures: count,
  last: time,
  cause: dict<IneffectiveCause>({ kind: word('open-port', 'past', 'elsewhere'), port: optional(count) }),
});

const explainedBan = dict<ExplainedBan>({ ...viewed, enforcedBy: list(text), ineffective: optional(ineffective) });

const outlook = dict<Outlook>({
  jail: text,
  counted: count,
  missing: count,
  maxretry: count,
  findtime: time,
  earlier: count,
  bantime: time,
  random: time,
  recidive: flag,
  spared: optional(word(...sparers)),
});

export const explanation = dict<Explanation>({
  address,
  bans: list(explainedBan),
  failures: list(failure),
  offenders: list(offender),
  outlooks: list(outlook),
  zone: optional(text),
  entries: list(dict<Explanation['entries'][number]>({ cursor: text, at: optional(time), line: optional(text) })),
  more: flag,
});

export const reconciliation = dict<Reconciliation>({ added: count, removed: count });

/** The longest name of a jail: jails are named after files. */
export const jailName: Codec<string, 'required'> = line(255);

/** The empty name means all jails. */
export const jailNameOrAll: Codec<string, 'required'> = {
  ...jailName,
  decode: (value) => (value === '' ? '' : jailName.decode(value)),
};

export const unbanCause = word(...unbanCauses);

/** More addresses than a host has, and fewer than the agent needs long for. */
const MAX_ADDRESSES = 1_000;

export const addresses: Codec<readonly Address[], 'required'> = checked(list(address), ({ length }) => {
  if (length === 0 || length > MAX_ADDRESSES) throw new Malformed(`must be 1 to ${MAX_ADDRESSES}`);
});

/** A line of a drop-in: a message that the agent reads is no longer. */
const setting = line(65_536);

/** As many as there are keys, several times over. */
const MAX_SETTINGS = 100;

export const settings: Codec<readonly string[], 'required'> = checked(list(setting), ({ length }) => {
  if (length === 0 || length > MAX_SETTINGS) throw new Malformed(`must be 1 to ${MAX_SETTINGS}`);
});

/** What a ban may be asked for with, beside the address. */
export const banOptions = dict<Omit<BanRequest, 'addresses'>>(
  { jail: optional(jailName), bantime: optional(duration), reason: optional(line(1_000)), force: optional(flag) },
  'strict',
);

/** Bans of one jail, part by part: a fifth as long as a dictionary for each, and a call is short. */
interface CarriedGroup {
  readonly jail: string;
  readonly reason: string;
  readonly addresses: readonly Address[];
  readonly since: readonly number[];
  readonly until: readonly number[];
  readonly counts: readonly number[];
  readonly failures: readonly number[];
}

const carriedGroups = list(
  dict<CarriedGroup>(
    {
      ...{ jail: jailName, reason: line(1_000), addresses: list(address) },
      ...{ since: list(time), until: list(time), counts: list(count), failures: list(count) },
    },
    'strict',
  ),
);

/** At most as many as addresses of a ban. */
export const carriedBans: Codec<readonly CarriedBan[], 'required'> = {
  signature: carriedGroups.signature,
  presence: 'required',
  encode: (bans) => carriedGroups.encode(groupsOf(bans)),
  decode(value) {
    const bans = carriedGroups.decode(value).flatMap(bansOf);
    if (bans.length > MAX_ADDRESSES) throw new Malformed(`must be at most ${MAX_ADDRESSES}`);
    return bans;
  },
};

function groupsOf(bans: readonly CarriedBan[]): readonly CarriedGroup[] {
  const groups = new Map<string, CarriedBan[]>();
  for (const ban of bans) {
    const key = JSON.stringify([ban.jail, ban.reason]);
    const group = groups.get(key) ?? [];
    group.push(ban);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        ...{ jail: first.jail, reason: first.reason },
        addresses: group.map((ban) => ban.address),
        since: group.map((ban) => ban.since),
        until: group.map((ban) => ban.until),
        counts: group.map((ban) => ban.count),
        failures: group.map((ban) => ban.failures),
      },
    ];
  });
}

function bansOf({ jail, reason, addresses: all, since, until, counts, failures }: CarriedGroup): CarriedBan[] {
  if ([since, until, counts, failures].some(({ length }) => length !== all.length))
    throw new Malformed('must have as many of each as addresses');
  return all.map((one, at) => ({
    ...{ jail, reason, address: one },
    since: since[at] ?? 0,
    until: until[at] ?? 0,
    count: counts[at] ?? 0,
    failures: failures[at] ?? 0,
  }));
}

/** More than a read of the stream brings, and few enough for one message. */
const MAX_REPORTS = 1_000;

export const reports: Codec<readonly Report[], 'required'> = checked(
  list(dict<Report>({ address, until: time, reason: line(1_000) }, 'strict')),
  ({ length }) => {
    if (length > MAX_REPORTS) throw new Malformed(`must be at most ${MAX_REPORTS}`);
  },
);

export const carriedOver = dict<CarriedOverView>({
  banned: count,
  known: count,
  remembered: count,
  refused: list(dict<CarriedOverView['refused'][number]>({ jail: text, address, why: text })),
});
export const refusedReport = dict<RefusedReport>({ address, refusal: text });

/**
 * Which bans to list: of one jail or of all, beginning after a jail and address, at most `limit`; and whether with
 * their evidence, which is most of a ban and is there unless it is not wanted.
 */
export interface ListOptions {
  readonly jail?: string;
  readonly afterJail?: string;
  readonly afterAddress?: string;
  readonly limit?: number;
  readonly evidence?: boolean;
}

export const listOptions = dict<ListOptions>(
  {
    jail: optional(jailName),
    afterJail: optional(jailName),
    afterAddress: optional(text),
    limit: optional(count),
    evidence: optional(flag),
  },
  'strict',
);

/** Which allowances to list: beginning after an address, at most `limit`. */
export interface AllowanceListOptions {
  readonly afterAddress?: string;
  readonly limit?: number;
}

export const allowanceListOptions = dict<AllowanceListOptions>(
  { afterAddress: optional(text), limit: optional(count) },
  'strict',
);

export const allowance = dict<Allowance>({ address, since: time, until: time, reason: optional(text) });

/** Until when (µs since the epoch) an address may be allowed; without it, for ever. */
export const allowOptions = dict<{ readonly until?: number; readonly reason?: string }>(
  { until: optional(time), reason: optional(line(1_000)) },
  'strict',
);
