/**
 * Offers the agent on the system bus.
 * Invariant: nothing is told and nothing is done before polkit, or being root, has allowed it; whoever asks much waits
 * for themselves alone.
 */

import type { Agent } from '../agent/agent.js';
import { TurnsByHolder } from '../async/turns-by-holder.js';
import type { Bus } from '../dbus/bus.js';
import { errors, type Request, type Response } from '../dbus/message.js';
import { failure } from '../dbus/objects.js';
import { Authority, type Refusal } from '../dbus/peer.js';
import { asF2bError, F2bError } from '../errors.js';
import { toBusError } from './bus-errors.js';
import { Malformed } from './codec.js';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH, type SignalKind, signals } from './interface.js';
import { introspection } from './introspection.js';
import { type Service, servicesOf } from './services.js';

const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';

/**
 * What waits to be read for one user. A page of bans takes some tenths of a second and some MB: it is put together when
 * the user's page before it has left for the bus.
 */
const MAX_READINGS = 256;

const ended = failure(errors.SERVICE_UNKNOWN, 'the agent stops');
const busy = failure(errors.LIMITS_EXCEEDED, 'too many calls of this user wait for answers');

/** What of the bus the server uses. */
export type ServerBus = Pick<Bus, 'call' | 'emit' | 'requestName' | 'serve'>;

export interface ControlOptions {
  readonly bus: ServerBus;
  readonly agent: Agent;
  /** Told CONTROL_NAME_TAKEN when the bus refuses the name, and undefined when it has given it. */
  readonly onName: (refusal: F2bError | undefined) => void;
}

/**
 * Offers `agent` as org.f2b.Agent1. Never throws. What it returns takes no more calls, and resolves when those under way
 * are answered.
 */
export function serveAgent({ bus, agent, onName }: ControlOptions): () => Promise<void> {
  const services = servicesOf(agent);
  const authority = new Authority(bus);
  const underWay = new Set<Promise<Response>>();
  const readings = new TurnsByHolder<number>(MAX_READINGS);
  let isEnding = false;
  const receive = async (request: Request, sent: Promise<void>): Promise<Response> => {
    if (isEnding) return ended;
    const perform = async (service: Service, user: number): Promise<Response> => {
      if (service.action !== 'org.f2b.inspect') return attempt(service, request, user);
      const read = async () => (isEnding ? ended : attempt(service, request, user));
      return (await readings.take(user, read, sent)) ?? busy;
    };
    const answering = answer(authority, services, request, perform);
    underWay.add(answering);
    return answering.finally(() => underWay.delete(answering));
  };
  const undo = [
    bus.serve(AGENT_PATH, receive),
    agent.onBan((ban) => emit(bus, signals.banned, [ban.jail, ban.address, ban])),
    agent.onUnban((ban, cause) => emit(bus, signals.unbanned, [ban.jail, ban.address, cause])),
    bus.requestName(AGENT_NAME, (owned) => onName(owned ? undefined : new F2bError('CONTROL_NAME_TAKEN'))),
  ];
  return async () => {
    isEnding = true;
    await Promise.allSettled(underWay);
    for (const end of undo.reverse()) end();
  };
}

function emit<Body extends readonly unknown[]>(bus: ServerBus, { name, carries }: SignalKind<Body>, body: Body): void {
  bus.emit({
    path: AGENT_PATH,
    interface: AGENT_INTERFACE,
    member: name,
    signature: carries.signatures.join(''),
    body: carries.encode(body),
  });
}

async function answer(
  authority: Authority,
  services: ReadonlyMap<string, Service>,
  request: Request,
  perform: (service: Service, user: number) => Promise<Response>,
): Promise<Response> {
  const { interface: called = AGENT_INTERFACE, member } = request;
  if (called === INTROSPECTABLE && member === 'Introspect') return { ok: true, signature: 's', body: [introspection] };
  const service = services.get(`${called}.${member}`);
  if (service === undefined) return failure(errors.UNKNOWN_METHOD, `there is no method ${called}.${member}`);
  if (request.signature !== service.signature) {
    const [wanted, got] = [service.signature, request.signature].map((signature) => JSON.stringify(signature));
    return failure(errors.INVALID_ARGS, `${member} takes ${wanted}, not ${got}`);
  }
  const authorization = await authority.authorize(request.sender, service.action, request.interactive);
  if (authorization.kind === 'granted') return perform(service, authorization.user);
  return refused(authorization.kind, service);
}

function refused(refusal: Refusal, { action }: Service): Response {
  switch (refusal) {
    case 'challenge':
      return failure(errors.INTERACTIVE_AUTHORIZATION_REQUIRED, `${action} needs a password, and nobody can be asked`);
    case 'denied':
      return failure(errors.ACCESS_DENIED, `polkit does not allow ${action}`);
    case 'unavailable':
      return failure(errors.ACCESS_DENIED, `only root may do this, as polkit cannot be asked for ${action}`);
    case 'busy':
      return failure(errors.LIMITS_EXCEEDED, 'too many calls of this user wait for polkit');
  }
}

async function attempt(service: Service, request: Request, user: number): Promise<Response> {
  try {
    return await service.answer(request.body(), user);
  } catch (error) {
    if (error instanceof Malformed) return failure(errors.INVALID_ARGS, error.message);
    return toBusError(asF2bError(error));
  }
}
