/**
 * The D-Bus interface org.f2b.Agent1 as one table: server, client and introspection are all read from it.
 * Names and signatures are a promise to other programs: they may be added to, never changed.
 */

import type { Agent } from '../agent/agent.js';
import type { Address } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';
import type { UnbanCause } from '../core/effect.js';
import type { Value } from '../dbus/message.js';
import { address, type Codec, count, flag, jsonList, list, Malformed, text, time } from './codec.js';
import {
  addresses,
  agentStatus,
  allowance,
  allowanceListOptions,
  allowOptions,
  ban,
  banOptions,
  bans,
  banView,
  carriedBans,
  carriedOver,
  explanation,
  jailName,
  jailNameOrAll,
  listOptions,
  reconciliation,
  refusedReport,
  reports,
  settings,
  unbanCause,
} from './values.js';

export const AGENT_NAME = 'org.f2b.Agent1';
export const AGENT_PATH = '/org/f2b/Agent1';
export const AGENT_INTERFACE = 'org.f2b.Agent1';

/**
 * What is in one answer of bans or allowances, at most: bans are counted with those that they stand for. With all the
 * evidence that they may have they are some MB, of the 32 that a message may have here. A portion that is full may not
 * be all: who wants the rest asks again.
 */
export const MAX_PORTION = 1_000;

/** polkit's names of what callers may do; org.f2b.Agent1.policy says who. */
export type Action = 'org.f2b.inspect' | 'org.f2b.report' | 'org.f2b.manage';

/** The arguments or results of a method, or the contents of a signal. */
export interface Arguments<T extends readonly unknown[]> {
  readonly names: readonly string[];
  readonly signatures: readonly string[];
  encode(values: T): readonly Value[];
  /** Throws Malformed. */
  decode(body: readonly Value[]): T;
}

const none: Arguments<[]> = { names: [], signatures: [], encode: () => [], decode: () => [] };

function decoded<T>(name: string, codec: Codec<T>, value: Value | undefined): T {
  try {
    return codec.decode(value);
  } catch (error) {
    throw error instanceof Malformed ? new Malformed(`${name}: ${error.message}`) : error;
  }
}

function one<A>(name: string, codec: Codec<A>): Arguments<[A]> {
  return {
    names: [name],
    signatures: [codec.signature],
    encode: ([value]) => [codec.encode(value)],
    decode: ([value]) => [decoded(name, codec, value)],
  };
}

function two<A, B>(first: Arguments<[A]>, second: Arguments<[B]>): Arguments<[A, B]> {
  return {
    names: [...first.names, ...second.names],
    signatures: [...first.signatures, ...second.signatures],
    encode: ([a, b]) => [...first.encode([a]), ...second.encode([b])],
    decode: (body) => [...first.decode(body.slice(0, 1)), ...second.decode(body.slice(1))],
  };
}

function three<A, B, C>(first: Arguments<[A]>, second: Arguments<[B]>, third: Arguments<[C]>): Arguments<[A, B, C]> {
  const head = two(first, second);
  return {
    names: [...head.names, ...third.names],
    signatures: [...head.signatures, ...third.signatures],
    encode: ([a, b, c]) => [...head.encode([a, b]), ...third.encode([c])],
    decode: (body) => [...head.decode(body.slice(0, 2)), ...third.decode(body.slice(2))],
  };
}

/** A method as both sides know it. */
export interface Method<In extends readonly unknown[], Out extends readonly unknown[]> {
  readonly name: string;
  readonly action: Action;
  readonly takes: Arguments<In>;
  readonly gives: Arguments<Out>;
}

function method<In extends readonly unknown[], Out extends readonly unknown[]>(
  name: string,
  action: Action,
  takes: Arguments<In>,
  gives: Arguments<Out>,
): Method<In, Out> {
  return { name, action, takes, gives };
}

const inspect = 'org.f2b.inspect';
/** Of f2b-fleetd: it neither overrules a person nor changes whom the agent spares. */
const report = 'org.f2b.report';
const manage = 'org.f2b.manage';

