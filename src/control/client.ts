/** The agent as another process sees it: the same questions as the Agent port, over the system bus. */

import type { BanRequest, CarriedOverView, RefusedReport } from '../agent/agent.js';
import type { AgentStatus } from '../agent/agent-status.js';
import type { BanView, Explanation } from '../agent/explanation.js';
import type { Address } from '../core/address/address.js';
import { append } from '../core/append.js';
import { type Ban, weightOf } from '../core/ban.js';
import type { CarriedBan } from '../core/deciding/carry-over.js';
import type { Report } from '../core/report.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Bus } from '../dbus/bus.js';
import { MAX_CALL } from '../dbus/frames.js';
import { type Answer, errors, type MethodCall, type Value } from '../dbus/message.js';
import { encodeCall } from '../dbus/wire.js';
import { F2bError } from '../errors.js';
import type { Reconciliation } from '../ports/firewall.js';
import type { Allowance } from '../ports/store.js';
import { banFromJson } from './ban-json.js';
import { fromBusError } from './bus-errors.js';
import { Malformed } from './codec.js';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH, MAX_PORTION, type Method, methods } from './interface.js';
import type { ListOptions } from './values.js';

/** Which bans are asked for, and how. */
export type BansAsked = Pick<ListOptions, 'jail' | 'evidence' | 'limit'>;

/** Every method throws AGENT_NOT_RUNNING, ACCESS_DENIED, AGENT_SILENT, and what the agent itself throws. */
export interface AgentClient {
  status(): Promise<AgentStatus>;
  /**
   * Ordered by jail and address; of one jail or of all. Without `evidence` that of each ban is empty. `limit`: how many
   * are asked for with one call; all are answered.
   */
  bans(options?: BansAsked): Promise<readonly BanView[]>;
  /** The same a page at a time, for who need not hold all of them at once. */
  banPages(options?: BansAsked): AsyncIterable<readonly BanView[]>;
  ban(request: BanRequest): Promise<readonly BanView[]>;
  /** At most a thousand, in no more than the 64 KiB that the agent reads: seven hundred always fit. */
  carryOver(bans: readonly CarriedBan[]): Promise<CarriedOverView>;
  /** At most 1,000, each banned or refused for itself. */
  report(reports: readonly Report[]): Promise<readonly RefusedReport[]>;
  /** Tells what was lifted in portions, as it goes on; so do `allow` and `disallow`. What was told is done. */
  unban(address: Address, jail?: string): AsyncIterable<readonly Ban[]>;
  why(address: Address): Promise<Explanation>;
  allow(allowance: Omit<Allowance, 'since'>): AsyncIterable<readonly Ban[]>;
  disallow(address: Address): AsyncIterable<readonly Allowance[]>;
  /** Ordered by address. */
  allowances(): Promise<readonly Allowance[]>;
  /** Until the configuration is read again: `KEY=VALUE` each, 100 at most, in no more than 64 KiB. */
  set(jail: string, settings: readonly string[]): Promise<void>;
  reload(): Promise<void>;
  verify(): Promise<Reconciliation>;
}

/** Long enough for a person to type a password and for a slow firewall to answer. µs */
const TIMEOUT = 300 * MICROS_PER_SECOND;

/** A longer call the agent passes over, without a word: any user may send calls. The bus adds the sender's name. Bytes. */
const LONGEST = MAX_CALL - 256;

function tooLong(method: string): F2bError {
  const hint = 'name fewer at a time; many addresses to spare can be in a file: IgnoreIP=file:PATH in f2b.unit(5)';
  return new F2bError('ARGUMENT_INVALID', `${method}: it is longer than the 64 KiB that f2bd reads at once`, { hint });
}

/** Makes it possible to ask the person at the terminal for a password, until the returned function is called. */
export type PasswordPrompt = () => Promise<() => Promise<void>>;

