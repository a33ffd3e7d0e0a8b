/** The live screen: draws what its source of figures knows, and does what keys ask for. It ends when the person leaves. */
import { createDeferred, type Deferred } from '../../async/deferred.js';
import { every } from '../../async/time/interval.js';
import { createTimer, type Timer } from '../../async/time/timer.js';
import { createWorkLoop } from '../../async/work-loop.js';
import type { AgentClient } from '../../control/client.js';
import type { Address } from '../../core/address/address.js';
import { MICROS_PER_MILLISECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Screen } from '../../host/screen.js';
import type { Clock } from '../../ports/clock.js';
import { counted } from '../../text/counted.js';
import { explanationLines } from '../print/explanation.js';
import { type Style, uncoloured } from '../print/style.js';
import type { Now } from '../print/times.js';
import { requireStored } from '../require-stored.js';
import type { Story } from '../story.js';
import { wrap } from './clip.js';
import { pageOf, screenLines } from './draw.js';
import type { FigureSource } from './figure-source.js';
import type { Figures } from './figures.js';
import { type Listing, listingOf } from './listing.js';
import { type Action, pressed } from './pressed.js';
import { firstView, type View } from './view.js';

/** Events of a storm are drawn together, µs. */
const DRAWING = 100 * MICROS_PER_MILLISECOND;

export interface Session {
  readonly source: FigureSource;
  readonly client: AgentClient;
  readonly screen: Screen;
  readonly clock: Clock;
  readonly zone: Now['zone'];
  readonly style: Style;
  /** µs from one question to the agent to the next. */
  readonly delay: number;
  /** What was done about an address before. */
  readonly story: (explanation: Awaited<ReturnType<AgentClient['why']>>) => Promise<Story>;
}

/** Resolves when the person leaves; rejects with what is a bug. */
export async function runSession(session: Session): Promise<void> {
  const { source, screen, clock, delay } = session;
  const left = createDeferred();
  const stop = new AbortController();
  const live = new LiveScreen(session, left);
  screen.onKey((key) => live.press(key));
  screen.onResize(() => live.draw());
  const asking = createWorkLoop(async () => {
    await source.poll();
    live.draw();
  }, left.reject);
  const stopAsking = every(clock, delay, () => {
    if (!asking.isRunning) asking.wake();
  });
  source.follow(() => live.drawSoon(), stop.signal).catch(left.reject);
  live.draw();
  try {
    await left.promise;
  } finally {
    stopAsking();
    live.stop();
    stop.abort();
  }
}

class LiveScreen {
  readonly #session: Session;
  readonly #left: Deferred<void>;
  readonly #drawing: Timer;
  #view: View = firstView;
  /** The last listing, and what it was made of. */
  #listed: { readonly source: object; readonly of: string; readonly listing: Listing } | undefined;
  #isOver = false;

  constructor(session: Session, left: Deferred<void>) {
    this.#session = session;
    this.#left = left;
    this.#drawing = createTimer(session.clock, () => this.draw());
  }

  press(key: string): void {
    const { figures } = this.#session.source;
    const shown = { listing: this.#listing(figures), page: pageOf(this.#session.screen.size, figures, this.#view) };
    const { view, action } = pressed(this.#view, key, shown);
    this.#view = view;
    if (action !== undefined) this.#do(action);
    this.draw();
  }

  draw(): void {
    if (this.#isOver) return;
    const { source, screen, style } = this.#session;
    const { figures } = source;
    screen.show(screenLines(figures, this.#view, this.#listing(figures), screen.size, style, this.#now));
  }

  drawSoon(): void {
    if (this.#drawing.setFor !== undefined || this.#isOver) return;
    this.#drawing.set(this.#session.clock.now() + DRAWING);
  }

  stop(): void {
    this.#isOver = true;
    this.#drawing.cancel();
  }

  get #now(): Now {
    const { clock, zone } = this.#session;
    return { now: clock.now(), zone };
  }

  #listing(figures: Figures): Listing {
    const { list, order, isReversed, filter } = this.#view;
    const of = JSON.stringify([list, order, isReversed, filter]);
    // There may be very many bans, and seldom others.
    const source = list === 'bans' ? figures.bans : figures;
    if (this.#listed?.source !== source || this.#listed.of !== of) {
      this.#listed = { source, of, listing: listingOf(figures, this.#view) };
    }
    return this.#listed.listing;
  }

  #do(action: Action): void {
    switch (action.kind) {
      case 'quit':
        this.#left.resolve();
        return;
      case 'suspend':
        this.#session.screen.suspend();
        return;
      case 'unban':
        this.#await(`Lifting the bans of ${action.address.text} …`, this.#unban(action.address));
        return;
      case 'why':
        this.#await(`Asking about ${action.address.text} …`, this.#why(action.address));
    }
  }

  /** Says `meanwhile` until the work is done, then what came of it. */
  #await(meanwhile: string, work: Promise<Partial<View>>): void {
    this.#view = { ...this.#view, notice: meanwhile };
    work
      .catch((error: unknown) => {
        if (error instanceof F2bError) return { notice: `${error.message}; ${error.hint}` };
        throw error;
      })
      .then((change) => {
        this.#view = { ...this.#view, ...change };
        this.draw();
      })
      .catch(this.#left.reject);
  }

  async #unban(address: Address): Promise<Partial<View>> {
    const { client, source } = this.#session;
    let lifted = 0;
    for await (const portion of client.unban(address)) lifted += portion.length;
    if (lifted > 0) await requireStored(client);
    await source.poll();
    return {
      notice: lifted > 0 ? `Lifted ${counted(lifted, 'ban')} of ${address.text}.` : `${address.text} is not banned.`,
    };
  }

  async #why(address: Address): Promise<Partial<View>> {
    const { client, story, screen, style, source } = this.#session;
    const explanation = await client.why(address);
    const plain = { ...uncoloured, widthOf: style.widthOf };
    const lines = explanationLines(explanation, await story(explanation), plain, this.#now, source.figures.locate);
    const wrapped = lines.flatMap((line) => wrap(line, screen.size.columns, style.widthOf));
    return { mode: { kind: 'reading', title: `Why ${address.text}`, lines: wrapped, top: 0 }, notice: '' };
  }
}
