/**
 * Counts failures together with other members: which partitions this host counts, and what it found. Invariant: who counts
 * what follows from the members that offer to, as this host has heard of them; where hosts differ in that for a while, a
 * partition is counted by more of them than need be, and they find the same.
 */
import { COUNTED_JAIL } from '../../core/ban.js';
import type { F2bError } from '../../errors.js';
import type { Member } from '../deciding/change.js';
import { someOf } from '../deciding/claim.js';
import type { FleetDecider } from '../deciding/fleet-decider.js';
import { isSilent } from '../deciding/member-interval.js';
import type { OwnMessage } from '../fleet-store.js';
import { type CountOffer, type Delivered, parseMessage } from '../messages/message.js';
import { subjectText } from '../messages/subject.js';
import type { FailureStreams } from '../session.js';
import type { StreamClock } from '../stream-clock.js';
import { CountingLine } from './counting-line.js';
import { countersOf, PARTITIONS } from './partition.js';
import type { CountedBan, CountRefusal, CountRules } from './partition-count.js';
import { PartitionReader } from './partition-reader.js';

interface Parts {
  readonly host: string;
  readonly rules: CountRules;
  readonly decider: FleetDecider;
  readonly clock: StreamClock;
  /** Any 32-bit number, see AddressTable. */
  readonly seed: number;
  /** Stores whom this host found, and has that published. */
  readonly found: (messages: readonly OwnMessage[]) => Promise<void>;
  readonly refused: (refusal: { readonly why: CountRefusal; readonly host?: string }) => void;
  readonly troubled: (error: F2bError) => void;
  readonly failed: (cause: unknown) => void;
}

