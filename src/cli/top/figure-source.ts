/**
 * Keeps up with the agent: its counters and bans over the bus, its events from the journal. Invariant: the more an answer
 * costs, the less often it is asked for, and an agent or journal that is away is told and asked again.
 */

import type { AgentStatus } from '../../agent/agent-status.js';
import type { BanView } from '../../agent/explanation.js';
import { createSerialQueue } from '../../async/serial-queue.js';
import type { AgentClient } from '../../control/client.js';
import type { Ban } from '../../core/ban.js';
import type { Entry } from '../../core/entry.js';
import type { Failure } from '../../core/failure.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { GeoIp } from '../../geoip/geoip.js';
import type { Clock } from '../../ports/clock.js';
import type { JournalHistory } from '../../ports/journal.js';
import { EVERYBODY } from '../arguments/address-argument.js';
import { follow, lastBeforeFollowing, newIn, type Selection } from '../event-reader.js';
import { nowhere } from '../geoip.js';
import { Activity, busiest, EVENT_TIME, MAX_EVENTS } from './activity.js';
import { Costly } from './costly.js';
import type { Figures } from './figures.js';
import { recentEvent } from './recent-event.js';

/** For each of the busiest: enough for a list of them. */
const MOST = 1_000;

const BANS = { pause: 0, factor: 10 };
/** The agent looks each of these failures up in the journal. */
const FAILING = { pause: 10 * MICROS_PER_SECOND, factor: 50 };

export interface FigureInputs {
  readonly client: Pick<AgentClient, 'status' | 'bans' | 'why'>;
  /** Or why it cannot be read. */
  readonly journal: JournalHistory | F2bError;
  readonly clock: Clock;
  readonly geoip: GeoIp | undefined;
}

interface Bans {
  readonly all: readonly BanView[];
  /** Those that began within the time that events count, no more than these. */
  readonly newest: readonly Ban[];
}

export class FigureSource {
  readonly #client: FigureInputs['client'];
  readonly #journal: FigureInputs['journal'];
  readonly #clock: Clock;
  readonly #geoip: GeoIp | undefined;
  readonly #activity = new Activity();
  readonly #bans: Costly<Bans>;
  readonly #failing: Costly<readonly Failure[]>;
  readonly #polls = createSerialQueue();
  #status: AgentStatus;
  /** What the bans in hand were asked for at. */
  #counted = '';
  #trouble: F2bError | undefined;
  #figures: Figures | undefined;

  private constructor({ client, journal, clock, geoip }: FigureInputs, status: AgentStatus) {
    [this.#client, this.#journal, this.#clock, this.#geoip] = [client, journal, clock, geoip];
    this.#status = status;
    this.#bans = new Costly(clock, { all: [], newest: [] }, () => this.#askBans(), BANS);
    this.#failing = new Costly(clock, [], () => this.#askFailing(), FAILING);
  }

  /** Throws what the agent's status throws. */
  static async begin(inputs: FigureInputs): Promise<FigureSource> {
    const source = new FigureSource(inputs, await inputs.client.status());
    source.#readPast();
    await source.poll();
    return source;
  }

  /** Asks the agent anew, once what was asked before is answered. */
  poll(): Promise<void> {
    return this.#polls(() => this.#ask());
  }

  async #ask(): Promise<void> {
    try {
      this.#status = await this.#client.status();
      this.#activity.sample(this.#status, this.#clock.elapsed());
      const counted = countsOf(this.#status);
      if (counted !== this.#counted && (await this.#bans.refresh())) this.#counted = counted;
      await this.#failing.refresh();
      this.#trouble = undefined;
    } catch (error) {
      if (!(error instanceof F2bError)) throw error;
      this.#trouble = error;
    } finally {
      this.#figures = undefined;
    }
  }

  /** Takes in the events since. */
  readNew(): void {
    if (this.#journal instanceof F2bError) return;
    for (const entry of newIn(this.#journal, this.#selection())) this.#take(entry);
  }

  /** Takes in events as they come, until `stop` is aborted. */
  async follow(changed: () => void, stop: AbortSignal): Promise<void> {
    if (this.#journal instanceof F2bError) return;
    await follow(
      this.#journal,
      this.#selection(),
      (entry) => {
        this.#take(entry);
        changed();
      },
      stop,
    );
  }

  /** The same object until something changes. */
  get figures(): Figures {
    this.#figures ??= this.#compute();
    return this.#figures;
  }

  #compute(): Figures {
    const events = this.#activity.events(this.#clock.now());
    const { all, newest } = this.#bans.value;
    return {
      status: this.#status,
      rates: this.#activity.rates,
      trend: this.#activity.trend,
      jails: this.#activity.jails(this.#status),
      busiest: busiest({ events, failing: this.#failing.value, bans: newest }, MOST),
      events,
      bans: all,
      locate: this.#geoip?.locate ?? nowhere,
      troubles: [
        ...[this.#trouble, this.#journal].filter((one) => one instanceof F2bError),
        ...this.#status.problems,
        ...(this.#geoip?.problems ?? []),
      ].map(({ message, hint }) => `${message}; ${hint}`),
    };
  }

  #selection(): Selection {
    const since = this.#clock.now() - EVENT_TIME;
    return { addresses: undefined, jails: undefined, since, until: undefined };
  }

  #readPast(): void {
    if (this.#journal instanceof F2bError) return;
    for (const entry of lastBeforeFollowing(this.#journal, this.#selection(), MAX_EVENTS)) {
      this.#take(entry);
    }
  }

  #take(entry: Entry): void {
    this.#activity.take(recentEvent(entry));
    this.#figures = undefined;
  }

  async #askBans(): Promise<Bans> {
    const all = await this.#client.bans({ evidence: false });
    const begin = this.#clock.now() - EVENT_TIME;
    const lately = all.map(({ ban }) => ban).filter(({ since }) => since > begin);
    return { all, newest: lately.sort((one, other) => other.since - one.since).slice(0, MAX_EVENTS) };
  }

  /** The first 500 failures that the agent counts, of each family. */
  async #askFailing(): Promise<readonly Failure[]> {
    const explained = await Promise.all(EVERYBODY.map((address) => this.#client.why(address)));
    return explained.flatMap(({ failures }) => failures);
  }
}

/** Another text whenever bans may have changed. */
function countsOf({ startedAt, jails, firewall: { held, pending } }: AgentStatus): string {
  return JSON.stringify([startedAt, held, pending, jails.map(({ banned, bans }) => [banned, bans])]);
}
