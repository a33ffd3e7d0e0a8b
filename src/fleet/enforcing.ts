/**
 * Makes the agent's bans of the jail `fleet` equal to what the fleet's decisions say. Invariant: whatever was missed, by
 * a crash on either side, is found by the comparison that every start makes, and the agent's every return.
 */

import type { RefusedReport } from '../agent/agent.js';
import type { BanView, Explanation } from '../agent/explanation.js';
import { nextTurn } from '../async/next-turn.js';
import { type Backoff, createBackoff } from '../async/time/backoff.js';
import { createTimer, type Timer } from '../async/time/timer.js';
import { createWorkLoop, type WorkLoop } from '../async/work-loop.js';
import { type Address, parseAddress } from '../core/address/address.js';
import { type Ban, FLEET_JAIL } from '../core/ban.js';
import type { UnbanCause } from '../core/effect.js';
import { AddressQueue } from '../core/packed/address-queue.js';
import { AddressTimes } from '../core/packed/address-times.js';
import type { Report } from '../core/report.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { asF2bError } from '../errors.js';
import type { Change, Release } from './deciding/change.js';
import type { FleetDecider } from './deciding/fleet-decider.js';
import type { Verdict } from './deciding/verdict.js';
import type { StreamClock } from './stream-clock.js';
import type { Tell } from './tell.js';

/** What of the agent is used. */
export interface FleetAgent {
  banPages(options: { readonly jail?: string; readonly evidence: false }): AsyncIterable<readonly BanView[]>;
  report(reports: readonly Report[]): Promise<readonly RefusedReport[]>;
  unban(address: Address, jail?: string): AsyncIterable<readonly Ban[]>;
  why(address: Address): Promise<Explanation>;
}

interface Parts {
  readonly agent: FleetAgent;
  readonly decider: FleetDecider;
  /** Whether bans of others are made here at all; what an administrator lets in is let in all the same. */
  readonly apply: boolean;
  /** That of the servers. */
  readonly clock: StreamClock;
  readonly tell: Tell;
  /** Any 32-bit number, see AddressTable. */
  readonly seed: number;
  /** Stores what carrying out a decision changes. */
  readonly store: (changes: readonly Change[]) => Promise<void>;
}

/** Addresses settled in one go: with reasons as most are, their reports fill one call. */
const PORTION = 300;
/** Bytes of a call: the agent takes no longer ones than 64 KiB. Other hosts chose the names of jails in it. */
const LONGEST_CALL = 60_000;
/** Bytes of a report beside its reason, and of a character of it, at most. */
const REPORT = 128;
const CHARACTER = 3;
/** The agent is asked again after such pauses, µs. */
const PAUSES = { first: MICROS_PER_SECOND, last: 30 * MICROS_PER_SECOND };
const MINUTE = 60 * MICROS_PER_SECOND;
/** The agent is left alone for so many times what it took to answer, and for no longer than this, µs. */
const REST = 4;
const LONGEST_REST = MICROS_PER_SECOND / 4;