export class Counting {
  readonly #parts: Parts;
  readonly #line: CountingLine;
  readonly #readers = new Map<number, PartitionReader>();
  /** Partitions that are being let go: they are begun anew after that. */
  readonly #leaving = new Map<number, Promise<void>>();
  #streams: FailureStreams | undefined;
  #isReady = false;
  #isLeaving = false;
  /** Members told of themselves since partitions were shared out. */
  #haveMembersTold = false;
  /** Those to whom partitions were shared out last. */
  #sharedOutTo = '';
  #bans = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#line = new CountingLine(parts.rules.reporters);
  }

  /** What this host tells others of it; undefined once it leaves. */
  get offer(): CountOffer | undefined {
    const { maxretry, findtime, bantime } = this.#parts.rules;
    return this.#isLeaving ? undefined : { maxretry, findtime, bantime };
  }

  /** It counts a partition, or is to when others are gone. */
  get isInLine(): boolean {
    return this.#readers.size > 0 || this.#line.has(this.#parts.host);
  }

  attach(streams: FailureStreams): void {
    this.#streams = streams;
    this.#isReady = false;
    for (const reader of this.#readers.values()) reader.attach(streams);
  }

  detach(): void {
    this.#streams = undefined;
    for (const reader of this.#readers.values()) reader.detach();
  }

  /** These were read from the fleet's stream. `isLast`: there are no more yet, so what others told is known. */
  heard(messages: readonly Delivered[], isLast: boolean): void {
    for (const delivered of messages) if (/^f2b\.(?:order|withdrawal)\./.test(delivered.subject)) this.#obey(delivered);
    this.#haveMembersTold ||= messages.some(({ subject }) => /^f2b\.(?:member|withdrawal)\./.test(subject));
    if (!isLast) return;
    this.#isReady = true;
    if (!this.#haveMembersTold) return;
    this.#haveMembersTold = false;
    this.assign();
  }

  /** Begins and ends counting partitions as the members are now; to be called every minute, too. */
  assign(): void {
    const { host, clock } = this.#parts;
    if (!this.#isReady || this.#isLeaving || this.#streams === undefined) return;
    const hosts = this.counters;
    // Members tell of themselves all the time, and to share out among a thousand takes some ms.
    const known = hosts.join(' ');
    if (known === this.#sharedOutTo) return;
    this.#sharedOutTo = known;
    for (const [partition, counters] of this.#line.share(hosts, clock.now()).entries()) {
      const isOurs = counters.includes(host);
      if (isOurs && !this.#readers.has(partition)) this.#take(partition, this.#streams);
      if (!isOurs) this.#letGo(partition);
    }
  }

  /** This host counts no longer, and tells the others so. */
  leave(): void {
    this.#isLeaving = true;
  }

  async end(): Promise<void> {
    for (const partition of this.#readers.keys()) this.#letGo(partition);
    await Promise.all(this.#leaving.values());
  }

  /** The members that offer to count as this one does, with it. */
  get counters(): readonly string[] {
    const { host } = this.#parts;
    const others = this.#offering().filter((member) => this.#agrees(member));
    return [host, ...others.map((one) => one.host)].sort();
  }

  /** What is wrong; undefined when nothing is. */
  get problem(): string | undefined {
    const others = this.#offering().filter((member) => !this.#agrees(member));
    if (others.length === 0) return undefined;
    const names = someOf(others.map(({ host }) => host));
    return `${names} count by other limits and so not with this host: write the same MaxRetry=, FindTime= and BanTime= in [Count] of fleet.conf everywhere`;
  }

  /** Of each counter how many partitions it counts, as this host sees it. */
  get shares(): ReadonlyMap<string, number> {
    const hosts = this.counters;
    const shares = new Map(hosts.map((host) => [host, 0]));
    for (let partition = 0; partition < PARTITIONS; partition += 1)
      for (const host of countersOf(partition, hosts, this.#parts.rules.reporters))
        shares.set(host, (shares.get(host) ?? 0) + 1);
    return shares;
  }

  get figures(): {
    readonly partitions: number;
    readonly held: number;
    readonly behind: number;
    readonly bans: number;
  } {
    const readers = [...this.#readers.values()];
    const sum = (of: (reader: PartitionReader) => number) => readers.reduce((all, reader) => all + of(reader), 0);
    return {
      ...{ partitions: readers.length, held: sum(({ size }) => size), behind: sum(({ behind }) => behind) },
      bans: this.#bans,
    };
  }

  #offering(): readonly Member[] {
    const { decider, host, clock } = this.#parts;
    const now = clock.now();
    const offering = decider.members.filter(
      (one) => one.count !== undefined && !isSilent(one, now) && one.host !== host,
    );
    return this.#line.present(offering, now);
  }

  #agrees({ count }: Member): boolean {
    const { maxretry, findtime, bantime } = this.#parts.rules;
    return count?.maxretry === maxretry && count.findtime === findtime && count.bantime === bantime;
  }

  #obey(delivered: Delivered): void {
    const message = parseMessage(delivered);
    const readers = [...this.#readers.values()];
    if (message?.kind === 'withdrawal') for (const reader of readers) reader.withdraw(message.host);
    if (message?.kind === 'order' && message.content.kind === 'unban')
      for (const reader of readers) reader.release(message.address, delivered.receivedAt);
  }

  #take(partition: number, streams: FailureStreams): void {
    const { rules, seed, clock, decider, refused, troubled, failed } = this.#parts;
    const reader = new PartitionReader({
      ...{ partition, rules, seed, clock, refused, troubled, failed },
      bannedUntil: (address) => decider.countedUntil(address, rules.bantime),
      found: (bans) => this.#found(bans),
    });
    this.#readers.set(partition, reader);
    const begin = () => {
      if (this.#readers.get(partition) === reader && this.#streams !== undefined) reader.attach(this.#streams);
    };
    const leaving = this.#leaving.get(partition);
    if (leaving === undefined) reader.attach(streams);
    else void leaving.then(begin);
  }

  #letGo(partition: number): void {
    const reader = this.#readers.get(partition);
    if (reader === undefined) return;
    this.#readers.delete(partition);
    const ending = Promise.all([this.#leaving.get(partition), reader.end()]).then(() => {
      if (this.#leaving.get(partition) === ending) this.#leaving.delete(partition);
    });
    this.#leaving.set(partition, ending);
  }

  async #found(bans: readonly CountedBan[]): Promise<void> {
    this.#bans += bans.length;
    await this.#parts.found(bans.map((ban) => this.#messageOf(ban)));
  }

  #messageOf({ address, since, until, failures, hosts }: CountedBan): OwnMessage {
    const { host } = this.#parts;
    return {
      subject: subjectText({ kind: 'ban', host, jail: COUNTED_JAIL, address }),
      ...{ kind: 'ban', since, until, id: `${host} ${COUNTED_JAIL} ${address.text} ${since}` },
      reason: `${failures} failures on ${someOf(hosts)}`,
    };
  }
}
