/**
 * The system bus as the rest of f2b sees it: calls that always end, signals that come from whom they claim to, names
 * and objects that survive a restart of the bus.
 * Invariant: every call is answered exactly once: by its peer, by the timeout, or by the end of the connection.
 */

import { createDeferred } from '../async/deferred.js';
import { type Backoff, createBackoff } from '../async/time/backoff.js';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';
import { F2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import { socketPaths } from './address.js';
import { Connection } from './connection.js';
import { type Answer, errors, type Incoming, type MethodCall, type Response, type Signal } from './message.js';
import { failure, type Handler, Objects } from './objects.js';
import { PendingCalls } from './pending-calls.js';
import { Subscriptions } from './subscriptions.js';
import { encodeCall, encodeResponse, encodeSignal } from './wire.js';

export const BUS_NAME = 'org.freedesktop.DBus';
export const BUS_PATH = '/org/freedesktop/DBus';

/** The usual D-Bus timeout, µs. */
export const CALL_TIMEOUT = 25 * MICROS_PER_SECOND;

/** Pauses before it connects again. */
const RETRY = { first: 100 * MICROS_PER_MILLISECOND, last: 5 * MICROS_PER_SECOND };

/** DBUS_NAME_FLAG_DO_NOT_QUEUE, and the replies of RequestName that mean ownership. */
const DO_NOT_QUEUE = 4;
const PRIMARY_OWNER = 1;
const ALREADY_OWNER = 4;

export type BusState = 'connected' | 'disconnected';

export class Bus {
  readonly #address: string;
  readonly #pending: PendingCalls;
  readonly #subscriptions: Subscriptions;
  readonly #objects = new Objects();
  readonly #names = new Map<string, (owned: boolean) => void>();
  readonly #listeners = new Set<(state: BusState) => void>();
  readonly #retry: Backoff;
  /** The attempt in progress, or the next one. */
  #attempt = createDeferred();
  #connection: Connection | undefined;
  #state: BusState | 'closed' = 'disconnected';

  /**
   * Starts to connect, and keeps trying with growing pauses up to 5 s until `close`.
   * @param address a bus address (`systemBusAddress`)
   */
  constructor(address: string, clock: Clock) {
    this.#address = address;
    this.#pending = new PendingCalls(clock);
    this.#subscriptions = new Subscriptions((call) => this.call(call));
    this.#retry = createBackoff(clock, RETRY, () => this.#connect(0));
    this.#connect(0);
  }

  get state(): BusState {
    return this.#state === 'connected' ? 'connected' : 'disconnected';
  }

  /**
   * Resolves once connected; at once if it is. Rejects with BUS_UNAVAILABLE when the attempt in progress fails,
   * though the bus goes on trying.
   */
  connected(): Promise<void> {
    if (this.#state === 'connected') return Promise.resolve();
    if (this.#state === 'closed') return Promise.reject(new F2bError('BUS_UNAVAILABLE', 'closed'));
    return this.#attempt.promise;
  }

  /** Never rejects. `timeout` in µs. */
  call(call: MethodCall, timeout = CALL_TIMEOUT): Promise<Answer> {
    if (this.#state !== 'connected') {
      return Promise.resolve({ ok: false, error: errors.DISCONNECTED, text: 'there is no connection to the bus' });
    }
    return this.#send(call, timeout);
  }

  /** Broadcasts a signal; dropped while there is no connection. */
  emit(signal: Signal): void {
    void this.#connection?.send(encodeSignal(this.#pending.nextSerial(), signal));
  }

  /**
   * Calls `listener` for each such signal of the owner of the name `sender`; signals that other connections send under
   * the same interface are dropped. One match rule on the bus serves all listeners of a signal.
   * Returns the unsubscriber.
   */
  onSignal(
    signal: { readonly sender: string; readonly path: string; readonly interface: string; readonly member: string },
    listener: (body: Signal['body']) => void,
  ): () => void {
    return this.#subscriptions.onSignal(signal, listener);
  }

  /**
   * Tells who owns a bus name, undefined for nobody: as soon as it is known, and on every change. A bus that is gone
   * counts as nobody.
   * Returns the unsubscriber.
   */
  watchName(name: string, listener: (owner: string | undefined) => void): () => void {
    return this.#subscriptions.watchName(name, listener);
  }

  /**
   * Answers calls to the object `path`. Peer, and Introspect of the paths above it, are answered for it.
   * Returns the undoing.
   */
  serve(path: string, handler: Handler): () => void {
    return this.#objects.serve(path, handler);
  }

  /**
   * Owns a well-known name, again after each reconnection. `listener` hears whether it worked:
   * false when the bus refuses (policy) or another process has the name. Returns the undoing.
   */
  requestName(name: string, listener: (owned: boolean) => void): () => void {
    this.#names.set(name, listener);
    if (this.#state === 'connected') void this.#request(name, listener);
    return () => {
      this.#names.delete(name);
      void this.call(busCall('ReleaseName', 's', [name]));
    };
  }

  /** Hears each change of the connection. Returns the unsubscriber. */
  onState(listener: (state: BusState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the connection and all open calls; no listener is called afterwards. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#retry.cancel();
    this.#listeners.clear();
    this.#connection?.close();
    this.#connection = undefined;
    this.#pending.disconnected();
    this.#refuse(new Error('closed'));
  }

  #send(call: MethodCall, timeout: number): Promise<Answer> {
    const serial = this.#pending.nextSerial();
    void this.#connection?.send(encodeCall(serial, call));
    return this.#pending.add(serial, call, timeout);
  }

  /** Tries the address's sockets in turn, from the `index`-th on. */
  #connect(index: number): void {
    const paths = socketPaths(this.#address);
    const path = paths[index];
    if (path === undefined) {
      this.#ended(new Error(`no usable bus address in ${JSON.stringify(this.#address)}`));
      return;
    }
    const connection = new Connection(path, {
      onOpen: () => void this.#hello(connection),
      onMessage: (message) => this.#receive(message),
      onEnd: (reason) => {
        if (this.#state === 'disconnected' && index + 1 < paths.length) this.#connect(index + 1);
        else this.#ended(reason);
      },
    });
    this.#connection = connection;
  }

  async #hello(connection: Connection): Promise<void> {
    const answer = await this.#send(busCall('Hello'), CALL_TIMEOUT);
    if (this.#connection !== connection || this.#state !== 'disconnected') return;
    if (!answer.ok) {
      connection.close();
      return;
    }
    this.#state = 'connected';
    this.#retry.reset();
    this.#subscriptions.connected();
    for (const [name, listener] of this.#names) void this.#request(name, listener);
    this.#attempt.resolve();
    for (const listener of [...this.#listeners]) listener('connected');
  }

  #ended(reason: Error | undefined): void {
    if (this.#state === 'closed') return;
    const was = this.#state;
    this.#state = 'disconnected';
    this.#connection = undefined;
    this.#pending.disconnected();
    this.#refuse(reason ?? new Error('the bus did not accept us'));
    this.#retry.later();
    if (was !== 'connected') return;
    this.#subscriptions.disconnected();
    for (const listener of [...this.#listeners]) listener('disconnected');
  }

  #refuse(cause: Error): void {
    this.#attempt.reject(new F2bError('BUS_UNAVAILABLE', cause.message, { cause }));
    this.#attempt = createDeferred();
  }

  async #request(name: string, listener: (owned: boolean) => void): Promise<void> {
    const answer = await this.call(busCall('RequestName', 'su', [name, DO_NOT_QUEUE]));
    if (!answer.ok && answer.error === errors.DISCONNECTED) return;
    const reply = answer.ok ? answer.body[0] : undefined;
    listener(reply === PRIMARY_OWNER || reply === ALREADY_OWNER);
  }

  #receive(message: Incoming): void {
    switch (message.kind) {
      case 'answer':
        this.#pending.settle(message.replySerial, message.answer);
        return;
      case 'signal':
        this.#subscriptions.dispatch(message.sender, message.signal);
        return;
      case 'call':
        void this.#answer(message);
        return;
    }
  }

  async #answer({ serial, replyExpected, request }: Incoming & { readonly kind: 'call' }): Promise<void> {
    const connection = this.#connection;
    const sent = createDeferred();
    const response = await this.#objects.answer(request, sent.promise);
    if (replyExpected) await connection?.send(this.#encodeSafely(request.sender, serial, response));
    sent.resolve();
  }

  /** A handler's response that does not fit its signature must not end the process. */
  #encodeSafely(destination: string, replySerial: number, response: Response): Buffer {
    const serial = this.#pending.nextSerial();
    try {
      return encodeResponse(serial, destination, replySerial, response);
    } catch {
      return encodeResponse(serial, destination, replySerial, failure(errors.FAILED, 'the answer cannot be sent'));
    }
  }
}

/** A call to the bus itself. */
export function busCall(member: string, signature = '', body: MethodCall['body'] = []): MethodCall {
  return { destination: BUS_NAME, path: BUS_PATH, interface: BUS_NAME, member, signature, body };
}