/** Calls of the agent's methods. One that needs a password is made again once there is a prompt for it. */
function callsOver(bus: Pick<Bus, 'call'>, prompt: PasswordPrompt | undefined) {
  const send = async (message: MethodCall): Promise<Answer> => {
    const answer = await bus.call(message, TIMEOUT);
    if (answer.ok || prompt === undefined || answer.error !== errors.INTERACTIVE_AUTHORIZATION_REQUIRED) return answer;
    const close = await prompt();
    return bus.call({ ...message, interactive: true }, TIMEOUT).finally(close);
  };
  const ask = async <In extends readonly unknown[], Out extends readonly unknown[]>(
    { name, takes }: Method<In, Out>,
    ...values: In
  ): Promise<readonly Value[]> => {
    const message = {
      destination: AGENT_NAME,
      path: AGENT_PATH,
      interface: AGENT_INTERFACE,
      member: name,
      signature: takes.signatures.join(''),
      body: takes.encode(values),
    };
    if (encodeCall(1, message).length > LONGEST) throw tooLong(name);
    const answer = await send(message);
    if (!answer.ok) throw fromBusError(answer.error, answer.text);
    return answer.body;
  };
  const call = async <In extends readonly unknown[], Out extends readonly unknown[]>(
    method: Method<In, Out>,
    ...values: In
  ): Promise<Out> => {
    const body = await ask(method, ...values);
    return understood(method.name, () => method.gives.decode(body));
  };
  const askPage = async <In extends readonly unknown[], T>(
    method: Method<In, [readonly T[], boolean]>,
    ...values: In
  ): Promise<ListPage<T>> => {
    const body = await ask(method, ...values);
    const [list, more] = body;
    const end = [Array.isArray(list) ? list.slice(-1) : [], more ?? false];
    const [last] = understood(method.name, () => method.gives.decode(end))[0];
    const isLast = more !== true || last === undefined;
    return {
      next: isLast ? undefined : last,
      items: () => understood(method.name, () => method.gives.decode(body))[0],
    };
  };
  /** The last of the page is read at once, to ask for the next one. */
  const askBans = async (options: ListOptions): Promise<ListPage<BanView>> => {
    const [list, more] = await call(methods.bansAsJson, options);
    const read = (items: readonly unknown[]) => understood(methods.bansAsJson.name, () => items.map(banFromJson));
    const [last] = read(list.slice(-1));
    return { next: more ? last : undefined, items: () => read(list) };
  };
  return { call, askPage, askBans };
}

/** Talks to the agent over `bus`, and with `prompt` asks the person at the terminal for a password. */
export function agentClient(bus: Pick<Bus, 'call'>, prompt?: PasswordPrompt): AgentClient {
  const { call, askPage, askBans } = callsOver(bus, prompt);
  const banPages = (options: BansAsked = {}) =>
    pages((last?: BanView) => {
      const after = last === undefined ? {} : { afterJail: last.ban.jail, afterAddress: last.ban.address.text };
      return askBans({ ...options, ...after });
    });
  return {
    status: async () => (await call(methods.status))[0],
    bans: (options) => allOf(banPages(options)),
    banPages,
    async ban({ addresses, ...options }) {
      const [views] = await call(methods.banAsJson, addresses, options);
      return understood(methods.banAsJson.name, () => views.map(banFromJson));
    },
    carryOver: async (bans) => (await call(methods.carryOver, bans))[0],
    report: async (reports) => (await call(methods.report, reports))[0],
    unban: (address, jail = '') => portions(async () => (await call(methods.unban, address, jail))[0], weightOf),
    why: async (address) => (await call(methods.why, address))[0],
    allow: ({ address, ...options }) =>
      portions(async () => (await call(methods.allow, address, options))[0], weightOf),
    disallow: (address) =>
      portions(
        async () => (await call(methods.disallow, address))[0],
        () => 1,
      ),
    allowances: () =>
      allOf(
        pages((last?: Allowance) =>
          askPage(methods.allowances, last === undefined ? {} : { afterAddress: last.address.text }),
        ),
      ),
    set: async (jail, settings) => {
      await call(methods.set, jail, settings);
    },
    reload: async () => {
      await call(methods.reload);
    },
    verify: async () => (await call(methods.verify))[0],
  };
}

/** Some of a list. `next`: the list goes on after this one. */
interface ListPage<T> {
  readonly next: T | undefined;
  /** Throws AGENT_INCOMPATIBLE. */
  items(): readonly T[];
}

/** What each page holds. The next one is asked for before one is read, so that both sides work at once. */
async function* pages<T>(ask: (last?: T) => Promise<ListPage<T>>): AsyncIterable<readonly T[]> {
  let page = await ask();
  for (;;) {
    const coming = page.next === undefined ? undefined : ask(page.next);
    // Should reading fail or end, nobody waits for it.
    coming?.catch(() => {});
    yield page.items();
    if (coming === undefined) return;
    page = await coming;
  }
}

async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const page of pages) append(all, page);
  return all;
}

/** Asks again as long as portions are full. */
async function* portions<T>(
  ask: () => Promise<readonly T[]>,
  weight: (item: T) => number,
): AsyncIterable<readonly T[]> {
  for (;;) {
    const portion = await ask();
    yield portion;
    if (portion.reduce((sum, item) => sum + weight(item), 0) < MAX_PORTION) return;
  }
}

function understood<T>(name: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Malformed) throw new F2bError('AGENT_INCOMPATIBLE', `${name}: ${error.message}`);
    throw error;
  }
}
