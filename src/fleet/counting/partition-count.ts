/**
 * The failures of a partition, counted over all hosts in the window that the agent counts in. Pure. Invariant: whom it
 * bans depends on nothing but the messages and on when the address's ban before ended, so all who count a partition find
 * the same, wherever in the stream they began.
 */
import { type Address, overlaps } from '../../core/address/address.js';
import { totalCount, windowsAround } from '../../core/deciding/window.js';
import type { Failure } from '../../core/failure.js';
import { CursorPacker } from '../../core/packed/cursor-packer.js';
import { Tally } from '../../core/packed/tally.js';
import { FOREVER, MICROS_PER_SECOND } from '../../core/time.js';
import { hostOf, parseFailures, type SharedFailure } from '../messages/failure-message.js';
import type { Delivered } from '../messages/message.js';
import { countedAddress } from './partition.js';

export interface CountRules {
  readonly maxretry: number;
  /** µs */
  readonly findtime: number;
  /** µs; FOREVER: permanent. */
  readonly bantime: number;
  /** From so many hosts the failures must be: what one saw alone, its own agent decides. */
  readonly reporters: number;
}

/** Somebody whose failures on several hosts reached the limit. Times by the servers' clock, µs since the epoch. */
export interface CountedBan {
  readonly address: Address;
  readonly since: number;
  readonly until: number;
  readonly failures: number;
  /** In the order in which they saw it. */
  readonly hosts: readonly string[];
}

export const countRefusals = ['malformed', 'rate', 'late', 'too-many'] as const;

/** Why failures were not counted. */
export type CountRefusal = (typeof countRefusals)[number];

export interface Counted {
  readonly bans: readonly CountedBan[];
  /** `host`: whose they were, if the subject says so. */
  readonly refusal?: { readonly why: CountRefusal; readonly host?: string };
}

/** Failures of a host in a partition that are listened to in a minute of the servers' clock. */
export const HEARD_PER_MINUTE = 2_000;

/**
 * Failures held, at most, for memory is to be bounded: some 90 MB. A thousand hosts with five failures a second each have
 * 750,000 in two FindTime= of ten minutes.
 */
const MOST_HELD = 1_000_000;

/** Failures of an address that are no burden. */
const ENOUGH = 100;

const MINUTE = 60 * MICROS_PER_SECOND;

interface PartitionCountOptions {
  readonly partition: number;
  readonly rules: CountRules;
  /** Any 32-bit number, see AddressTable. */
  readonly seed: number;
  /** Until when an address was banned last after it was counted, as far as others and earlier runs have told. */
  readonly bannedUntil: (address: Address) => number | undefined;
}

export class PartitionCount {
  readonly #options: PartitionCountOptions;
  #tally: Tally;
  /** Until when who was banned here is, or when somebody was let in. */
  readonly #ends = new Map<string, { readonly address: Address; readonly until: number }>();
  /** Failures that each host has told of in this minute of the servers' clock. */
  readonly #told = new Map<string, number>();
  #minute = 0;

  constructor(options: PartitionCountOptions) {
    this.#options = options;
    this.#tally = this.#empty();
  }

  /** Failures held. */
  get size(): number {
    return this.#tally.size;
  }