export class Enforcing {
  readonly #parts: Parts;
  readonly #due: AddressQueue;
  readonly #refused = new Map<string, string>();
  /** Until when the agent holds which, as far as is known, by the servers' clock. */
  #held: AddressTimes;
  /** The agent is to be asked what it holds. */
  #isUnsure = true;
  /** While the agent is asked: what it told to be over meanwhile. Its answer may still have that. */
  #ended: Address[] | undefined;
  readonly #loop: WorkLoop;
  readonly #backoff: Backoff;
  /** Set while the agent is left alone: its own attackers come first, and what comes meanwhile is one call. */
  readonly #rest: Timer;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#due = new AddressQueue(parts.seed);
    this.#held = new AddressTimes(parts.seed);
    this.#loop = createWorkLoop(
      () => this.#run(),
      (cause) => this.#failed(cause),
    );
    this.#backoff = createBackoff(parts.clock, PAUSES, this.#loop.wake);
    this.#rest = createTimer(parts.clock, this.#loop.wake);
  }

  /** The verdict on these may be another one. */
  touch(addresses: Iterable<Address>): void {
    for (const address of addresses) this.#due.add(address);
    this.#loop.wake();
  }

  /** The agent may hold other bans than it was asked for: all are compared. */
  compare(): void {
    this.#isUnsure = true;
    this.#loop.wake();
  }

  /**
   * The agent told that a ban of the fleet is over. What a person lifted may have been banned again since, while nobody
   * knew of that here: it counts as held, so it is lifted unless there is reason to ban it.
   */
  ended(address: Address, cause: UnbanCause): void {
    if (cause === 'manual') this.#held.set(address, 0);
    else {
      this.#held.delete(address);
      this.#ended?.push(address);
    }
    this.touch([address]);
  }

  /** What this host does about an address now. */
  verdict(address: Address): Verdict {
    const { apply, decider, clock } = this.#parts;
    return apply ? decider.verdict(address, clock.now()) : { kind: 'none', why: 'not-applied' };
  }

  /** How many bans of the fleet the agent holds, as far as is known. */
  get held(): number {
    return this.#held.size;
  }

  /** Why the agent refuses a ban, in words. */
  refusalOf({ text }: Address): string | undefined {
    return this.#refused.get(text);
  }

  async end(): Promise<void> {
    this.#backoff.cancel();
    await this.#loop.end();
    this.#rest.cancel();
  }

  async #run(): Promise<void> {
    if (this.#isUnsure) await this.#ask();
    await this.#release();
    const isWaiting = () => this.#rest.setFor !== undefined && this.#due.size < PORTION;
    while (this.#due.size > 0 && !isWaiting()) {
      const began = this.#parts.clock.elapsed();
      await this.#settle();
      this.#restAfter(this.#parts.clock.elapsed() - began);
      await nextTurn();
    }
    this.#backoff.reset();
  }

  /** `took`: what the agent had to do, µs. */
  #restAfter(took: number): void {
    if (took > 0) this.#rest.set(this.#parts.clock.now() + Math.min(REST * took, LONGEST_REST));
  }

  #failed(cause: unknown): void {
    this.#isUnsure = true;
    this.#parts.tell.problem(asF2bError(cause));
    this.#backoff.later();
  }

  /** Asks the agent what it holds; that, and all that others have banned, is looked at again. */
  async #ask(): Promise<void> {
    this.#isUnsure = false;
    const ended: Address[] = [];
    this.#ended = ended;
    const { agent, decider, seed, clock } = this.#parts;
    const held = new AddressTimes(seed);
    for await (const views of agent.banPages({ jail: FLEET_JAIL, evidence: false }))
      for (const { ban } of views) held.set(ban.address, ban.until + clock.ahead);
    for (const address of ended) held.delete(address);
    this.#ended = undefined;
    this.#held = held;
    for (const address of held.addresses()) this.#due.add(address);
    for (const address of decider.addresses()) this.#due.add(address);
    for (const text of this.#refused.keys()) if (!this.#isDue(text)) this.#refused.delete(text);
  }

  #isDue(text: string): boolean {
    const address = parseAddress(text);
    return address !== undefined && this.#due.has(address);
  }

  /** Lifts what this host banned itself before an administrator let the address in. */
  async #release(): Promise<void> {
    const { decider, store } = this.#parts;
    for (const release of decider.releases) {
      // Those of the fleet would stand in the way: the agent names no more than so many bans.
      await this.#lift(release.address);
      while (await this.#liftOwn(release));
      await store(decider.released(release.address));
    }
  }

  /** Lifts those of this host's own bans that the agent names. False: there were none. */
  async #liftOwn({ address, before }: Release): Promise<boolean> {
    const { agent, clock } = this.#parts;
    const { bans } = await agent.why(address);
    let lifted = 0;
    for (const { ban } of bans) {
      if (ban.jail === FLEET_JAIL || ban.since + clock.ahead > before) continue;
      for await (const portion of agent.unban(ban.address, ban.jail)) lifted += portion.length;
    }
    return lifted > 0;
  }

  /** Lifts the fleet's bans of an address. Others that overlap it are lifted with it: what of them is to stay is due. */
  async #lift(address: Address): Promise<void> {
    for await (const lifted of this.#parts.agent.unban(address, FLEET_JAIL))
      for (const { address: other } of lifted) {
        this.#held.delete(other);
        if (other.text !== address.text) this.#due.add(other);
      }
    this.#held.delete(address);
  }

  async #settle(): Promise<void> {
    const now = this.#parts.clock.now();
    const reports: Report[] = [];
    for (const address of this.#due.take(PORTION)) {
      const verdict = this.verdict(address);
      const held = this.#held.get(address);
      if (verdict.kind === 'none') {
        this.#refused.delete(address.text);
        if (held !== undefined) await this.#lift(address);
      } else if (isNews(verdict.report.until, held, now)) reports.push(verdict.report);
    }
    for (const portion of portionsOf(reports)) await this.#report(portion);
  }

  async #report(reports: readonly Report[]): Promise<void> {
    const { agent, clock } = this.#parts;
    // The agent goes by the clock of this host.
    const answer = await agent.report(reports.map((report) => ({ ...report, until: report.until - clock.ahead })));
    const refused = new Map(answer.map(({ address, refusal }) => [address.text, refusal]));
    for (const { address, until } of reports) {
      const refusal = refused.get(address.text);
      if (refusal === undefined) {
        this.#held.set(address, until);
        this.#refused.delete(address.text);
      } else {
        this.#held.delete(address);
        this.#refuse(address, refusal);
      }
    }
  }

  #refuse({ text }: Address, refusal: string): void {
    if (this.#refused.get(text) === refusal) return;
    this.#refused.set(text, refusal);
    this.#parts.tell.say('notice', `the fleet bans ${text}, and this host does not: ${refusal}`);
  }
}

/** As many reports in one call as it has room for. */
export function portionsOf(reports: readonly Report[]): readonly (readonly Report[])[] {
  const portions: Report[][] = [];
  let room = 0;
  for (const report of reports) {
    const size = REPORT + CHARACTER * report.reason.length;
    if (size > room) {
      portions.push([]);
      room = LONGEST_CALL;
    }
    portions.at(-1)?.push(report);
    room -= size;
  }
  return portions;
}

/**
 * Not every host that bans an address too is worth a word to the agent: only an end that is much later, or earlier. When
 * a ban ends that others still have in force, the agent tells of its end, and is asked again.
 */
function isNews(until: number, held: number | undefined, now: number): boolean {
  if (held === undefined || held <= now) return true;
  return until > held + Math.max(MINUTE, (held - now) / 4) || until < held - MINUTE;
}
