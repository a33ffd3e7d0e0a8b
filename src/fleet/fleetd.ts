/**
 * f2b-fleetd put together: the agent's events out, the fleet's stream in, and one connection after the other for both.
 * Invariant: what cannot be stored ends it; whatever else fails is told and tried again.
 */

import { type Pauses, pauseAfter } from '../async/time/backoff.js';
import { every } from '../async/time/interval.js';
import { sleep } from '../async/time/sleep.js';
import type { CountConfig, FleetLimits } from '../config/fleet.js';
import { type Address, overlaps } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { asF2bError, F2bError } from '../errors.js';
import type { ToldEvent } from '../events/told-event.js';
import type { Clock } from '../ports/clock.js';
import type { FleetBan, FleetOrder, FleetStatus } from '../ports/fleet-control.js';
import type { Position } from '../ports/journal.js';
import { countedMemory, FleetCount, type FleetCountParts } from './counting/fleet-count.js';
import type { Claim } from './deciding/claim.js';
import { FleetDecider } from './deciding/fleet-decider.js';
import { Enforcing, type FleetAgent } from './enforcing.js';
import { fleetBan, sparedBan } from './fleet-ban.js';
import { decided, lagAt } from './fleet-status.js';
import type { FleetLoaded, FleetStore, OwnMessage } from './fleet-store.js';
import { createInbound, type Inbound } from './inbound.js';
import { encodeContent, type ReadMessage } from './messages/message.js';
import { allowanceMessage, orderMessage } from './messages/order-message.js';
import { bansOfHost, subjectText } from './messages/subject.js';
import { isForOthers, isOfFleet, messageOfEvent, ownMessage } from './messages/told.js';
import { createOutbound, type Outbound } from './outbound.js';
import { createPresence, type OwnState, type Presence } from './presence.js';
import { createRefusalCount, type RefusalCount } from './refusal-count.js';
import { createRipening, type Ripening } from './ripening.js';
import type { Session } from './session.js';
import { createStreamClock, type StreamClock } from './stream-clock.js';
import type { Tell } from './tell.js';

export interface FleetdOptions {
  readonly host: string;
  readonly version: string;
  readonly limits: FleetLimits;
  /** Any 32-bit number that nobody can guess, see AddressTable. */
  readonly seed: number;
  readonly publish: boolean;
  readonly apply: boolean;
  /** Undefined: it counts alone. `isDeaf`: the agent is not to tell of single failures, says its configuration. */
  readonly count?: CountConfig & { readonly isDeaf: boolean };
  readonly agent: FleetAgent;
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly tell: Tell;
  /** The number of the user that this runs as: what the agent does at its request is known by it. */
  readonly user: number;
  readonly ownAddresses: () => readonly Address[];
  readonly open: () => Promise<Session>;
}

const MINUTE = 60 * MICROS_PER_SECOND;
/** What was published so long ago is published again, before the servers forget it. */
const REFRESH = 2 * 24 * 60 * MINUTE;
/** So often the agent's bans are compared with what they should be. */
const COMPARE_INTERVAL = 60 * MINUTE;
/** Between connections. */
const PAUSES: Pauses = { first: MICROS_PER_SECOND / 2, last: 15 * MICROS_PER_SECOND };

export class Fleetd {
  readonly #options: FleetdOptions;
  readonly decider: FleetDecider;
  readonly enforcing: Enforcing;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;
  readonly #refusals: RefusalCount;
  readonly #ripening: Ripening;
  /** That of the servers. */
  readonly #streamClock: StreamClock;
  readonly #count: FleetCount | undefined;
  readonly #presence: Presence;
  #session: Session | undefined;
  /** Ends the connection, or the run. */
  #fail: (cause: unknown) => void = () => {};
  /** What was read from the stream could not be stored, whenever that turns out. */
  #unstored: F2bError | undefined;

