/** A FleetDecider with a stream that tests write: hosts and administrators speak about one address. */
import type { FleetLimits } from '../../../../src/config/fleet.js';
import type { Address } from '../../../../src/core/address/address.js';
import { FOREVER } from '../../../../src/core/time.js';
import type { Change } from '../../../../src/fleet/deciding/change.js';
import type { Decided } from '../../../../src/fleet/deciding/decided.js';
import { FleetDecider } from '../../../../src/fleet/deciding/fleet-decider.js';
import { type Content, type Delivered, encodeContent } from '../../../../src/fleet/messages/message.js';
import { type Subject, subjectText } from '../../../../src/fleet/messages/subject.js';
import { anAddress, NOON } from '../../../fakes/values.js';
import { fleetLimits } from '../../../support/fleet-limits.js';
import { memoryAfter } from '../../../support/fleet-memory.js';

export const HOUR = 3_600_000_000;
export const DAY = 24 * HOUR;
export const address = anAddress('203.0.113.1');

interface BanOptions {
  readonly host?: string;
  readonly about?: Address;
  /** By the host's clock. */
  readonly at?: number;
  readonly since?: number;
}

export class DeciderLab {
  readonly decider: FleetDecider;
  readonly #limits: FleetLimits;
  readonly #changes: Change[] = [];
  /** Of the servers and of this host, µs since the epoch. */
  now = NOON;
  sequence = 0;
  readonly told: Pick<Delivered, 'subject' | 'data'>[] = [];

  constructor(limits: Partial<FleetLimits> = {}) {
    this.#limits = fleetLimits(limits);
    this.decider = new FleetDecider('here', this.#limits, 7);
  }

  /** Another one with what was stored. */
  resumed(): FleetDecider {
    const other = new FleetDecider('here', this.#limits, 7);
    other.remember(memoryAfter(this.#changes));
    return other;
  }

  store(changes: readonly Change[]): void {
    this.#changes.push(...changes);
  }

  receive(subject: Subject, content: Content | Uint8Array): Decided {
    const data = content instanceof Uint8Array ? content : encodeContent(content);
    return this.#deliver({ subject: subjectText(subject), data });
  }

  /** Somebody has the servers store these again, by default the last message. */
  repeat(messages = this.told.slice(-1)): void {
    for (const message of messages) this.#deliver(message);
  }

  #deliver(message: Pick<Delivered, 'subject' | 'data'>): Decided {
    this.sequence += 1;
    this.told.push(message);
    const decided = this.decider.receive({ ...message, sequence: this.sequence, receivedAt: this.now });
    this.store(decided.changes);
    return decided;
  }

  /** A host tells a ban that has stood since `since`. */
  ban(until: number, options: BanOptions = {}): Decided {
    const { host = 'web1', at = this.now, since = at, about = address } = options;
    return this.receive({ kind: 'ban', host, jail: 'ssh.service', address: about }, { kind: 'ban', at, since, until });
  }

  unban(host = 'web1'): void {
    this.receive({ kind: 'ban', host, jail: 'ssh.service', address }, { kind: 'unban', at: this.now });
  }

  /** An administrator bans the address everywhere. */
  order(until = this.now + HOUR): void {
    this.receive({ kind: 'order', address }, { kind: 'ban', at: this.now, since: this.now, until });
  }

  /** An administrator takes back what a host has told. */
  withdraw(host = 'web1'): Decided {
    return this.receive({ kind: 'withdrawal', host }, { kind: 'withdrawal', at: this.now });
  }

  /** An administrator spares an address from bans of others. */
  allow(about = address, until = FOREVER, by = 'admin'): Decided {
    return this.receive({ kind: 'allowance', address: about }, { kind: 'allow', at: this.now, until, by });
  }

  disallow(about = address): Decided {
    return this.receive({ kind: 'allowance', address: about }, { kind: 'disallow', at: this.now });
  }

  member(host = 'web2', addresses: readonly Address[] = [address]): Decided {
    return this.receive(
      { kind: 'member', host },
      { kind: 'member', at: this.now, version: '1', addresses, sequence: 0, applied: 0 },
    );
  }

  /** A person of this host lets the address in. */
  liftHere(): void {
    this.store(this.decider.liftHere(address, this.sequence).changes);
  }

  beginAnew(): void {
    this.store(this.decider.beginAnew());
    this.sequence = 0;
  }

  expire(): void {
    this.store(this.decider.expire(this.now));
  }

  /** `ban`, or why not: now, by this decider and by one that has what was stored. */
  verdicts(about = address): readonly string[] {
    return [this.decider, this.resumed()].map((decider) => {
      const verdict = decider.verdict(about, this.now);
      return verdict.kind === 'none' ? verdict.why : 'ban';
    });
  }
}

/** As often as `verdicts` tells it. */
export const both = (verdict: string): readonly string[] => [verdict, verdict];
