/**
 * The objects this process offers on the bus. Invariant: every request gets a response, also when its handler throws,
 * and however many one caller sends, only `MAX_UNDER_WAY` of its requests are worked on.
 */
import { errors, type Request, type Response } from './message.js';

/** Answers a request; it may take its time. What it throws becomes the D-Bus error Failed, without the details. */
export type Handler = (request: Request) => Promise<Response>;

const PEER = 'org.freedesktop.DBus.Peer';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';

export function failure(error: string, text: string): Response {
  return { ok: false, error, text };
}

/**
 * A request may wait for minutes, for polkit or a person. The bus limits how many connections a user may have, so
 * with this nobody can make us hold requests without end; and a caller in nobody else's way is refused nothing.
 */
const MAX_UNDER_WAY = 8;

export class Objects {
  readonly #handlers = new Map<string, Handler>();
  /** How many requests of each caller are being worked on. */
  readonly #underWay = new Map<string, number>();

  serve(path: string, handler: Handler): () => void {
    this.#handlers.set(path, handler);
    return () => {
      if (this.#handlers.get(path) === handler) this.#handlers.delete(path);
    };
  }

  async answer(request: Request): Promise<Response> {
    if (request.interface === PEER && request.member === 'Ping') return { ok: true, signature: '', body: [] };
    const handler = this.#handlers.get(request.path);
    if (handler === undefined) return this.#above(request);
    const before = this.#underWay.get(request.sender) ?? 0;
    if (before >= MAX_UNDER_WAY) return failure(errors.LIMITS_EXCEEDED, 'wait for answers before asking more');
    this.#underWay.set(request.sender, before + 1);
    try {
      return await handler(request);
    } catch {
      return failure(errors.FAILED, 'the request failed');
    } finally {
      this.#done(request.sender);
    }
  }

  #done(sender: string): void {
    const left = (this.#underWay.get(sender) ?? 1) - 1;
    if (left > 0) this.#underWay.set(sender, left);
    else this.#underWay.delete(sender);
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
