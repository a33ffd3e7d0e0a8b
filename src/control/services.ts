/** What the agent's object answers: the methods of the table, joined to the agent, and its properties. */

import type { Agent } from '../agent/agent.js';
import { FOREVER } from '../core/time.js';
import { errors, type Response, type Value } from '../dbus/message.js';
import { failure } from '../dbus/objects.js';
import { variant } from '../dbus/wire.js';
import { banToJson } from './ban-json.js';
import { type Action, AGENT_INTERFACE, MAX_PORTION, type Method, methods, properties } from './interface.js';
import { allowancePage, banJsonPage, banPage } from './pages.js';

const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** Something that can be asked for, and what that takes. */
export interface Service {
  readonly action: Action;
  /** Of the arguments; the caller sees to it that they have it. */
  readonly signature: string;
  /** `user`: the number of the caller. Throws Malformed for arguments that are not valid, F2bError for what cannot be done. */
  answer(body: readonly Value[], user: number): Promise<Response>;
}

/** The services by their names on the bus, `INTERFACE.MEMBER`. */
export function servicesOf(agent: Agent): ReadonlyMap<string, Service> {
  return new Map([
    entry(methods.status, () => [agent.status()]),
    entry(methods.bans, ([options]) => banPage(agent, options)),
    entry(methods.bansAsJson, ([options]) => banJsonPage(agent, options)),
    entry(methods.why, ([address]) => [agent.why(address)]),
    entry(methods.ban, async ([addresses, options], user) => [await agent.ban({ addresses, ...options }, user)]),
    entry(methods.banAsJson, async ([addresses, options], user): Promise<[readonly unknown[]]> => {
      const views = await agent.ban({ addresses, ...options }, user);
      return [views.map(banToJson)];
    }),
    entry(methods.carryOver, async ([bans], user) => [await agent.carryOver(bans, user)]),
    entry(methods.report, async ([reports], user) => [await agent.report(reports, user)]),
    entry(methods.unban, async ([address, jail], user) => [
      await agent.unban(address, jail === '' ? undefined : jail, MAX_PORTION, user),
    ]),
    entry(methods.allow, async ([address, { until = FOREVER, ...options }], user) => [
      await agent.allow({ address, until, ...options }, MAX_PORTION, user),
    ]),
    entry(methods.disallow, async ([address]) => [await agent.disallow(address, MAX_PORTION)]),
    entry(methods.allowances, ([options]) => allowancePage(agent, options)),
    entry(methods.set, async ([jail, settings], user) => {
      await agent.set(jail, settings, user);
      return [];
    }),
    entry(methods.reload, async () => {
      await agent.reload();
      return [];
    }),
    entry(methods.verify, async () => [await agent.verify()]),
    [`${PROPERTIES}.Get`, { action: 'org.f2b.inspect', signature: 'ss', answer: async (body) => getOne(agent, body) }],
    [
      `${PROPERTIES}.GetAll`,
      { action: 'org.f2b.inspect', signature: 's', answer: async (body) => getAll(agent, body) },
    ],
  ]);
}

function entry<In extends readonly unknown[], Out extends readonly unknown[]>(
  { name, action, takes, gives }: Method<In, Out>,
  work: (values: In, user: number) => Out | Promise<Out>,
): readonly [string, Service] {
  const service: Service = {
    action,
    signature: takes.signatures.join(''),
    answer: async (body, user) => ({
      ok: true,
      signature: gives.signatures.join(''),
      body: gives.encode(await work(takes.decode(body), user)),
    }),
  };
  return [`${AGENT_INTERFACE}.${name}`, service];
}

function getOne(agent: Agent, [of, name]: readonly Value[]): Response {
  if (!hasProperties(of)) return noInterface(of);
  const property = properties.find((candidate) => candidate.name === name);
  if (property === undefined) return failure(errors.INVALID_ARGS, `there is no property ${JSON.stringify(name)}`);
  return { ok: true, signature: 'v', body: [variant(property.signature, property.read(agent))] };
}

function getAll(agent: Agent, [of]: readonly Value[]): Response {
  if (!hasProperties(of)) return noInterface(of);
  const all = properties.map(({ name, signature, read }) => [name, variant(signature, read(agent))] as const);
  return { ok: true, signature: 'a{sv}', body: [Object.fromEntries(all)] };
}

/** An empty name means any interface: D-Bus specification, "org.freedesktop.DBus.Properties". */
function hasProperties(name: Value | undefined): boolean {
  return name === AGENT_INTERFACE || name === '';
}

function noInterface(name: Value | undefined): Response {
  return failure(errors.UNKNOWN_INTERFACE, `there are no properties of ${JSON.stringify(name)}`);
}