  /** Takes in the next message of the partition. */
  receive(delivered: Delivered): Counted {
    const { receivedAt, subject } = delivered;
    this.#begin(Math.floor(receivedAt / MINUTE));
    const message = parseFailures(delivered, this.#options.partition);
    if (message === undefined) return refused('malformed', hostOf(subject));
    const { host, id, failures } = message;
    const told = (this.#told.get(host) ?? 0) + failures.length;
    this.#told.set(host, told);
    if (told > HEARD_PER_MINUTE) return refused('rate', host);
    if (this.#tally.size >= MOST_HELD) return refused('too-many', host);
    const bans: CountedBan[] = [];
    let late = 0;
    for (const [index, failure] of failures.entries()) {
      if (failure.at <= receivedAt - this.#options.rules.findtime) late += 1;
      else bans.push(...this.#count(host, `${id}/${index}`, failure, receivedAt));
    }
    return late > 0 ? { ...refused('late', host), bans } : { bans };
  }

  /** What a host told so far does not count. */
  withdraw(host: string): void {
    const kept = [...this.#tally].filter((failure) => sourceOf(failure) !== host);
    this.#tally = this.#empty();
    for (const failure of kept) this.#tally.add(failure);
  }

  /** An administrator let somebody in at `at`, µs since the epoch: what failed before does not count. */
  release(address: Address, at: number): void {
    const held = [...this.#tally.addressesHeld()].filter((one) => overlaps(one, address));
    for (const one of held) this.#tally.clear(one);
    const banned = [...this.#ends.values()].map((end) => end.address).filter((one) => overlaps(one, address));
    for (const one of [countedAddress(address), ...held, ...banned])
      this.#ends.set(one.text, { address: one, until: at });
  }

  #empty(): Tally {
    return new Tally({ jail: '', cursors: new CursorPacker(), seed: this.#options.seed });
  }

  /** In each minute of the servers' clock what is over is let go. */
  #begin(minute: number): void {
    if (minute <= this.#minute) return;
    this.#minute = minute;
    this.#told.clear();
    const over = minute * MINUTE - 2 * this.#options.rules.findtime;
    // A failure that counts may be as old as the window, and one that counts with it older by as much.
    this.#tally.expire(over);
    for (const [text, { until }] of this.#ends) if (until <= over) this.#ends.delete(text);
  }

  #count(
    host: string,
    place: string,
    { address, at, count }: SharedFailure,
    receivedAt: number,
  ): readonly CountedBan[] {
    const { maxretry, findtime } = this.#options.rules;
    // By no clock it was later than now.
    const loggedAt = Math.min(at, receivedAt);
    if (loggedAt < this.#endOf(address)) return [];
    const cursor = `${host} ${place}`;
    const failure = { jail: '', address, at: loggedAt, cursor, evidence: [cursor], count };
    if (!this.#tally.add(failure) || this.#tally.countWith(failure, findtime) < maxretry) return [];
    const ban = this.#banFor(failure);
    if (ban === undefined) {
      this.#thin(address);
      return [];
    }
    this.#tally.clear(address);
    this.#ends.set(address.text, { address, until: ban.until });
    return [ban];
  }

  /**
   * Of an address that too few hosts see, however often, so many failures of each are enough as the limit says, the
   * latest: a window that holds an earlier one holds these too. Otherwise one host could have others look through ever
   * longer lists.
   */
  #thin(address: Address): void {
    const { maxretry } = this.#options.rules;
    const held = this.#tally.failuresOf(address);
    if (held.length < ENOUGH + 2 * maxretry) return;
    this.#tally.clear(address);
    const left = new Map<string, number>();
    for (const failure of held.toReversed()) {
      const source = sourceOf(failure);
      const room = left.get(source) ?? maxretry;
      left.set(source, room - failure.count);
      if (room > 0) this.#tally.add(failure);
    }
  }

  #endOf(address: Address): number {
    return Math.max(this.#ends.get(address.text)?.until ?? 0, this.#options.bannedUntil(address) ?? 0);
  }

  /** The earliest window with this failure that is full, of enough hosts. */
  #banFor({ address, at }: Failure): CountedBan | undefined {
    const { maxretry, findtime, bantime, reporters } = this.#options.rules;
    const windows = windowsAround(this.#tally.failuresOf(address), at, findtime)
      .filter((window) => totalCount(window) >= maxretry)
      .map((window) => ({ window, hosts: [...new Set(window.map(sourceOf))] }))
      .filter(({ hosts }) => hosts.length >= reporters)
      .map((full) => ({ ...full, since: full.window.at(-1)?.at ?? at }))
      .sort((one, other) => one.since - other.since);
    const [first] = windows;
    if (first === undefined) return undefined;
    const { window, hosts, since } = first;
    const until = bantime === FOREVER ? FOREVER : since + bantime;
    return { address, since, until, failures: totalCount(window), hosts };
  }
}

/** The host that told of a failure. */
function sourceOf({ cursor }: Failure): string {
  return cursor.slice(0, cursor.indexOf(' '));
}

function refused(why: CountRefusal, host: string | undefined): Counted {
  return { bans: [], refusal: { why, ...(host === undefined ? {} : { host }) } };
}
