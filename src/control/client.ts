/** The agent as another process sees it: the same questions as the Agent port, over the system bus. */

import type { BanRequest } from '../agent/agent.js';
import type { AgentStatus } from '../agent/agent-status.js';
import type { BanView, Explanation } from '../agent/explanation.js';
import type { Address } from '../core/address/address.js';
import { append } from '../core/append.js';
import { type Ban, weightOf } from '../core/ban.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Bus } from '../dbus/bus.js';
import { type Answer, errors, type MethodCall } from '../dbus/message.js';
import { F2bError } from '../errors.js';
import type { Reconciliation } from '../ports/firewall.js';
import type { Allowance } from '../ports/store.js';
import { fromBusError } from './bus-errors.js';
import { Malformed } from './codec.js';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH, MAX_PORTION, type Method, methods } from './interface.js';
import type { ListOptions } from './values.js';

/** Every method throws AGENT_NOT_RUNNING, ACCESS_DENIED, AGENT_SILENT, and what the agent itself throws. */
export interface AgentClient {
  status(): Promise<AgentStatus>;
  /** Ordered by jail and address; of one jail or of all. Without `evidence` that of each ban is empty. */
  bans(options?: Pick<ListOptions, 'jail' | 'evidence'>): Promise<readonly BanView[]>;
  ban(request: BanRequest): Promise<readonly BanView[]>;
  /** Tells what was lifted in portions, as it goes on; so do `allow` and `disallow`. What was told is done. */
  unban(address: Address, jail?: string): AsyncIterable<readonly Ban[]>;
  why(address: Address): Promise<Explanation>;
  allow(allowance: Omit<Allowance, 'since'>): AsyncIterable<readonly Ban[]>;
  disallow(address: Address): AsyncIterable<readonly Allowance[]>;
  /** Ordered by address. */
  allowances(): Promise<readonly Allowance[]>;
  reload(): Promise<void>;
  verify(): Promise<Reconciliation>;
}

/** Long enough for a person to type a password and for a slow firewall to answer. µs */
const TIMEOUT = 300 * MICROS_PER_SECOND;

/** Makes it possible to ask the person at the terminal for a password, until the returned function is called. */
export type PasswordPrompt = () => Promise<() => void>;

/** Bans asked for at a time: few enough that V8 frees what they became soon, here and in the agent. */
const PAGE = 250;

/** Talks to the agent over `bus`. A call that needs a password is made again once there is a prompt for it. */
export function agentClient(bus: Pick<Bus, 'call'>, prompt?: PasswordPrompt): AgentClient {
  const send = async (message: MethodCall): Promise<Answer> => {
    const answer = await bus.call(message, TIMEOUT);
    if (answer.ok || prompt === undefined || answer.error !== errors.INTERACTIVE_AUTHORIZATION_REQUIRED) return answer;
    const close = await prompt();
    return bus.call({ ...message, interactive: true }, TIMEOUT).finally(close);
  };
  const call = async <In extends readonly unknown[], Out extends readonly unknown[]>(
    { name, takes, gives }: Method<In, Out>,
    ...values: In
  ): Promise<Out> => {
    const answer = await send({
      destination: AGENT_NAME,
      path: AGENT_PATH,
      interface: AGENT_INTERFACE,
      member: name,
      signature: takes.signatures.join(''),
      body: takes.encode(values),
    });
    if (!answer.ok) throw fromBusError(answer.error, answer.text);
    return understood(name, () => gives.decode(answer.body));
  };
  return {
    status: async () => (await call(methods.status))[0],
    bans: (options = {}) =>
      pages((last?: BanView) => {
        const after = last === undefined ? {} : { afterJail: last.ban.jail, afterAddress: last.ban.address.text };
        return call(methods.bans, { limit: PAGE, ...options, ...after });
      }),
    ban: async ({ addresses, ...options }) => (await call(methods.ban, addresses, options))[0],
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
      pages((last?: Allowance) =>
        call(methods.allowances, last === undefined ? {} : { afterAddress: last.address.text }),
      ),
    reload: async () => {
      await call(methods.reload);
    },
    verify: async () => (await call(methods.verify))[0],
  };
}

/** Asks for what follows the last one of each page; all that the pages hold. */
async function pages<T>(ask: (last?: T) => Promise<readonly [readonly T[], boolean]>): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const [page, more] = await ask(all.at(-1));
    append(all, page);
    if (!more || page.length === 0) return all;
  }
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
