/** What the agent answers, as the library tells it: addresses as texts, Dates, milliseconds, null for what never ends. */
import type * as agent from '../agent/agent-status.js';
import type { Explanation as AgentExplanation, BanView } from '../agent/explanation.js';
import type { Ban as AgentBan } from '../core/ban.js';
import { FOREVER, MICROS_PER_MILLISECOND } from '../core/time.js';
import type { AgentStatus, Ban, Explanation, HeldBan, JailStatus } from './values.js';

function dateOf(micros: number): Date {
  return new Date(Math.floor(micros / MICROS_PER_MILLISECOND));
}

function lengthOf(micros: number): number | null {
  return micros === FOREVER ? null : micros / MICROS_PER_MILLISECOND;
}

/** Written out: what a ban of the agent's has beside these is not the library's to tell. */
export function toldBan(ban: AgentBan): Ban {
  const { jail, address, since, until, disposition, ports, origin, count, failures, evidence, reason, members } = ban;
  return {
    jail,
    address: address.text,
    since: dateOf(since),
    until: until === FOREVER ? null : dateOf(until),
    disposition,
    ports,
    origin,
    count,
    failures,
    evidence,
    ...(reason === undefined ? {} : { reason }),
    ...(members === undefined ? {} : { members: members.map(toldBan) }),
  };
}

export function toldHeldBan({ ban, state }: BanView): HeldBan {
  return { ...toldBan(ban), state };
}

export function toldJail(jail: agent.JailStatus): JailStatus {
  const { name, description, filter, units, maxretry, findtime, bantime, failing, failures, banned, bans } = jail;
  return {
    ...{ name, description, filter, units, maxretry, failing, failures, banned, bans },
    findtime: findtime / MICROS_PER_MILLISECOND,
    bantime: lengthOf(bantime),
  };
}

export function toldStatus({
  version,
  startedAt,
  state,
  entries,
  jails,
  firewall,
  problems,
}: agent.AgentStatus): AgentStatus {
  const { name, state: firewallState, problem, held, pending, warnings } = firewall;
  return {
    ...{ version, startedAt: dateOf(startedAt), state, entries, jails: jails.map(toldJail), problems },
    firewall: { name, state: firewallState, held, pending, warnings, ...(problem === undefined ? {} : { problem }) },
  };
}

export function toldExplanation(explanation: AgentExplanation): Explanation {
  const { address, bans, failures, offenders, outlooks, zone, entries, more } = explanation;
  return {
    address: address.text,
    bans: bans.map(({ enforcedBy, ...view }) => ({ ...toldHeldBan(view), enforcedBy })),
    failures: failures.map(({ jail, address, at, count, evidence, user }) => ({
      ...{ jail, address: address.text, at: dateOf(at), count, evidence },
      ...(user === undefined ? {} : { user }),
    })),
    offenders: offenders.map(({ jail, address, count, bannedAt, bantime }) => ({
      ...{ jail, address: address.text, count, bannedAt: dateOf(bannedAt), bantime: lengthOf(bantime) },
    })),
    outlooks: outlooks.map(({ jail, counted, missing, maxretry, bantime, spared }) => ({
      ...{ jail, counted, missing, maxretry, bantime: lengthOf(bantime) },
      ...(spared === undefined ? {} : { spared }),
    })),
    ...(zone === undefined ? {} : { zone }),
    entries: entries.map(({ cursor, at, line }) => ({
      cursor,
      ...(at === undefined ? {} : { at: dateOf(at) }),
      ...(line === undefined ? {} : { line }),
    })),
    more,
  };
}
