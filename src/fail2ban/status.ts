/** `status` and `stats` in the shape that fail2ban's client prints. */
import type { AgentStatus, JailStatus } from '../agent/agent-status.js';
import { type NamedJail, namedJails, Refusal } from './jail-names.js';
import { PickleDict, PickleTuple, type PickleValue } from './pickle-value.js';

/** Asks for the addresses that a jail has banned. */
export type BannedIn = (jail: string) => Promise<readonly string[]>;

/** `status`, and with jails `status --all FLAVOR`. */
export async function status(
  { jails }: AgentStatus,
  all?: { readonly flavor: string; readonly banned: BannedIn },
): Promise<PickleValue> {
  if (all?.flavor === 'stats') return statistics({ jails });
  const named = namedJails(jails);
  const list = named.map(({ shown }) => shown);
  const head = [new PickleTuple('Number of jail', list.length), new PickleTuple('Jail list', list.join(', '))];
  if (all === undefined) return head;
  const each: (readonly [string, PickleValue])[] = [];
  for (const one of named) each.push([one.shown, await jailStatus(one, all.flavor, all.banned)]);
  return [...head, new PickleDict(each)];
}

/** `status JAIL FLAVOR`; a flavor that is not known is the basic one, as there. */
export async function jailStatus({ jail }: NamedJail, flavor: string, banned: BannedIn): Promise<PickleValue> {
  if (flavor === 'stats') return figures(jail);
  if (flavor === 'cymru')
    throw new Refusal('f2b asks nobody about addresses, so cymru is not there: f2bctl bans has countries and networks');
  const isShort = flavor === 'short';
  const matches = jail.units.map((unit) => `_SYSTEMD_UNIT=${unit}`).join(' + ');
  return [
    new PickleTuple('Filter', [
      new PickleTuple('Currently failed', jail.failing),
      new PickleTuple('Total failed', jail.failures),
      new PickleTuple('Journal matches', [matches]),
    ]),
    new PickleTuple('Actions', [
      new PickleTuple('Currently banned', jail.banned),
      new PickleTuple('Total banned', jail.bans),
      ...(isShort ? [] : [new PickleTuple('Banned IP list', await banned(jail.name))]),
    ]),
  ];
}

/** `stats`: backend, failures and bans of each jail, now and since the start. */
export function statistics({ jails }: Pick<AgentStatus, 'jails'>): PickleValue {
  return new PickleDict(namedJails(jails).map(({ shown, jail }) => [shown, figures(jail)]));
}

function figures({ failing, failures, banned, bans }: JailStatus): PickleValue {
  return ['systemd', new PickleTuple(failing, failures), new PickleTuple(banned, bans)];
}
