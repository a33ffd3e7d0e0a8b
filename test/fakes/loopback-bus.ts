/** A bus with two ends in one process: what is called is served, and every message is marshalled both ways. */
import type { Answer, Incoming, MethodCall, Response, Signal } from '../../src/dbus/message.js';
import type { Handler } from '../../src/dbus/objects.js';
import { decode, encodeCall, encodeResponse, encodeSignal } from '../../src/dbus/wire.js';

export interface LoopbackOptions {
  /** The user behind the caller. */
  readonly uid: number;
  /** How polkit answers for an action; undefined when there is no polkit. */
  readonly polkit?: (action: unknown, interactive: boolean) => readonly [boolean, boolean];
}

const DBUS = 'org.freedesktop.DBus';
const SENDER = ':1.7';

export class LoopbackBus {
  readonly signals: Signal[] = [];
  readonly #options: LoopbackOptions;
  readonly #handlers = new Map<string, Handler>();
  readonly names = new Set<string>();
  readonly #ends = new Set<() => void>();
  #isClosed = false;

  constructor(options: LoopbackOptions) {
    this.#options = options;
  }

  serve(path: string, handler: Handler): () => void {
    this.#handlers.set(path, handler);
    return () => this.#handlers.delete(path);
  }

  requestName(name: string, listener: (owned: boolean) => void): () => void {
    listener(!this.names.has(name));
    this.names.add(name);
    return () => this.names.delete(name);
  }

  /** Hears of the end of the bus. */
  onClose(listener: () => void): void {
    this.#ends.add(listener);
  }

  /** Ends all open calls, as Bus.close does. */
  close(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end();
  }

  emit(signal: Signal): void {
    if (this.#isClosed) return;
    const arrived = decode(encodeSignal(1, signal));
    if (arrived?.kind === 'signal') this.signals.push({ ...arrived.signal, body: arrived.signal.body() });
  }

  call(call: MethodCall): Promise<Answer> {
    const gone: Answer = { ok: false, error: `${DBUS}.Error.Disconnected`, text: 'closed' };
    if (this.#isClosed) return Promise.resolve(gone);
    return Promise.race([this.#answer(call), new Promise<Answer>((resolve) => this.onClose(() => resolve(gone)))]);
  }

  async #answer(call: MethodCall): Promise<Answer> {
    if (call.destination === DBUS) return { ok: true, body: [this.#options.uid] };
    if (call.destination === 'org.freedesktop.PolicyKit1') return this.#askPolkit(call);
    const arrived = decode(encodeCall(1, call));
    if (arrived?.kind !== 'call') throw new Error('the call cannot be read');
    const handler = this.names.has(call.destination) ? this.#handlers.get(call.path) : undefined;
    const unknown = { ok: false, error: `${DBUS}.Error.ServiceUnknown`, text: 'not there' } as const;
    if (handler === undefined) return unknown;
    return answerOf(await handler({ ...arrived.request, sender: SENDER }, Promise.resolve()));
  }

  #askPolkit({ body = [] }: MethodCall): Answer {
    const answer = this.#options.polkit?.(body[1], body[3] === 1);
    if (answer === undefined) return { ok: false, error: `${DBUS}.Error.ServiceUnknown`, text: 'no polkit' };
    return { ok: true, body: [[...answer, {}]] };
  }
}

function answerOf(response: Response): Answer {
  const arrived: Incoming | undefined = decode(encodeResponse(2, SENDER, 1, response));
  if (arrived?.kind !== 'answer') throw new Error('the answer cannot be read');
  return arrived.answer;
}
