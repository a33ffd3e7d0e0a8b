/** Bans and unbans as fail2ban counts them: a ban is one that was not in force before, an unban one that was. */
import type { BanView } from '../agent/explanation.js';
import { BAN_PORTION } from '../control/ban-in-portions.js';
import type { AgentClient } from '../control/client.js';
import { type Address, covers, parseAddress } from '../core/address/address.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import { F2bError } from '../errors.js';
import { jailCalled, namedJails, Refusal } from './jail-names.js';
import { localTime } from './local-time.js';
import { PickleDict, PickleError, type PickleValue } from './pickle-value.js';
import { pythonRepr } from './python-text.js';

/** As many bans as one answer of the agent holds: each call of it is checked with polkit. */
const LISTED = { evidence: false, limit: 1_000 } as const;

const REASON = "by fail2ban's socket";

/** The addresses that a jail has banned, those first that end first. */
export async function bannedIn(jail: string, client: AgentClient): Promise<readonly string[]> {
  return (await bansIn(jail, client)).map(({ ban }) => ban.address.text);
}

/** The same for many jails, with one look at all bans: polkit is asked about each call. */
export function bannedInEach(client: AgentClient): (jail: string) => Promise<readonly string[]> {
  let all: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  return async (jail) => {
    all ??= bannedByJail(client);
    return (await all).get(jail) ?? [];
  };
}

async function bannedByJail(client: AgentClient): Promise<ReadonlyMap<string, readonly string[]>> {
  const banned = new Map<string, string[]>();
  for (const { ban } of byEnd(await client.bans(LISTED))) {
    const addresses = banned.get(ban.jail) ?? [];
    addresses.push(ban.address.text);
    banned.set(ban.jail, addresses);
  }
  return banned;
}

async function bansIn(jail: string, client: AgentClient): Promise<readonly BanView[]> {
  return byEnd(await client.bans({ jail, ...LISTED }));
}

function byEnd(bans: readonly BanView[]): readonly BanView[] {
  return [...bans].sort((one, other) => order(one.ban.until, other.ban.until));
}

/** Two that never end are equal. */
function order(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** `banned`: of each jail its addresses; `banned IP…`: of each address its jails. */
export async function bannedAnswer(words: readonly string[], client: AgentClient): Promise<PickleValue> {
  const named = namedJails((await client.status()).jails);
  const bans = await client.bans(LISTED);
  const of = (jail: string) => bans.filter(({ ban }) => ban.jail === jail).map(({ ban }) => ban.address);
  if (words.length === 0)
    return named.map(({ shown, jail }) => new PickleDict([[shown, of(jail.name).map(({ text }) => text)]]));
  return words.map((word) => {
    const address = parseAddress(word);
    const isHeld = (jail: string) => address !== undefined && of(jail).some((one) => covers(one, address));
    return named.filter(({ jail }) => isHeld(jail.name)).map(({ shown }) => shown);
  });
}

/** `get JAIL banned [IP…]`: all, or 1 or 0 for one address, or a list of these. */
export async function bannedOf(jail: string, words: readonly string[], client: AgentClient): Promise<PickleValue> {
  const bans = await bansIn(jail, client);
  if (words.length === 0) return bans.map(({ ban }) => ban.address.text);
  const flags = words.map((word) => {
    const address = parseAddress(word);
    return address !== undefined && bans.some(({ ban }) => covers(ban.address, address)) ? 1 : 0;
  });
  return flags.length === 1 ? (flags[0] ?? 0) : flags;
}

/** `get JAIL banip [--with-time]`: `IP \tSINCE + SECONDS = UNTIL`, in local time as there. */
export async function banList(jail: string, withTime: boolean, client: AgentClient): Promise<PickleValue> {
  const bans = await bansIn(jail, client);
  if (!withTime) return bans.map(({ ban }) => ban.address.text);
  return bans.map(({ ban: { address, since, until } }) => {
    const isForever = until === FOREVER;
    const length = isForever ? -1 : Math.round((until - since) / MICROS_PER_SECOND);
    return `${address.text} \t${localTime(since)} + ${length} = ${isForever ? '9999-12-31 23:59:59' : localTime(until)}`;
  });
}

/**
 * Bans for as long as the jail does; who is banned already stays so until then. Answers with how many were banned; throws
 * BAN_REFUSED when nobody was because they are spared.
 */
export async function ban(words: readonly string[], jail: string, client: AgentClient): Promise<PickleValue> {
  const held = (await client.bans({ jail, ...LISTED })).map(({ ban: { address } }) => address);
  const wanted = addressesIn(words).filter((address) => !held.some((one) => covers(one, address)));
  const { banned, refusal } = await banEach(wanted, jail, client);
  if (banned === 0 && refusal !== undefined) throw refusal;
  return banned;
}

interface Banned {
  readonly banned: number;
  /** Why somebody was not. */
  readonly refusal: F2bError | undefined;
}

/** The agent bans all that it is asked for or none of them: those that it refuses are found by halves. */
async function banEach(addresses: readonly Address[], jail: string, client: AgentClient): Promise<Banned> {
  if (addresses.length === 0) return { banned: 0, refusal: undefined };
  let refusal: F2bError | undefined;
  if (addresses.length <= BAN_PORTION) {
    try {
      return { banned: (await client.ban({ addresses, jail, reason: REASON })).length, refusal };
    } catch (error) {
      if (!(error instanceof F2bError) || error.code !== 'BAN_REFUSED') throw error;
      if (addresses.length === 1) return { banned: 0, refusal: error };
      refusal = error;
    }
  }
  const middle = Math.ceil(addresses.length / 2);
  const first = await banEach(addresses.slice(0, middle), jail, client);
  const second = await banEach(addresses.slice(middle), jail, client);
  return { banned: first.banned + second.banned, refusal: refusal ?? first.refusal ?? second.refusal };
}

/** Answers with how many bans were lifted; with `isAbsenceTold`, who is not banned is an error. */
export async function unban(
  words: readonly string[],
  jail: string | undefined,
  client: AgentClient,
  isAbsenceTold = false,
): Promise<PickleValue> {
  const absent: string[] = [];
  let lifted = 0;
  for (const address of addressesIn(words)) {
    const before = lifted;
    for await (const portion of client.unban(address, jail)) lifted += portion.length;
    if (lifted === before) absent.push(address.text);
  }
  if (isAbsenceTold && absent.length > 0)
    throw new Refusal(new PickleError(`not banned: ${pythonRepr(absent)}`, 'ValueError'));
  return lifted;
}

/** Lifts all bans in all jails. */
export function unbanAll(client: AgentClient): Promise<PickleValue> {
  return unban(['0.0.0.0/0', '::/0'], undefined, client);
}

function addressesIn(words: readonly string[]): readonly Address[] {
  const all = words.map((word) => {
    const address = parseAddress(word);
    if (address === undefined)
      throw new Refusal(new PickleError(`f2b bans addresses: ${word.slice(0, 100)} is none`, 'ValueError'));
    return address;
  });
  return [...new Map(all.map((address) => [address.text, address])).values()];
}

/** The jail that the agent has by that name. Throws UnknownJailException as a Refusal. */
export async function askJail(name: string, client: AgentClient) {
  return jailCalled(name, (await client.status()).jails);
}
