/**
 * Type=denylist: a file that is kept equal to the bans. Invariants: nothing is written before the agent said which bans
 * there are, so no restart opens a door; one writing is under way at a time.
 */
import { type Pauses, pauseAfter } from '../../async/time/backoff.js';
import { createPause, type Pause } from '../../async/time/pause.js';
import { createTimer, type Timer } from '../../async/time/timer.js';
import { untilAborted } from '../../async/until-aborted.js';
import { createWorkLoop, type WorkLoop } from '../../async/work-loop.js';
import type { DenylistAction } from '../../config/actions/action-config.js';
import { type Ban, banKey } from '../../core/ban.js';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../core/time.js';
import { systemCode } from '../../errors.js';
import type { ToldEvent } from '../../events/told-event.js';
import { writeShared } from '../../host/files/shared-file.js';
import type { RunProgram } from '../../host/programs/run-bounded.js';
import type { Clock } from '../../ports/clock.js';
import { basicEnvironment, outcomeOf } from '../command.js';
import { bansUnknown, done, failed, type Outcome } from '../outcome.js';
import { denylistText, linesOf } from './formats.js';
import { replaceMap } from './haproxy-map.js';

const PAUSES: Pauses = { first: MICROS_PER_SECOND, last: 60 * MICROS_PER_SECOND };
/** So long what the agent said counts: it may tell less than happened while the journal takes nothing, µs. */
const GOOD_FOR = 900 * MICROS_PER_SECOND;

export interface DenylistParts {
  readonly action: DenylistAction;
  readonly clock: Clock;
  /** The bans in force, as the agent says; rejects while it is away. */
  readonly bans: () => Promise<readonly Ban[]>;
  readonly runProgram: RunProgram;
  /** Whether the ban belongs into the list. */
  readonly wants: (ban: Ban) => boolean;
  /** Told what became of each attempt. */
  readonly told: (outcome: Outcome) => Promise<void>;
  /** Told of what nobody foresaw. */
  readonly broken: (cause: unknown) => void;
}

export class Denylist {
  readonly #parts: DenylistParts;
  readonly #held = new Map<string, Ban>();
  readonly #ending = new AbortController();
  readonly #loop: WorkLoop;
  readonly #timer: Timer;
  #isKnown = false;
  /** When the agent was asked last, by the time that really passes, µs. */
  #askedAt = 0;
  /** How often it was asked for anew: what was answered before the last time does not count. */
  #asked = 0;
  /** What comes while the agent is being asked: its answer may be from before or after it. */
  #meanwhile: ToldEvent[] | undefined;
  /** Whoever was killed after writing has not reloaded. */
  #isReloaded = false;
  #failures = 0;
  readonly #pause: Pause;

  constructor(parts: DenylistParts) {
    this.#parts = parts;
    this.#pause = createPause(parts.clock);
    this.#loop = createWorkLoop(() => this.#round(), parts.broken);
    this.#timer = createTimer(parts.clock, this.#loop.wake);
  }

  /** Takes in what happened. */
  take(events: readonly ToldEvent[]): void {
    if (!this.#isKnown) this.#meanwhile?.push(...events);
    else if (this.#apply(events)) this.#loop.wake();
  }

  /** Asks the agent for all bans again, and writes. */
  refresh(): void {
    this.#isKnown = false;
    this.#asked += 1;
    this.#loop.wake();
  }

  async end(): Promise<void> {
    this.#ending.abort();
    this.#timer.cancel();
    await this.#loop.end();
  }

  /** True when any of them is about the list. */
  #apply(events: readonly ToldEvent[]): boolean {
    const { wants } = this.#parts;
    const changes = events.flatMap((event) =>
      (event.kind === 'ban' || event.kind === 'unban') && wants(event.ban) ? event : [],
    );
    for (const { kind, ban } of changes) {
      if (kind === 'ban') this.#held.set(banKey(ban), ban);
      else this.#held.delete(banKey(ban));
    }
    return changes.length > 0;
  }

  async #round(): Promise<void> {
    const { action, clock, told } = this.#parts;
    if (this.#ending.signal.aborted) return;
    const pauseEnd = this.#pause.end();
    if (clock.now() < pauseEnd) return this.#timer.set(pauseEnd);
    this.#timer.cancel();
    if (clock.elapsed() - this.#askedAt >= GOOD_FOR) this.#isKnown = false;
    const learned = this.#isKnown ? done : await this.#learn();
    const outcome = learned.kind === 'done' ? await this.#write() : learned;
    if (this.#ending.signal.aborted) return;
    this.#failures = outcome.kind === 'done' ? 0 : this.#failures + 1;
    this.#pause.begin(this.#failures === 0 ? action.every : pauseAfter(this.#failures, PAUSES));
    const left = Math.max(0, GOOD_FOR - (clock.elapsed() - this.#askedAt));
    this.#timer.set(this.#failures > 0 ? this.#pause.end() : clock.now() + left);
    await told(outcome);
  }

  async #learn(): Promise<Outcome> {
    const { bans, wants, clock } = this.#parts;
    const meanwhile: ToldEvent[] = [];
    const asked = this.#asked;
    this.#askedAt = clock.elapsed();
    this.#meanwhile = meanwhile;
    try {
      const present = await untilAborted(this.#ending.signal, bans());
      this.#held.clear();
      for (const ban of present) if (wants(ban)) this.#held.set(banKey(ban), ban);
      this.#apply(meanwhile);
      this.#isKnown = asked === this.#asked;
      return done;
    } catch (cause) {
      return bansUnknown(cause);
    } finally {
      this.#meanwhile = undefined;
    }
  }

  async #write(): Promise<Outcome> {
    const { path, format } = this.#parts.action;
    const addresses = [...this.#held.values()].map(({ address }) => address);
    const text = denylistText(format, addresses);
    try {
      if (await writeShared(path, text)) this.#isReloaded = false;
    } catch (cause) {
      const why = systemCode(cause) ?? String(cause);
      return failed(`${path} cannot be written (${why}); the service may write where ReadWritePaths= says`);
    }
    if (this.#isReloaded) return done;
    const outcome = await this.#tellReader(text);
    this.#isReloaded = outcome.kind === 'done';
    return outcome;
  }

  /** Whoever reads the file is to do so again. */
  async #tellReader(text: string): Promise<Outcome> {
    const { action, runProgram } = this.#parts;
    const { name, path, reload: argv, socket } = action;
    const limit = AbortSignal.timeout(Math.ceil(action.timeout / MICROS_PER_MILLISECOND));
    const signal = AbortSignal.any([this.#ending.signal, limit]);
    const outcome = socket === undefined ? done : await replaceMap({ path: socket, signal }, path, linesOf(text));
    if (outcome.kind !== 'done' || argv === undefined) return outcome;
    return outcomeOf(
      'Reload=',
      await runProgram({ argv, environment: { ...basicEnvironment, F2B_ACTION: name }, signal }),
    );
  }
}