export const methods = {
  /** The agent, its jails, its firewall and what is wrong. */
  status: method('GetStatus', inspect, none, one('status', agentStatus)),
  /** Bans in the order of jail and address, a page at a time; `more` says that the list goes on after the last one. */
  bans: method('ListBans', inspect, one('options', listOptions), two(one('bans', list(banView)), one('more', flag))),
  /** The same as the text of a JSON array, which is faster for very many; `until` is null for ever. */
  bansAsJson: method(
    'ListBansAsJson',
    inspect,
    one('options', listOptions),
    two(one('bans', jsonList), one('more', flag)),
  ),
  /** The bans and failures of an address, and the journal entries behind them. */
  why: method('Why', inspect, one('address', address), one('explanation', explanation)),
  /**
   * Bans addresses and prefixes, all of them, or none when one may not be banned; answers when the firewall holds them,
   * or with the state `pending`.
   */
  ban: method('Ban', manage, two(one('addresses', addresses), one('options', banOptions)), one('bans', list(banView))),
  /** The same, answered with the text of a JSON array, which is faster for very many; `until` is null for ever. */
  banAsJson: method(
    'BanAsJson',
    manage,
    two(one('addresses', addresses), one('options', banOptions)),
    one('bans', jsonList),
  ),
  /**
   * Takes in bans of another program, each of them that may be: in force as long as they last there, or remembered when
   * they have ended. Taking the same in again changes nothing.
   */
  carryOver: method('CarryOver', manage, one('bans', carriedBans), one('result', carriedOver)),
  /**
   * Takes bans of other hosts of the fleet, 1,000 at most, into the jail `fleet`: each is banned or refused for itself.
   * Answers with those that are refused, once the firewall holds the others or is known not to.
   */
  report: method('Report', report, one('bans', reports), one('refused', list(refusedReport))),
  /**
   * Lifts the bans of an address, and of all in it when it is a prefix; in all jails when `jail` is empty. A portion of
   * them (`MAX_PORTION`): nothing is left to lift when the answer is empty.
   */
  unban: method('Unban', report, two(one('address', address), one('jail', jailNameOrAll)), one('bans', bans)),
  /** Spares an address or prefix; answers with the bans that this lifted, a portion as `unban` does. */
  allow: method('Allow', manage, two(one('address', address), one('options', allowOptions)), one('lifted', bans)),
  /** Ends the allowances of an address, and of all in it when it is a prefix; answers with those that were, a portion. */
  disallow: method('Disallow', manage, one('address', address), one('ended', list(allowance))),
  /** What is allowed now, in the order of the addresses, a page at a time as ListBans does. */
  allowances: method(
    'ListAllowances',
    inspect,
    one('options', allowanceListOptions),
    two(one('allowances', list(allowance)), one('more', flag)),
  ),
  /**
   * Gives a jail other limits, or others whom it spares, until the configuration is read again: `KEY=VALUE` each, as if in
   * its last drop-in. All of them or none.
   */
  set: method('Set', manage, two(one('jail', jailName), one('settings', settings)), none),
  /** Reads the configuration again; when it is not valid the old one stays in force. */
  reload: method('Reload', manage, none, none),
  /** Compares the firewall with the bans in force and mends it. */
  verify: method('Verify', manage, none, one('found', reconciliation)),
};

/** A signal as both sides know it; the bus's policy says who receives it. */
export interface SignalKind<Body extends readonly unknown[]> {
  readonly name: string;
  readonly carries: Arguments<Body>;
}

/** Jail and address come first, as plain strings, for match rules (`arg0`, `arg1`). */
export const signals = {
  banned: {
    name: 'Banned',
    carries: three(one('jail', text), one('address', address), one('ban', ban)),
  } satisfies SignalKind<[string, Address, Ban]>,
  unbanned: {
    name: 'Unbanned',
    carries: three(one('jail', text), one('address', address), one('cause', unbanCause)),
  } satisfies SignalKind<[string, Address, UnbanCause]>,
};

/** A read-only property, not announced when it changes. */
interface Property {
  readonly name: string;
  readonly signature: string;
  read(agent: Agent): Value;
}

function property<T>(name: string, codec: Codec<T>, get: (agent: Agent) => T): Property {
  return { name, signature: codec.signature, read: (agent) => codec.encode(get(agent)) };
}

export const properties: readonly Property[] = [
  property('Version', text, (agent) => agent.status().version),
  property('State', text, (agent) => agent.status().state),
  property('StartedAt', time, (agent) => agent.status().startedAt),
  property('Bans', count, (agent) => agent.banned),
  property('BelievedWithoutUnit', count, (agent) => agent.status().believedWithoutUnit),
  property('PassedOverWithoutUnit', count, (agent) => agent.status().passedOverWithoutUnit),
];
