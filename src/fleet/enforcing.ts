/**
 * Makes the agent's bans of the jail `fleet` equal to what the fleet's decisions say. Invariant: whatever was missed, by
 * a crash on either side, is found by the comparison that every start makes, and the agent's every return.
 */

import type { RefusedReport } from '../agent/agent.js';
import type { BanView, Explanation } from '../agent/explanation.js';
import { type Backoff, createBackoff } from '../async/backoff.js';
import { nextTurn } from '../async/next-turn.js';
import { createWorkLoop, type WorkLoop } from '../async/work-loop.js';
import type { Address } from '../core/address/address.js';
import { type Ban, FLEET_JAIL } from '../core/ban.js';
import type { Report } from '../core/report.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { asF2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Change } from './change.js';
import type { FleetDecider } from './fleet-decider.js';
import type { Tell } from './tell.js';

/** What of the agent is used. */
export interface FleetAgent {
  bans(options: { readonly jail?: string; readonly evidence: false }): Promise<readonly BanView[]>;
  report(reports: readonly Report[]): Promise<readonly RefusedReport[]>;
  unban(address: Address, jail?: string): AsyncIterable<readonly Ban[]>;
  why(address: Address): Promise<Explanation>;
}

interface Parts {
  readonly agent: FleetAgent;
  readonly decider: FleetDecider;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Stores what carrying out a decision changes. */
  readonly store: (changes: readonly Change[]) => Promise<void>;
}

/** Addresses settled in one go. */
const PORTION = 200;
/** Bytes of a call: the agent takes no longer ones than 64 KiB. Other hosts chose the names of jails in it. */
const LONGEST_CALL = 48_000;
/** Bytes of a report beside its reason, and of a character of it, at most. */
const REPORT = 200;
const CHARACTER = 3;
/** The agent is asked again after such pauses, µs. */
const PAUSES = { first: MICROS_PER_SECOND, last: 30 * MICROS_PER_SECOND };
const MINUTE = 60 * MICROS_PER_SECOND;

export class Enforcing {
  readonly #parts: Parts;
  readonly #due = new Map<string, Address>();
  readonly #refused = new Map<string, string>();
  /** Until when the agent holds which; undefined until it was asked. */
  #held: Map<string, number> | undefined;
  readonly #loop: WorkLoop;
  readonly #backoff: Backoff;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#loop = createWorkLoop(
      () => this.#run(),
      (cause) => this.#failed(cause),
    );
    this.#backoff = createBackoff(parts.clock, PAUSES, this.#loop.wake);
  }

  /** The verdict on these may be another one. */
  touch(addresses: Iterable<Address>): void {
    for (const address of addresses) this.#due.set(address.text, address);
    this.#loop.wake();
  }

  /** The agent may hold other bans than it was asked for: all are compared. */
  compare(): void {
    this.#held = undefined;
    this.#loop.wake();
  }

  /** The agent told that a ban of the fleet is over. */
  ended(address: Address): void {
    this.#held?.delete(address.text);
    this.touch([address]);
  }

  /** How many bans of the fleet the agent holds, as far as is known. */
  get held(): number {
    return this.#held?.size ?? 0;
  }

  /** Why the agent refuses a ban, in words. */
  refusalOf({ text }: Address): string | undefined {
    return this.#refused.get(text);
  }

  end(): Promise<void> {
    this.#backoff.cancel();
    return this.#loop.end();
  }

  async #run(): Promise<void> {
    this.#held ??= await this.#compared();
    await this.#release();
    while (this.#due.size > 0) {
      await this.#settle(this.#held);
      await nextTurn();
    }
    this.#backoff.reset();
  }

  #failed(cause: unknown): void {
    this.#held = undefined;
    this.#parts.tell.problem(asF2bError(cause));
    this.#backoff.later();
  }

  async #compared(): Promise<Map<string, number>> {
    const views = await this.#parts.agent.bans({ jail: FLEET_JAIL, evidence: false });
    for (const { ban } of views) this.#due.set(ban.address.text, ban.address);
    for (const address of this.#parts.decider.addresses()) this.#due.set(address.text, address);
    return new Map(views.map(({ ban }) => [ban.address.text, ban.until]));
  }

  /** Lifts what this host banned itself before an administrator let the address in. */
  async #release(): Promise<void> {
    const { agent, decider, store } = this.#parts;
    for (const { address, before } of decider.releases) {
      const { bans } = await agent.why(address);
      const own = bans.filter(({ ban }) => ban.jail !== FLEET_JAIL && ban.since <= before);
      for (const { ban } of own) for await (const _ of agent.unban(address, ban.jail));
      await store(decider.released(address));
    }
  }

  async #settle(held: Map<string, number>): Promise<void> {
    const { clock, decider, agent } = this.#parts;
    const now = clock.now();
    const reports: Report[] = [];
    for (const address of [...take(this.#due, PORTION)]) {
      const verdict = decider.verdict(address, now);
      this.#refused.delete(address.text);
      if (verdict.kind === 'ban') {
        if (isNews(verdict.report.until, held.get(address.text), now)) reports.push(verdict.report);
      } else if (held.has(address.text)) {
        for await (const _ of agent.unban(address, FLEET_JAIL));
        held.delete(address.text);
      }
    }
    for (const portion of portionsOf(reports)) await this.#report(portion, held);
  }

  async #report(reports: readonly Report[], held: Map<string, number>): Promise<void> {
    const refused = await this.#parts.agent.report(reports);
    for (const { address, until } of reports) held.set(address.text, until);
    for (const { address, refusal } of refused) {
      held.delete(address.text);
      this.#refused.set(address.text, refusal);
      this.#parts.tell.say('notice', `the fleet bans ${address.text}, and this host does not: ${refusal}`);
    }
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

/** Takes so many out. */
function* take(due: Map<string, Address>, limit: number): Iterable<Address> {
  let taken = 0;
  for (const [text, address] of due) {
    if (taken === limit) return;
    taken += 1;
    due.delete(text);
    yield address;
  }
}

/**
 * Not every host that bans an address too is worth a word to the agent: only an end that is much later, or earlier. When
 * a ban ends that others still have in force, the agent tells of its end, and is asked again.
 */
function isNews(until: number, held: number | undefined, now: number): boolean {
  if (held === undefined || held <= now) return true;
  return until > held + Math.max(MINUTE, (held - now) / 4) || until < held - MINUTE;
}
