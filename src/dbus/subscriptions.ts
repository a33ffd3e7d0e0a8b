/**
 * Which signals are listened to, and whose. Match rules are added once each and again after a reconnection.
 * Invariant: a listener hears a signal only from the connection that owns the sender's name, as told by the bus: any
 * local user may send us signals under any path and interface.
 */
import { type Answer, errors, type MethodCall, type ReceivedSignal, type Signal, type Value } from './message.js';

const BUS = 'org.freedesktop.DBus';

type Listener = (body: Signal['body']) => void;
type OwnerListener = (owner: string | undefined) => void;

interface SignalRule {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

interface WatchedName {
  owner: string | undefined;
  /** Whether the bus has told who owns it, be it nobody. */
  isKnown: boolean;
  /** Counts what the bus told unasked; an answer that was asked for before that is older. */
  changes: number;
  readonly listeners: Set<OwnerListener>;
}

function matchRule({ sender, path, interface: name, member }: SignalRule): string {
  return `type='signal',sender='${sender}',path='${path}',interface='${name}',member='${member}'`;
}

function ownerRule(name: string): string {
  return `${matchRule({ sender: BUS, path: '/org/freedesktop/DBus', interface: BUS, member: 'NameOwnerChanged' })},arg0='${name}'`;
}

export class Subscriptions {
  readonly #call: (call: MethodCall) => Promise<Answer>;
  readonly #rules = new Map<string, number>();
  readonly #signals = new Map<string, Set<Listener>>();
  readonly #names = new Map<string, WatchedName>();
  /** Questions for owners that have no answer yet. */
  readonly #asked = new Set<Promise<void>>();

  constructor(call: (call: MethodCall) => Promise<Answer>) {
    this.#call = call;
  }

  onSignal(signal: SignalRule, listener: Listener): () => void {
    const rule = matchRule(signal);
    const listeners = this.#signals.get(rule) ?? new Set<Listener>();
    this.#signals.set(rule, listeners);
    listeners.add(listener);
    const forgetRule = this.#useRule(rule);
    const forgetName = signal.sender === BUS ? () => {} : this.watchName(signal.sender, () => {});
    return () => {
      if (!listeners.delete(listener)) return;
      if (listeners.size === 0) this.#signals.delete(rule);
      forgetRule();
      forgetName();
    };
  }

  watchName(name: string, listener: OwnerListener): () => void {
    const watched = this.#names.get(name) ?? {
      owner: undefined,
      isKnown: false,
      changes: 0,
      listeners: new Set<OwnerListener>(),
    };
    this.#names.set(name, watched);
    watched.listeners.add(listener);
    const forgetRule = this.#useRule(ownerRule(name));
    if (watched.isKnown) listener(watched.owner);
    else this.#askOwner(name, watched);
    return () => {
      if (!watched.listeners.delete(listener)) return;
      if (watched.listeners.size === 0) this.#names.delete(name);
      forgetRule();
    };
  }

  /** A new connection knows no rules and no owners. */
  connected(): void {
    for (const rule of this.#rules.keys()) void this.#bus('AddMatch', rule);
    for (const [name, watched] of this.#names) this.#askOwner(name, watched);
  }

  disconnected(): void {
    for (const watched of this.#names.values()) this.#changed(watched, undefined);
  }

  dispatch(sender: string, signal: ReceivedSignal): void {
    if (sender === BUS && signal.interface === BUS && signal.member === 'NameOwnerChanged') {
      const [name, , owner] = signal.body();
      const watched = typeof name === 'string' ? this.#names.get(name) : undefined;
      if (watched !== undefined) this.#changed(watched, ownerOf(owner));
    }
    if (sender === BUS || this.#asked.size === 0) this.#deliver(sender, signal);
    // The answer may have come with the signal, in one piece, and is taken in a moment later.
    else void Promise.all(this.#asked).then(() => this.#deliver(sender, signal));
  }

  #deliver(sender: string, signal: ReceivedSignal): void {
    for (const name of this.#namesOf(sender)) {
      const listeners = this.#signals.get(matchRule({ ...signal, sender: name }));
      if (listeners === undefined) continue;
      const body = signal.body();
      for (const listener of [...listeners]) listener(body);
    }
  }

  #namesOf(sender: string): readonly string[] {
    if (sender === BUS) return [BUS];
    return [...this.#names].filter(([, { owner }]) => owner === sender).map(([name]) => name);
  }

  #changed(watched: WatchedName, owner: string | undefined): void {
    watched.changes += 1;
    this.#setOwner(watched, owner);
  }

  #setOwner(watched: WatchedName, owner: string | undefined): void {
    if (watched.isKnown && watched.owner === owner) return;
    watched.isKnown = true;
    watched.owner = owner;
    for (const listener of [...watched.listeners]) listener(owner);
  }

  /** The match rule is sent first, so that no change is missed between the answer and the first signal. */
  #askOwner(name: string, watched: WatchedName): void {
    const asked = this.#takeOwner(name, watched).finally(() => this.#asked.delete(asked));
    this.#asked.add(asked);
  }

  async #takeOwner(name: string, watched: WatchedName): Promise<void> {
    const { changes } = watched;
    const answer = await this.#bus('GetNameOwner', name);
    if (watched.changes !== changes) return;
    if (answer.ok) this.#setOwner(watched, ownerOf(answer.body[0]));
    else if (answer.error === errors.NAME_HAS_NO_OWNER) this.#setOwner(watched, undefined);
  }

  #useRule(rule: string): () => void {
    const users = this.#rules.get(rule) ?? 0;
    this.#rules.set(rule, users + 1);
    if (users === 0) void this.#bus('AddMatch', rule);
    return () => {
      const left = (this.#rules.get(rule) ?? 1) - 1;
      this.#rules.set(rule, left);
      if (left > 0) return;
      this.#rules.delete(rule);
      void this.#bus('RemoveMatch', rule);
    };
  }

  #bus(member: string, argument: string): Promise<Answer> {
    const path = '/org/freedesktop/DBus';
    return this.#call({ destination: BUS, path, interface: BUS, member, signature: 's', body: [argument] });
  }
}

function ownerOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
