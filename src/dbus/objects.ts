/**
 * The objects this process offers on the bus. Invariant: every request gets a response, also when its handler throws,
 * and of however many one caller sends, `MAX_UNDER_WAY` at most are worked on.
 */

import { Quota } from '../async/quota.js';
import { errors, type Request, type Response } from './message.js';

/**
 * Answers a request; it may take its time. What it throws becomes the D-Bus error Failed, without the details. `sent`
 * resolves when the answer has left for the bus, or never will.
 */
export type Handler = (request: Request, sent: Promise<void>) => Promise<Response>;

const PEER = 'org.freedesktop.DBus.Peer';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';

export function failure(error: string, text: string): Response {
  return { ok: false, error, text };
}

/**
 * Requests of one connection that are worked on at a time. They may come faster than the bus tells who sent them, and
 * must not wait for that in our memory.
 */
const MAX_UNDER_WAY = 8;

export class Objects {
  readonly #handlers = new Map<string, Handler>();
  readonly #underWay = new Quota<string>(MAX_UNDER_WAY);

  serve(path: string, handler: Handler): () => void {
    this.#handlers.set(path, handler);
    return () => {
      if (this.#handlers.get(path) === handler) this.#handlers.delete(path);
    };
  }

  async answer(request: Request, sent: Promise<void>): Promise<Response> {
    if (request.interface === PEER && request.member === 'Ping') return { ok: true, signature: '', body: [] };
    const handler = this.#handlers.get(request.path);
    if (handler === undefined) return this.#above(request);
    const response = await this.#underWay.within(request.sender, () => attempt(handler, request, sent));
    return response ?? failure(errors.LIMITS_EXCEEDED, 'wait for answers before asking more');
  }

  /** Paths above an object only have children to show, which lets `busctl tree` find the object. */
  #above({ path, interface: name, member }: Request): Response {
    const prefix = path === '/' ? '/' : `${path}/`;
    const children = [...this.#handlers.keys()]
      .filter((served) => served.startsWith(prefix) && served !== prefix)
      .map((served) => served.slice(prefix.length).split('/')[0]);
    if (children.length === 0) return failure(errors.UNKNOWN_OBJECT, `there is no object ${path}`);
    if (member !== 'Introspect' || (name !== undefined && name !== INTROSPECTABLE)) {
      return failure(errors.UNKNOWN_METHOD, `${path} has no method ${member}`);
    }
    const nodes = [...new Set(children)].map((child) => `<node name="${child}"/>`).join('');
    return { ok: true, signature: 's', body: [`<node>${nodes}</node>`] };
  }
}

async function attempt(handler: Handler, request: Request, sent: Promise<void>): Promise<Response> {
  try {
    return await handler(request, sent);
  } catch {
    return failure(errors.FAILED, 'the request failed');
  }
}
