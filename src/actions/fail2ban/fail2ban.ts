/**
 * Type=fail2ban: an action file of fail2ban's, at work for each jail that names it. Invariants: an address is banned once
 * as long as it is held; whom the agent held before this service began is banned again, as fail2ban restores its bans;
 * at the end all of it is taken back.
 */
import { createSerialQueue } from '../../async/serial-queue.js';
import type { Fail2banAction } from '../../config/actions/action-config.js';
import { propertiesOf } from '../../config/actions/fail2ban/properties.js';
import type { Tags } from '../../config/actions/fail2ban/substitute-tags.js';
import type { Naming } from '../../config/actions/load-actions.js';
import { isJailName } from '../../core/names.js';
import { FOREVER, MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../core/time.js';
import type { ToldEvent } from '../../events/told-event.js';
import type { Clock } from '../../ports/clock.js';
import type { Deliverer } from '../deliver.js';
import { bansUnknown, done, type Outcome, refused } from '../outcome.js';
import { type EventRecord, recordOf } from '../record.js';
import { jailsNaming } from '../selection.js';
import { type RunShell, ShellAction, type Ticket } from './shell-action.js';
import type { ShellCommand } from './shell-command.js';
import { nobody, type TicketWorld, ticketOf } from './ticket.js';

/** How long all of the end may take, ms: systemd gives a service 90 s. */
const STOPPING = 60_000;
/** The jail of an example, when none names the action. */
const EXAMPLE_JAIL = 'test';

export interface Fail2banParts extends TicketWorld {
  readonly clock: Clock;
  readonly naming: Naming;
  /** The bans in force that the action is told of, as events; rejects while the agent is away. */
  readonly held: () => Promise<readonly ToldEvent[]>;
  readonly hostTags: () => Promise<Tags>;
  readonly runShell: (key: string, command: ShellCommand, signal: AbortSignal) => Promise<Outcome>;
}

/** What is done for a jail. */
interface Jail {
  readonly action: ShellAction;
  isStarted: boolean;
  /** By their addresses. */
  readonly held: Map<string, Held>;
  bannedTotal: number;
}

interface Held {
  readonly ticket: Ticket;
  /** As in the event; undefined when no command took it. */
  readonly since: string | undefined;
}

export class Fail2banDeliverer implements Deliverer {
  readonly #action: Fail2banAction;
  readonly #parts: Fail2banParts;
  readonly #jails = new Map<string, Jail>();
  readonly #beganAt: number;
  /** An example would cross what is under way. */
  readonly #inTurn = createSerialQueue();
  #hostTags: Tags = new Map();

  constructor(action: Fail2banAction, parts: Fail2banParts) {
    this.#action = action;
    this.#parts = parts;
    this.#beganAt = parts.clock.now();
  }

  begin(signal: AbortSignal): Promise<Outcome> {
    return this.#inTurn(() => this.#begin(signal));
  }

  deliver([event]: readonly EventRecord[], signal: AbortSignal): Promise<Outcome> {
    return this.#inTurn(() => this.#deliver(event, signal));
  }

  /** Starts what does not start on demand, and bans whom the agent held before. */
  async #begin(signal: AbortSignal): Promise<Outcome> {
    const run = this.#runner(signal);
    this.#hostTags = await this.#parts.hostTags();
    let first: Outcome = done;
    const note = (outcome: Outcome) => {
      if (first.kind === 'done') first = outcome;
    };
    for (const name of jailsNaming(this.#action, this.#parts.naming)) note(await this.#started(name, run));
    if (first.kind === 'failed') return first;
    let events: readonly ToldEvent[];
    try {
      events = await this.#parts.held();
    } catch (cause) {
      return bansUnknown(cause);
    }
    for (const event of events) {
      if (signal.aborted) return first;
      note(await this.#restore(recordOf(this.#action.name, event), run));
    }
    return first;
  }

  async #deliver(event: EventRecord | undefined, signal: AbortSignal): Promise<Outcome> {
    if (event?.address === undefined || event.jail === undefined) return done;
    const run = this.#runner(signal);
    if (event.test === true) return this.#example(event, run);
    return event.event === 'ban' ? this.#ban(event, run) : this.#unban(event, run);
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      const run = this.#runner(AbortSignal.timeout(STOPPING));
      for (const { action, held } of this.#jails.values()) {
        const tickets = [...held.values()].map(({ ticket }) => ticket);
        held.clear();
        await action.flush(tickets, run);
        await action.stop(run);
      }
      this.#jails.clear();
    });
  }

  #runner(signal: AbortSignal): RunShell {
    return (key, command) => {
      const limit = AbortSignal.timeout(Math.ceil(this.#action.timeout / MICROS_PER_MILLISECOND));
      return this.#parts.runShell(key, command, AbortSignal.any([signal, limit]));
    };
  }

  /** The jail; undefined when nothing can be named after it. */
  #jail(name: string): Jail | undefined {
    const known = this.#jails.get(name);
    if (known !== undefined || !isJailName(name)) return known;
    const properties = propertiesOf(this.#action.file, name).value;
    if (properties === undefined) return undefined;
    const { naming, clock } = this.#parts;
    const bantime = naming.jails.find((jail) => jail.name === name)?.settings.bantime ?? FOREVER;
    const action = new ShellAction({
      properties,
      hostTags: this.#hostTags,
      nobody: (family) =>
        nobody(family, bantime === FOREVER ? -1 : Math.trunc(bantime / MICROS_PER_SECOND), clock.now(), countsOf(jail)),
    });
    const jail: Jail = { action, isStarted: false, held: new Map(), bannedTotal: 0 };
    this.#jails.set(name, jail);
    return jail;
  }

  /** What says no to a start is asked to ban all the same: it is mended when that fails, as by fail2ban. */
  async #started(name: string, run: RunShell): Promise<Outcome> {
    const jail = this.#jail(name);
    if (jail === undefined) return refused(`no command can be made for the jail ${name}`);
    if (jail.isStarted) return done;
    const outcome = await jail.action.start(run);
    jail.isStarted = outcome.kind !== 'failed';
    return outcome;
  }

  async #ban(event: EventRecord, run: RunShell): Promise<Outcome> {
    const { address = '', jail: name = '' } = event;
    const started = await this.#started(name, run);
    const jail = this.#jail(name);
    if (jail === undefined) return started;
    const before = jail.held.get(address);
    if (before !== undefined && before.since === event.since) return done;
    const ticket = this.#ticket(event, jail, false);
    // Commands are told of it as of one that is banned.
    if (before === undefined) jail.bannedTotal += 1;
    jail.held.set(address, { ticket, since: before?.since });
    const isProlonged = before?.since !== undefined;
    const outcome = await (isProlonged ? jail.action.prolong(ticket, run) : jail.action.ban(ticket, run));
    if (outcome.kind === 'done') jail.held.set(address, { ticket, since: event.since });
    return outcome;
  }

  /** Whatever comes of it, the address is held: so it is in fail2ban. */
  async #restore(event: EventRecord, run: RunShell): Promise<Outcome> {
    const { address = '', jail: name = '' } = event;
    const jail = this.#jail(name);
    if (jail === undefined || jail.held.has(address)) return done;
    const { isToldOfRestored } = jail.action;
    const ticket = this.#ticket(event, jail, true);
    jail.held.set(address, { ticket, since: isToldOfRestored ? event.since : undefined });
    jail.bannedTotal += 1;
    return isToldOfRestored ? jail.action.ban(ticket, run) : done;
  }

  /** Once more would be as futile, so what fails is given up. */
  async #unban(event: EventRecord, run: RunShell): Promise<Outcome> {
    const { address = '', jail: name = '', since = '' } = event;
    const jail = this.#jail(name);
    if (jail === undefined) return done;
    const held = jail.held.get(address);
    const isHeld = jail.held.delete(address);
    // An earlier run may have been killed: what it banned is still there.
    const isOfEarlierRun = Date.parse(since) * MICROS_PER_MILLISECOND < this.#beganAt;
    if (!isHeld && !isOfEarlierRun) return done;
    const outcome = await jail.action.unban(held?.ticket ?? this.#ticket(event, jail, false), run, !isHeld);
    return outcome.kind === 'done' || !isHeld ? done : { kind: 'refused', reason: outcome.reason, isFinal: true };
  }

  /** Bans and unbans somebody made up where somebody else would be. */
  async #example(event: EventRecord, run: RunShell): Promise<Outcome> {
    const name = jailsNaming(this.#action, this.#parts.naming)[0] ?? EXAMPLE_JAIL;
    const jail = this.#jail(name);
    if (jail === undefined) return refused(`no command can be made for the jail ${name}`);
    const started = await this.#started(name, run);
    if (started.kind !== 'done') return started;
    const ticket = this.#ticket({ ...event, jail: name }, jail, false);
    const banned = await jail.action.ban(ticket, run);
    return banned.kind === 'done' ? jail.action.unban(ticket, run) : banned;
  }

  #ticket(event: EventRecord, jail: Jail, isRestored: boolean): Ticket {
    return ticketOf(event, { world: this.#parts, counts: () => countsOf(jail), isRestored });
  }
}

function countsOf({ held, bannedTotal }: Pick<Jail, 'held' | 'bannedTotal'>) {
  return { banned: held.size, bannedTotal };
}
