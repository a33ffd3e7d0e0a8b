/** What people and programs may ask of the running agent; the answers come from the decisions in force. */

import type { Agent, Asker, CarriedOverView, RefusedReport } from '../agent/agent.js';
import type { AgentStatus } from '../agent/agent-status.js';
import type { BanView, Explanation } from '../agent/explanation.js';
import type { JailConfig } from '../config/config.js';
import { type Address, covers, isSingle } from '../core/address/address.js';
import { type Ban, FLEET_JAIL, isJailWithoutFile, MANUAL_JAIL } from '../core/ban.js';
import type { CarriedBan } from '../core/deciding/carry-over.js';
import type { Decider } from '../core/deciding/decider.js';
import type { Effect, UnbanCause } from '../core/effect.js';
import type { RefusedAddress } from '../core/order.js';
import type { Report } from '../core/report.js';
import { F2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { FirewallView } from '../ports/firewall.js';
import type { Journal, JournalPlace, Position } from '../ports/journal.js';
import type { Allowance } from '../ports/store.js';
import { sparedBecause } from '../text/spared-because.js';
import type { Apply } from './applying/apply.js';
import type { Enforcer } from './applying/enforcer.js';
import { explain } from './explain.js';
import { first } from './first.js';
import type { JailCounters } from './jail-counters.js';
import { fleetStatus, jailStatus, manualStatus } from './jail-status.js';
import type { IneffectiveProblem } from './problems/ineffective-problem.js';
import type { Problems } from './problems/problems.js';
import type { RunningJail } from './reading/running-jail.js';
import type { Allowances } from './sparing/allowances.js';
import type { Sparing } from './sparing/sparing.js';
import type { TemporarySettings } from './temporary-settings.js';

interface Parts {
  readonly version: string;
  readonly clock: Clock;
  readonly decider: Decider;
  readonly apply: Apply;
  readonly enforcer: Enforcer;
  readonly firewall: FirewallView;
  readonly problems: Problems;
  readonly counters: JailCounters;
  readonly ineffective: Pick<IneffectiveProblem, 'of'>;
  readonly listeners: BanListeners;
  readonly allowances: Allowances;
  readonly sparing: Pick<Sparing, 'zoneOf'>;
  /** What a reload replaces. */
  readonly jails: () => readonly RunningJail[];
  readonly journal: () => Pick<Journal, 'entryAt'>;
  readonly entries: () => number;
  readonly reload: () => Promise<void>;
  readonly temporary: Pick<TemporarySettings, 'of'>;
  /** Jails that are stopped until then. */
  readonly stopped: () => readonly JailConfig[];
  readonly set: Agent['set'];
}

/** Who wants to hear of bans and unbans. */
export interface BanListeners {
  readonly ban: Set<(ban: Ban) => void>;
  readonly unban: Set<(ban: Ban, cause: UnbanCause) => void>;
}

export function createAgent(parts: Parts): Agent {
  const startedAt = parts.clock.now();
  const { clock, allowances } = parts;
  const lift = async (address: Address, jail?: string, limit?: number, by?: Asker): Promise<readonly Ban[]> => {
    requireJail(jail, parts);
    const effects = parts.apply.decide(() => parts.decider.unban(address, jail, clock.now(), limit));
    await enforced(parts.apply, effects, by);
    return effects.flatMap((effect) => (effect.kind === 'unban' ? [effect.ban] : []));
  };
  const view = (ban: Ban): BanView => ({ ban, state: parts.firewall.holds(ban) ? 'enforced' : 'pending' });
  return {
    status: () => agentStatus(parts, startedAt),
    get banned() {
      return parts.decider.banned;
    },
    bans(range, limit) {
      requireJail(range.jail, parts);
      return first(parts.decider.bansInOrder(range), limit).items.map(view);
    },
    async ban(request, by) {
      requireJail(request.jail, parts);
      if (parts.stopped().some(({ name }) => name === request.jail)) throw new F2bError('JAIL_STOPPED', request.jail);
      const answer = parts.apply.decide(() => parts.decider.ban(request, clock.now()));
      if (answer.kind === 'refused') throw refused(answer.refusals, request.addresses.length, parts.sparing);
      await enforced(parts.apply, answer.effects, by);
      return answer.bans.map(({ ban, replaced }) => ({
        ...view(ban),
        ...(replaced === undefined ? {} : { replaced }),
      }));
    },
    carryOver: (bans, by) => carryOver(bans, parts, by),
    report: (reports, by) => takeReports(reports, by, parts),
    unban: lift,
    async allow({ address, until, reason }, limit, by) {
      const granted = { address, since: clock.now(), until, ...(reason === undefined ? {} : { reason }) };
      await allowances.change((inForce) => [
        ...inForce.filter((other) => other.address.text !== address.text),
        granted,
      ]);
      return lift(address, undefined, limit, by);
    },
    async disallow(address, limit) {
      let ended: readonly Allowance[] = [];
      await allowances.change((inForce) => {
        ended = inForce.filter((allowance) => covers(address, allowance.address)).slice(0, limit);
        const dropped = new Set(ended);
        return dropped.size === 0 ? inForce : inForce.filter((allowance) => !dropped.has(allowance));
      });
      return ended;
    },
    allowances: () => allowances.inForce(),
    why: (address) => explainedBy(address, parts, view),
    set: parts.set,
    reload: parts.reload,
    verify: parts.enforcer.verify,
    onBan: (listener) => subscribe(parts.listeners.ban, listener),
    onUnban: (listener) => subscribe(parts.listeners.unban, listener),
  };
}

/** Resolves when the firewall has confirmed or refused what was decided on somebody's behalf. */
async function enforced(apply: Apply, effects: readonly Effect[], by: Asker | undefined): Promise<void> {
  const carriedOut = await apply.effects(askedBy(effects, by));
  await carriedOut.enforced;
}

/** Who has thousands hands the next ones over meanwhile, so that the firewall gets all of them in one go. */
async function carryOver(
  bans: readonly CarriedBan[],
  { apply, decider, clock, sparing }: Parts,
  by: Asker,
): Promise<CarriedOverView> {
  const { effects, ...carried } = apply.decide(() => decider.carryOver(bans, clock.now()));
  const carriedOut = await apply.effects(askedBy(effects, by));
  await carriedOut.room;
  const inWords = ({ jail, ...refusal }: (typeof carried.refused)[number]) => ({
    jail,
    address: refusal.address,
    why: refusalText(refusal, sparing),
  });
  return { ...carried, refused: carried.refused.map(inWords) };
}

async function takeReports(
  reports: readonly Report[],
  by: Asker,
  { apply, decider, clock, sparing }: Parts,
): Promise<readonly RefusedReport[]> {
  const { effects, refusals } = apply.decide(() => decider.report(reports, clock.now()));
  await enforced(apply, effects, by);
  return refusals.map((refused) => ({ address: refused.address, refusal: refusalText(refused, sparing) }));
}

function explainedBy(
  address: Address,
  { decider, journal, firewall, sparing, clock, ineffective }: Parts,
  view: (ban: Ban) => BanView,
): Explanation {
  return explain(address, {
    decider,
    journal: journal(),
    view(ban) {
      const known = ineffective.of(ban);
      const watched = known === undefined ? {} : { ineffective: known };
      return { ...view(ban), enforcedBy: firewall.enforcedBy(ban), ...watched };
    },
    zoneOf: sparing.zoneOf,
    now: clock.now(),
  });
}

/** Bans and unbans that a person caused say who that was. */
function askedBy(effects: readonly Effect[], by: Asker): readonly Effect[] {
  if (by === undefined) return effects;
  return effects.map((effect) => (effect.kind === 'ban' || effect.kind === 'unban' ? { ...effect, by } : effect));
}

/** Throws UNKNOWN_JAIL for a name that no ban can have. */
function requireJail(name: string | undefined, { jails, stopped }: Pick<Parts, 'jails' | 'stopped'>): void {
  if (name === undefined || isJailWithoutFile(name)) return;
  if ([...jails().map(({ config }) => config), ...stopped()].some((jail) => jail.name === name)) return;
  throw new F2bError('UNKNOWN_JAIL', name);
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function agentStatus(parts: Parts, startedAt: number): AgentStatus {
  const { decider, counters } = parts;
  const statusOf = (config: JailConfig, slowRegexes: readonly string[]) => {
    const { name } = config;
    const figures = { ...decider.figuresOf(name), ...counters.of(name), slowRegexes };
    return jailStatus(config, figures, parts.temporary.of(name));
  };
  const problems = parts.problems.open.map(({ code, message, hint }) => ({ code, message, hint }));
  const jails = [
    ...parts.jails().map((jail) => statusOf(jail.config, jail.matcher.slowRegexes)),
    ...parts.stopped().map((config) => statusOf(config, [])),
    manualStatus(decider.figuresOf(MANUAL_JAIL), counters.of(MANUAL_JAIL)),
    ...fleetStatus(decider.figuresOf(FLEET_JAIL), counters.of(FLEET_JAIL)),
  ];
  return {
    version: parts.version,
    startedAt,
    state: problems.length === 0 ? 'running' : 'degraded',
    entries: parts.entries(),
    position: placeOf(parts.apply.position),
    believedWithoutUnit: jails.reduce((sum, jail) => sum + jail.believedWithoutUnit, 0),
    passedOverWithoutUnit: jails.reduce((sum, jail) => sum + jail.passedOverWithoutUnit, 0),
    jails,
    firewall: parts.firewall.status(),
    problems,
  };
}

/** Of the machine's own journal; nothing when nothing of it was read. */
function placeOf(position: Position | undefined): JournalPlace | undefined {
  if (position === undefined || position.cursor === '') return undefined;
  return { cursor: position.cursor, receivedAt: position.receivedAt };
}

function refusalText({ address, by }: RefusedAddress, { zoneOf }: Parts['sparing']): string {
  switch (by) {
    case 'everybody':
      return 'it is everybody';
    case 'unknown-jail':
      return 'there is no such jail';
    case 'permanent':
      return 'a person banned it for ever, and this would end that';
    default:
      return sparedBecause(by, by === 'firewall-zone' ? zoneOf(address) : undefined);
  }
}

/** `asked`: how many addresses were to be banned together. */
function refused(refusals: readonly RefusedAddress[], asked: number, sparing: Parts['sparing']): F2bError {
  const reasons = refusals.map((refusal) => {
    const { address } = refusal;
    const who = isSingle(address) ? address.text : `${address.text}, or an address in it`;
    return `${who}: ${refusalText(refusal, sparing)}`;
  });
  const others = asked > 1 ? [`none of the ${asked} addresses was banned`] : [];
  const isPermanent = refusals.every(({ by }) => by === 'permanent');
  return new F2bError('BAN_REFUSED', [...reasons, ...others].join('; '), isPermanent ? { hint: OVER_PERMANENT } : {});
}

const OVER_PERMANENT = 'f2bctl bans shows that ban; --force puts the one that is asked for in its place';
