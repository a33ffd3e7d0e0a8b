/**
 * Delivers what waits in one queue of the outbox, in order. Invariants: one attempt is under way at a time; what was not
 * delivered stays in the outbox; whatever this queue's receiver does, no other queue is held up.
 */
import { type Pauses, pauseAfter } from '../async/time/backoff.js';
import { createPause, type Pause } from '../async/time/pause.js';
import { createTimer, type Timer } from '../async/time/timer.js';
import { withTimeout } from '../async/time/with-timeout.js';
import { untilAborted } from '../async/until-aborted.js';
import { createWorkLoop, type WorkLoop } from '../async/work-loop.js';
import type { ActionCommon } from '../config/actions/action-config.js';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';
import type { Delivery, Outbox } from '../outbox/outbox.js';
import type { Clock } from '../ports/clock.js';
import { counted } from '../text/counted.js';
import { formatDuration } from '../text/duration.js';
import type { Deliverer } from './deliver.js';
import { done, failed, type Outcome } from './outcome.js';
import type { EventRecord } from './record.js';
import { createStorm, type Storm } from './storm.js';

/** After failures. */
const PAUSES: Pauses = { first: MICROS_PER_SECOND, last: 300 * MICROS_PER_SECOND };
/** What is refused so often is given up. */
const REFUSALS = 5;
/** With Every=, so long after the first event others are waited for, µs. */
const GATHERING = 5 * MICROS_PER_SECOND;
/** Between two deliveries that follow one another, µs: what was held up for an hour does not come as one burst. */
const PACE = 100 * MICROS_PER_MILLISECOND;
/** So long an attempt may go on at the end, µs. */
const TIMEOUT = 5 * MICROS_PER_SECOND;

export interface QueueParts {
  readonly config: Pick<ActionCommon, 'name' | 'every' | 'batch' | 'timeout'>;
  /** Whether two deliveries keep a distance. Those of programs do not: they wait for the end of a storm. */
  readonly isPaced: boolean;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly deliverer: Deliverer;
  /** When something was delivered last, as the outbox knows it. */
  readonly lastSuccess: number | undefined;
  /** Told of the first failure after a success, of what is given up, and, with undefined, of the first success again. */
  readonly told: (reason: string | undefined) => void;
  /** Told of what keeps the outbox from being read or written. */
  readonly broken: (cause: unknown) => void;
}

