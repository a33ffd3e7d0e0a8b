/**
 * Counting together as f2b-fleetd does it: the failures of this host out, those of all in as far as they are its share.
 * Invariant: nothing that is wrong with it keeps bans from being told or made.
 */
import type { CountConfig, FleetLimits } from '../../config/fleet.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { F2bError } from '../../errors.js';
import type { ToldEvent } from '../../events/told-event.js';
import type { Clock } from '../../ports/clock.js';
import type { FleetCounting } from '../../ports/fleet-control.js';
import type { FleetDecider } from '../deciding/fleet-decider.js';
import type { FleetStore, OwnFailures } from '../fleet-store.js';
import type { CountOffer, ReadMessage } from '../messages/message.js';
import type { Session } from '../session.js';
import type { StreamClock } from '../stream-clock.js';
import type { Tell } from '../tell.js';
import { Counting } from './counting.js';
import { createFailuresOutbound, type FailuresOutbound } from './failures-outbound.js';
import { PARTITIONS } from './partition.js';
import { countRefusals } from './partition-count.js';
import { failureMessages, sharedJails } from './shared.js';

export interface FleetCountParts {
  readonly host: string;
  readonly config: CountConfig;
  readonly limits: FleetLimits;
  readonly seed: number;
  /** The agent’s configuration says that it does not tell of single failures. */
  readonly isDeaf: boolean;
  readonly decider: FleetDecider;
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly streamClock: StreamClock;
  readonly tell: Tell;
  /** There are bans to publish. */
  readonly wake: () => void;
  /** Something cannot be stored. */
  readonly failed: (cause: unknown) => void;
}

/** So long after its end a ban that was counted is known: whoever takes over looks back so far. µs */
export function countedMemory({ findtime }: CountConfig): number {
  return 3 * findtime + 30 * 60 * MICROS_PER_SECOND;
}

/** What failed has been tried again within it, µs. */
const TRIED_AGAIN = 2 * 60 * MICROS_PER_SECOND;

export const DEAF = 'failures of this host are not counted together: its agent does not tell of single ones';
export const DEAF_HINT = 'write LogFailures=yes in [Agent] of f2bd.conf, then run: systemctl reload f2bd';

export class FleetCount {
  readonly #parts: FleetCountParts;
  readonly #counting: Counting;
  readonly #outbound: FailuresOutbound;
  readonly #isShared: (jail: string) => boolean;
  readonly #refusals = new Map<string, number>(countRefusals.map((why) => [why, 0]));
  #isDeaf: boolean;
  #said: string | undefined;
  #trouble: { readonly error: F2bError; readonly at: number } | undefined;

  constructor(parts: FleetCountParts) {
    const { host, config, limits, seed, decider, store, clock, streamClock, failed, wake } = parts;
    const { maxretry, findtime, bantime } = config;
    this.#parts = parts;
    this.#isDeaf = parts.isDeaf;
    this.#isShared = sharedJails(config.jails);
    const troubled = (error: F2bError) => this.#troubled(error);
    this.#counting = new Counting({
      ...{ host, seed, decider, clock: streamClock, troubled, failed },
      // What one host saw alone its own agent decides.
      rules: { maxretry, findtime, bantime, reporters: Math.max(2, limits.minReporters) },
      found: async (messages) => {
        await store.counted(messages);
        wake();
      },
      refused: ({ why }) => this.#refusals.set(why, (this.#refusals.get(why) ?? 0) + 1),
    });
    this.#outbound = createFailuresOutbound({ store, clock, host, troubled, failed });
  }

  get offer(): CountOffer | undefined {
    return this.#counting.offer;
  }

  /** Others rely on it. */
  get isInLine(): boolean {
    return this.#counting.isInLine;
  }

  /** What of these events others are to be told of. */
  share(events: readonly ToldEvent[]): readonly OwnFailures[] {
    for (const event of events) {
      if (event.kind !== 'failure' && event.kind !== 'failures') continue;
      if (this.#isShared(event.jail ?? '')) this.#isDeaf = event.kind === 'failures';
    }
    this.#say();
    const { config, streamClock } = this.#parts;
    const { findtime } = config;
    return failureMessages(events, { isShared: this.#isShared, ahead: streamClock.ahead, findtime });
  }

  /** There is something to share. */
  wake(): void {
    this.#outbound.wake();
  }

  attach({ failures }: Session): void {
    this.#trouble = undefined;
    this.#counting.attach(failures);
    this.#outbound.attach(failures);
  }

  detach(): void {
    this.#counting.detach();
    this.#outbound.detach();
  }

  heard(messages: readonly ReadMessage[]): void {
    this.#counting.heard(messages, messages.at(-1)?.pending === 0);
  }

  /** To be called every minute. */
  upkeep(): void {
    this.#counting.assign();
    this.#outbound.wake();
    if ((this.#trouble?.at ?? 0) < this.#parts.clock.now() - TRIED_AGAIN) this.#trouble = undefined;
    this.#say();
  }

  /** Others are to count in its place from now on. */
  leave(): void {
    this.#counting.leave();
  }

  async end(): Promise<void> {
    await this.#counting.end();
    await this.#outbound.end();
  }

  async status(): Promise<FleetCounting> {
    const { partitions, held, behind, bans } = this.#counting.figures;
    return {
      ...{ partitions, of: PARTITIONS, held, behind, bans, problems: this.#problems },
      waiting: await this.#parts.store.countWaitingFailures(),
      counters: [...this.#counting.shares].map(([host, count]) => ({ host, partitions: count })),
      refusals: Object.fromEntries(this.#refusals),
    };
  }

  get #problems(): readonly string[] {
    const { error } = this.#trouble ?? {};
    const problems = [
      this.#isDeaf ? `${DEAF}; ${DEAF_HINT}` : undefined,
      this.#counting.problem,
      error === undefined ? undefined : `${error.message}: ${error.hint}`,
    ];
    return problems.filter((problem) => problem !== undefined);
  }

  #troubled(error: F2bError): void {
    this.#trouble = { error, at: this.#parts.clock.now() };
    this.#say();
  }

  /** Each thing that is wrong once, until something else is. */
  #say(): void {
    const problems = this.#problems.join('\n');
    if (problems === (this.#said ?? '')) return;
    this.#said = problems;
    if (problems !== '') this.#parts.tell.say('warning', `counting together: ${problems}`);
    else this.#parts.tell.say('notice', 'counting together: nothing is wrong any more');
  }
}
