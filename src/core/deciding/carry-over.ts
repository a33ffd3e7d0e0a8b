/**
 * Takes in bans that another program made, such as fail2ban's.
 * Invariant: to take the same in again changes nothing, and no ban in force ends earlier by it.
 */
import { type Address, isWholeRange } from '../address/address.js';
import { append } from '../append.js';
import { type Ban, MANUAL_JAIL } from '../ban.js';
import type { Effect } from '../effect.js';
import type { RefusedAddress } from '../order.js';
import { FOREVER } from '../time.js';
import { boundedBantime } from './bantime.js';
import type { DeciderState } from './decider-state.js';
import type { Jail } from './jail.js';

/** The latest ban of an address. One that has ended is remembered for the times of later ones. */
export type CarriedBan = Pick<Ban, 'jail' | 'address' | 'since' | 'until' | 'count' | 'failures'> & {
  /** Where it comes from, in words. */
  readonly reason: string;
};

/** What became of bans that were to be taken in. Each is in force (`banned`), was so already (`known`), or neither. */
export interface CarriedOver {
  readonly banned: number;
  readonly known: number;
  /** Offenders that are remembered from now on, or with more bans than before. */
  readonly remembered: number;
  readonly refused: readonly (RefusedAddress & { readonly jail: string })[];
  readonly effects: readonly Effect[];
}

interface Circumstances {
  /** µs since the epoch. */
  readonly now: number;
  readonly refusal: (carried: CarriedBan) => RefusedAddress['by'] | undefined;
  /** What the jail bans when this address offends. */
  readonly countedAs: (jail: Jail, address: Address) => Address;
}

export function carryOver(
  state: DeciderState,
  all: readonly CarriedBan[],
  { now, refusal, countedAs }: Circumstances,
): CarriedOver {
  const effects: Effect[] = [];
  const refused: CarriedOver['refused'][number][] = [];
  let [banned, known, remembered] = [0, 0, 0];
  for (const one of all) {
    const by = isWholeRange(one.address) ? 'everybody' : refusal(one);
    if (by !== undefined) {
      refused.push({ jail: one.jail, address: one.address, by });
      continue;
    }
    const jail = state.jail(one.jail);
    const carried = jail === undefined ? one : { ...one, address: countedAs(jail, one.address) };
    const history = jail === undefined ? [] : recall(jail, carried);
    remembered += history.length;
    append(effects, history);
    if (one.until <= now) continue;
    const held = hold(state, jail, carried, now);
    if (held.length > 0) banned += 1;
    else known += 1;
    append(effects, held);
  }
  return { banned, known, remembered, refused, effects };
}

/** Of an offender the memory with more bans counts. */
function recall(jail: Jail, { address, count, since: bannedAt, until }: CarriedBan): readonly Effect[] {
  if (count <= jail.offenders.countOf(address)) return [];
  const bantime = until === FOREVER ? FOREVER : Math.max(0, until - bannedAt);
  const earlier = jail.offenders.get(address)?.totalBantime ?? 0;
  const offender = { jail: jail.name, address, count, bannedAt, bantime, totalBantime: Math.max(earlier, bantime) };
  jail.recallOffender(offender);
  return [{ kind: 'offender', offender }];
}

/** Nothing when a ban in force lasts as long, or when a person made it: their word stands. */
function hold(state: DeciderState, jail: Jail | undefined, carried: CarriedBan, now: number): readonly Effect[] {
  const { jail: name, address, since, count, failures, reason } = carried;
  const until = boundedBantime(carried.until - now) === FOREVER ? FOREVER : carried.until;
  const known = inForce(state, name, address, now);
  if (known !== undefined && (known.until >= until || isByPerson(known, reason))) return [];
  const ban: Ban = {
    ...{ jail: name, address, since, until, count, failures, reason, evidence: [] },
    disposition: jail?.settings.disposition ?? 'drop',
    ports: jail?.settings.ports ?? [],
    origin: originOf(jail),
  };
  const cleared = jail?.clearFailures(address) ?? [];
  const held = state.hold(ban);
  if (known?.address.text !== address.text) return [...cleared, ...held];
  return [...cleared, { kind: 'ban', ban, replaced: known }];
}

/** The ban of the address, or of the narrowest prefix around it. */
function inForce(state: DeciderState, jail: string, address: Address, now: number): Ban | undefined {
  const around = state.roster.covering(jail, address);
  const ban = around === undefined ? undefined : state.roster.get(jail, around);
  return ban !== undefined && ban.until > now ? ban : undefined;
}

function isByPerson({ origin, reason }: Ban, ours: string): boolean {
  return origin === 'manual' && reason !== ours;
}

function originOf(jail: Jail | undefined): Ban['origin'] {
  if (jail === undefined || jail.name === MANUAL_JAIL) return 'manual';
  return jail.settings.recidive ? 'recidive' : 'jail';
}