  private constructor(options: FleetdOptions, decider: FleetDecider, { place, memory }: FleetLoaded) {
    const { host, store, clock: ownClock, tell, agent, apply, seed } = options;
    const clock = createStreamClock(ownClock, host, memory.ahead);
    this.#streamClock = clock;
    this.#options = options;
    this.decider = decider;
    this.#refusals = createRefusalCount(tell);
    const remember = (changes: Parameters<Inbound['store']>[0]) => this.#inbound.store(changes);
    this.enforcing = new Enforcing({ agent, decider, apply, clock, tell, seed, store: remember });
    this.#ripening = createRipening(decider, options.limits.minAge, clock, (addresses) =>
      this.enforcing.touch(addresses),
    );
    const touched = (addresses: readonly Address[]) => {
      this.enforcing.touch(addresses);
      this.#ripening.heard();
    };
    const reset = () => {
      this.enforcing.compare();
      this.#ripening.reset();
    };
    const heard = (messages: readonly ReadMessage[]) => this.#count?.heard(messages);
    const unstored = (cause: unknown) => {
      this.#unstored = asF2bError(cause);
      void this.#session?.close();
    };
    const inbound = { decider, store, touched, heard, refusals: this.#refusals, clock, reset, failed: unstored };
    this.#inbound = createInbound(inbound, place);
    this.#outbound = createOutbound(store, ownClock);
    const failed = (cause: unknown) => this.#fail(cause);
    this.#count = countOf(options, { decider, streamClock: clock, wake: this.#outbound.wake, failed });
    this.#presence = createPresence({
      ...{ host, version: options.version, clock: ownClock, streamClock: clock, ownAddresses: options.ownAddresses },
      ...{ session: () => this.#session, state: () => this.#state, gone: () => this.#tellAgain() },
    });
  }

  /** With all that is remembered, and where in the journal to go on; undefined: nothing was told yet. */
  static async create(
    options: FleetdOptions,
  ): Promise<{ readonly fleetd: Fleetd; readonly position: Position | undefined }> {
    const { host, limits, seed, count } = options;
    const decider = new FleetDecider(host, limits, seed, count === undefined ? 0 : countedMemory(count));
    const loaded = await options.store.load();
    decider.remember(loaded.memory);
    return { fleetd: new Fleetd(options, decider, loaded), position: loaded.position };
  }

  /** Takes in what the agent told. */
  async told(events: readonly ToldEvent[], position: Position): Promise<void> {
    const { host, publish, store, user } = this.#options;
    const messages = publish ? events.map((event) => messageOfEvent(host, event)) : [];
    for (const event of events) {
      if (event.kind !== 'unban' || !isOfFleet(event.ban)) continue;
      const { address } = event.ban;
      if (event.cause === 'manual' && event.by !== undefined && event.by !== user) {
        const { changes } = this.decider.liftHere(address, this.#inbound.place.sequence);
        await this.#inbound.store(changes);
      }
      if (event.by !== user) this.enforcing.ended(address, event.cause);
    }
    // Last: what is not stored yet when it is killed is told again then.
    await store.told(
      messages.filter((message) => message !== undefined),
      position,
      this.#count?.share(events),
    );
    this.#outbound.wake();
    this.#count?.wake();
  }

  /** Publishes what the agent has banned, for a host that begins now. */
  async tellAll(position: Position): Promise<void> {
    const { agent, store, host, publish } = this.#options;
    const idOf = ({ jail, address, since }: Ban) => `${host} ${jail} ${address.text} ${since}`;
    const messages: OwnMessage[] = [];
    if (publish)
      for await (const views of agent.banPages({ evidence: false }))
        for (const { ban } of views) if (isForOthers(ban)) messages.push(ownMessage(host, 'ban', ban, idOf(ban)));
    await store.told(messages, position);
  }

  /** Stays connected until `ended` aborts. Rejects when something cannot be stored. */
  async run(ended: AbortSignal): Promise<void> {
    const { clock, tell, publish, store } = this.#options;
    if (!publish) await store.takeBack();
    const stops = [
      every(clock, MINUTE, () => this.#presence.tellWhenDue()),
      every(clock, MINUTE, () => void this.#upkeep().catch(tell.problem)),
      every(clock, COMPARE_INTERVAL, () => this.enforcing.compare()),
    ];
    const close = () => void this.#leave();
    ended.addEventListener('abort', close);
    this.enforcing.compare();
    this.#ripening.heard();
    try {
      await this.#keepConnected(ended);
    } finally {
      for (const stop of stops) stop();
      this.#ripening.end();
      ended.removeEventListener('abort', close);
      await this.#count?.end();
      await this.#outbound.end();
      await this.enforcing.end();
    }
  }

  /** Others begin to count at once what this host does not count any more. */
  async #leave(): Promise<void> {
    const session = this.#session;
    this.#count?.leave();
    if (session !== undefined && this.#count !== undefined) await this.#presence.tellNow(session).catch(() => {});
    await session?.close();
  }

  async #keepConnected(ended: AbortSignal): Promise<void> {
    const { tell, clock } = this.#options;
    let failures = 0;
    while (!ended.aborted) {
      if (this.#unstored !== undefined) throw this.#unstored;
      try {
        await this.#connected(ended, () => {
          failures = 0;
        });
      } catch (error) {
        const known = this.#unstored ?? asF2bError(error);
        if (!isOfConnection(known)) throw known;
        if (!ended.aborted) tell.problem(known);
      }
      failures += 1;
      await sleep(clock, pauseAfter(failures, PAUSES), ended);
    }
  }

  /** One connection, to its end, which rejects. */
  async #connected(ended: AbortSignal, begun: () => void): Promise<void> {
    const { open, tell, host } = this.#options;
    const session = await open();
    this.#session = session;
    try {
      if (ended.aborted || this.#unstored !== undefined) return;
      await this.#inbound.begin(session.stream);
      begun();
      const unread = session.stream.last - this.#inbound.place.sequence;
      tell.resolved(`connected to the fleet as ${host}; ${unread} messages to read`);
      let failure: unknown;
      this.#fail = (cause) => {
        failure = cause;
        void session.close();
      };
      this.#outbound.attach(session, this.#fail);
      this.#count?.attach(session);
      this.#presence.tellWhenDue();
      await session.read(this.#inbound.place.sequence, this.#inbound.take).catch((error: unknown) => {
        throw failure ?? error;
      });
    } finally {
      this.#session = undefined;
      this.#outbound.detach();
      this.#count?.detach();
      await session.close();
    }
  }

  /** What f2bctl is told. */
  async status(problem: string): Promise<FleetStatus> {
    const { host, version, store } = this.#options;
    const { decider, enforcing } = this;
    const session = { isConnected: this.#session !== undefined, problem, sequence: this.#inbound.place.sequence };
    return {
      ...{ host, version, ...session, waiting: await store.countWaiting(), held: enforcing.held },
      ...lagAt(this.#inbound.lag, this.#streamClock.now()),
      ...decided(decider, this.#streamClock.now()),
      refusals: this.#refusals.totals,
      ...(this.#count === undefined ? {} : { counting: await this.#count.status() }),
    };
  }

  /** What others have banned, of this address or of all, and what of it holds here. */
  bans(address: Address | undefined): readonly FleetBan[] {
    const { decider, enforcing } = this;
    const now = this.#streamClock.now();
    const bans = [...decider.addresses()]
      .filter((one) => (address === undefined ? isInForce(decider.claimsOn(one), now) : overlaps(address, one)))
      .map((one) => fleetBan(decider, one, enforcing.verdict(one), enforcing.refusalOf(one)));
    const allowance = address === undefined ? undefined : decider.allowanceOf(address, now);
    return bans.length > 0 || address === undefined || allowance === undefined ? bans : [sparedBan(address, allowance)];
  }

  /** Lifts here what the fleet banned until it is undone. */
  async pause(isPaused: boolean): Promise<void> {
    const { changes, touched } = this.decider.pause(isPaused);
    await this.#inbound.store(changes);
    this.enforcing.touch(touched);
  }

  /** Publishes an administrator's word. Throws USAGE, BAN_REFUSED, NOTHING_ALLOWED, FLEET_UNREACHABLE and FLEET_DENIED. */
  async order(order: FleetOrder): Promise<void> {
    const { host, clock } = this.#options;
    const at = clock.now();
    this.#requireSense(order, this.#streamClock.now());
    const { subject, data } = orderMessage(order, host, at);
    await this.#publish(subject, data, at);
  }

  /** Throws for what would change nothing. */
  #requireSense({ kind, address }: FleetOrder, now: number): void {
    const hint =
      'f2bctl fleet status lists whom administrators spare; f2bctl fleet disallow takes it as it stands there';
    const allowance = this.decider.allowanceOf(address, now);
    if (kind === 'ban' && allowance !== undefined)
      throw new F2bError('BAN_REFUSED', sparedBan(address, allowance).reason, { hint });
    if (kind === 'disallow' && !this.decider.allowances.some((one) => one.address.text === address.text))
      throw new F2bError('NOTHING_ALLOWED', address.text, { hint });
  }

  /** Takes back everywhere what a host published, and removes it from the servers. */
  async withdraw(host: string): Promise<void> {
    const at = this.#options.clock.now();
    await this.#publish(subjectText({ kind: 'withdrawal', host }), encodeContent({ kind: 'withdrawal', at }), at);
    await this.#session?.purge(bansOfHost(host));
    await this.#session?.failures.purge(host);
  }

  async #publish(subject: string, data: Uint8Array, at: number): Promise<void> {
    if (this.#session === undefined) throw new F2bError('FLEET_UNREACHABLE');
    await this.#session.publish(subject, data, `${this.#options.host} ${at}`);
  }

  get #state(): OwnState {
    const { offer, isInLine = false } = this.#count ?? {};
    const { held: applied } = this.enforcing;
    return { sequence: this.#inbound.place.sequence, applied, members: this.decider.memberCount, offer, isInLine };
  }

  async #tellAgain(): Promise<void> {
    const { store, tell } = this.#options;
    tell.say('warning', 'words of this host are gone from the servers: it tells all that is in force again');
    await store.publishAgain();
    this.#outbound.wake();
    await this.#tellAllowances(this.#streamClock.now());
  }

  async #upkeep(): Promise<void> {
    const { clock, store } = this.#options;
    this.#refusals.flush();
    const now = this.#streamClock.now();
    const { changes, touched } = this.decider.expireAllowances(now);
    const all = [...changes, ...this.decider.expire(now)];
    if (all.length > 0) await this.#inbound.store(all);
    this.enforcing.touch(touched);
    await store.publishAgain(clock.now() - REFRESH);
    this.#outbound.wake();
    this.#count?.upkeep();
    await this.#tellAllowances(now - REFRESH);
  }

  /** What was allowed from this host, and reached the servers before `before`, is told again unless there is a later word. */
  async #tellAllowances(before: number): Promise<void> {
    const { host, clock } = this.#options;
    const now = clock.now();
    for (const allowance of this.decider.allowances) {
      if (allowance.by !== host || allowance.toldAt >= before) continue;
      const { subject, data } = allowanceMessage(allowance, now);
      const publish = (replacing: number) =>
        this.#session?.publish(subject, data, `${host} ${subject} ${now} ${replacing}`, replacing);
      // Its own word may be gone from the stream: then there is none in its place.
      if ((await publish(allowance.sequence)) === undefined && allowance.sequence > 0) await publish(0);
    }
  }
}

type CountParts = Pick<FleetCountParts, 'decider' | 'streamClock' | 'wake' | 'failed'>;

function countOf(options: FleetdOptions, parts: CountParts): FleetCount | undefined {
  const { count: config, host, limits, seed, store, clock, tell } = options;
  if (config === undefined) return undefined;
  return new FleetCount({ ...parts, host, limits, seed, store, clock, tell, config, isDeaf: config.isDeaf });
}

/** False for what is only known yet because members counted it together. Who is ordered to be banned has no claims. */
function isInForce(claims: readonly Claim[], now: number): boolean {
  return claims.length === 0 || claims.some(({ until }) => until > now);
}

/** What another connection may mend. */
function isOfConnection({ code }: F2bError): boolean {
  return code === 'FLEET_UNREACHABLE' || code === 'FLEET_DENIED';
}