export class ActionQueue {
  readonly #parts: QueueParts;
  readonly #ending = new AbortController();
  readonly #loop: WorkLoop;
  readonly #timer: Timer;
  #isEnding = false;
  #lastSuccess: number | undefined;
  readonly #pause: Pause;
  readonly #storm: Storm | undefined;
  /** When the timer was set, µs since the epoch. */
  #timedAt = 0;
  #isFailing = false;
  #isBegun = false;
  /** How often a beginning failed. */
  #beginnings = 0;
  /** The first of what waits, and since when others are waited for, µs since the epoch. */
  #gathering: { readonly id: string; since: number } | undefined;
  /** Something of what was sent together was refused, so each of so many goes alone. */
  #alone = 0;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#lastSuccess = parts.lastSuccess;
    this.#pause = createPause(parts.clock);
    this.#storm = parts.isPaced ? undefined : createStorm(parts.clock);
    this.#loop = createWorkLoop(() => this.#deliverWaiting(), parts.broken);
    this.#timer = createTimer(parts.clock, this.#loop.wake);
  }

  /** Something may wait in the outbox. */
  wake(): void {
    this.#storm?.added();
    this.#loop.wake();
  }

  /** When the next attempt is due, µs since the epoch; undefined when none is. */
  get nextAttempt(): number | undefined {
    return this.#timer.setFor;
  }

  /** Delivers at once what is not in the outbox. */
  async deliver(events: readonly EventRecord[]): Promise<Outcome> {
    const { config, deliverer } = this.#parts;
    const limit = AbortSignal.timeout(Math.ceil(config.timeout / MICROS_PER_MILLISECOND));
    const signal = AbortSignal.any([this.#ending.signal, limit]);
    try {
      return await untilAborted(signal, deliverer.deliver(events, signal));
    } catch (cause) {
      return failed(signal.aborted ? `no answer within ${formatDuration(config.timeout)}` : String(cause));
    }
  }

  /** Resolves when what is under way has ended. After a while it is broken off, and may have been delivered. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#timer.cancel();
    const ended = this.#loop.end();
    if (!(await withTimeout(this.#parts.clock, TIMEOUT, ended))) this.#ending.abort();
    await ended;
    await this.#parts.deliverer.stop();
  }

  async #deliverWaiting(): Promise<void> {
    const { config, outbox, clock } = this.#parts;
    while (!this.#isEnding && !this.#isEarly() && (await this.#hasBegun())) {
      const most = this.#alone > 0 ? 1 : config.batch;
      const read = await outbox.next(config.name, Math.max(most, this.#storm?.most ?? 0));
      if (read.length === 0) return this.#atEnd();
      const due = this.#dueAt(read);
      if (due > clock.now()) return this.#wait(due);
      this.#timer.cancel();
      const waiting = read.slice(0, most);
      const outcome = await this.deliver(waiting.map(eventOf));
      if (outcome.kind === 'done') await this.#succeeded(waiting);
      else if (this.#ending.signal.aborted) return;
      else await this.#didNot(waiting, outcome);
    }
  }

  /** Nothing waits. */
  #atEnd(): void {
    this.#storm?.over();
    this.#timer.cancel();
  }

  #wait(until: number): void {
    this.#timedAt = this.#parts.clock.now();
    this.#timer.set(until);
  }

  /**
   * What waits is in the order of its age, so nothing that was added since the timer was set is due before it: in a storm it
   * is not read each time. After a clock was set back that is not known.
   */
  #isEarly(): boolean {
    const now = this.#parts.clock.now();
    return this.#timedAt <= now && now < (this.#timer.setFor ?? 0);
  }

  /** False when it is to be tried again later. */
  async #hasBegun(): Promise<boolean> {
    const { config, outbox, clock, told } = this.#parts;
    if (this.#isBegun) return true;
    const pauseEnd = this.#pause.end();
    if (pauseEnd > clock.now()) {
      this.#wait(pauseEnd);
      return false;
    }
    const outcome = await this.#begin();
    if (this.#ending.signal.aborted) return false;
    this.#isBegun = outcome.kind !== 'failed';
    if (outcome.kind === 'done') {
      if (this.#isFailing) await this.#succeeded([]);
      return true;
    }
    this.#beginnings += 1;
    await outbox.failed(config.name, [], { at: clock.now(), error: outcome.reason });
    if (!this.#isFailing) told(outcome.reason);
    this.#isFailing = true;
    if (!this.#isBegun) this.#pause.begin(pauseAfter(this.#beginnings, PAUSES));
    return this.#hasBegun();
  }

  async #begin(): Promise<Outcome> {
    try {
      return (await this.#parts.deliverer.begin?.(this.#ending.signal)) ?? done;
    } catch (cause) {
      return failed(String(cause));
    }
  }

  #dueAt(waiting: readonly Delivery[]): number {
    const { config, clock } = this.#parts;
    const now = clock.now();
    const [first] = waiting;
    const pauseEnd = Math.max(this.#pause.end(), this.#storm?.endFor(waiting.length) ?? 0);
    if (config.every === 0 || first === undefined || this.#alone > 0) return pauseEnd;
    // Clocks are set back: nothing waits for longer than it would have.
    if (this.#lastSuccess !== undefined) this.#lastSuccess = Math.min(this.#lastSuccess, now);
    if (this.#gathering?.id !== first.id) this.#gathering = { id: first.id, since: first.at };
    this.#gathering.since = Math.min(this.#gathering.since, now);
    const next = this.#lastSuccess === undefined ? 0 : this.#lastSuccess + config.every;
    return Math.max(pauseEnd, next, this.#gathering.since + Math.min(config.every, GATHERING));
  }

  async #succeeded(waiting: readonly Delivery[]): Promise<void> {
    const { config, outbox, clock, isPaced, told } = this.#parts;
    this.#lastSuccess = clock.now();
    await outbox.done(config.name, idsOf(waiting), this.#lastSuccess);
    if (this.#isFailing) told(undefined);
    this.#isFailing = false;
    this.#alone = Math.max(0, this.#alone - 1);
    this.#pause.begin(isPaced ? PACE : 0);
  }

  async #didNot(waiting: readonly Delivery[], outcome: Exclude<Outcome, { kind: 'done' }>): Promise<void> {
    const { config, outbox, clock, told } = this.#parts;
    const at = clock.now();
    if (outcome.kind === 'refused' && waiting.length > 1) {
      // One of them is why. The others are not to suffer for it.
      this.#alone = waiting.length;
      return;
    }
    const attempts = (waiting[0]?.attempts ?? 0) + 1;
    const attempt = { at, error: outcome.reason };
    if (outcome.kind === 'refused' && (attempts >= REFUSALS || outcome.isFinal === true)) {
      await outbox.giveUp(config.name, idsOf(waiting), attempt);
      this.#pause.begin(0);
      this.#alone = Math.max(0, this.#alone - 1);
      told(`given up after ${counted(attempts, 'attempt')}: ${outcome.reason}`);
    } else {
      const pause = pauseAfter(attempts, PAUSES);
      this.#pause.begin(Math.max(pause, outcome.kind === 'failed' ? (outcome.after ?? 0) : 0));
      await outbox.failed(config.name, idsOf(waiting), attempt);
      if (!this.#isFailing) told(outcome.reason);
    }
    this.#isFailing = true;
  }
}

function idsOf(waiting: readonly Delivery[]): readonly string[] {
  return waiting.map(({ id }) => id);
}

/** The outbox holds what `recordOf` made. */
function eventOf({ body }: Delivery): EventRecord {
  const record: EventRecord = JSON.parse(body);
  return record;
}
