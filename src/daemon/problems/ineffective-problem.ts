/**
 * Tells of bans that do not keep their addresses out: once for each ban, and as one problem while there is any.
 * Invariant: only failures that are logged now count, of bans that the firewall says it holds.
 */
import type { IneffectiveBan } from '../../agent/explanation.js';
import type { Address } from '../../core/address/address.js';
import { type Ban, banKey } from '../../core/ban.js';
import { IneffectiveBans, isIneffective, type WatchedBan } from '../../core/deciding/ineffective-bans.js';
import type { Failure } from '../../core/failure.js';
import { ineffectiveCause } from '../../core/ineffective-cause.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { FirewallView } from '../../ports/firewall.js';
import type { Notifier } from '../../ports/notifier.js';
import { ineffectiveWords } from '../../text/ineffective.js';
import type { Problems } from './problems.js';

/** Older entries are read after a pause, and tell nothing of the firewall as it is now. µs. */
const FRESH = 60 * MICROS_PER_SECOND;

/** Bans are held so soon after their entry that nobody need remember when. µs. */
const SOON = MICROS_PER_SECOND;

/**
 * Time between two looks for connections that need not be told of yet, µs: each starts ss(8) twice, and behind a proxy all
 * who are banned may go on.
 */
const BETWEEN_LOOKS = MICROS_PER_SECOND;

/** Bans that were held later than that; of more, the first are forgotten. */
const MOST_LATE = 1_000;

export interface IneffectiveProblem {
  /** Takes in what failed, banned or not. */
  found(failures: readonly Failure[]): void;
  /** The firewall has confirmed the ban. */
  enforced(ban: Ban): void;
  /** The firewall was away, or had to be mended: what came before says nothing. */
  mended(): void;
  /** What is known of a ban that does not keep its address out. */
  of(ban: Ban): IneffectiveBan | undefined;
  /** To be called now and then: what is over is no problem any more. */
  look(): void;
}

interface Parts {
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly problems: Problems;
  readonly firewall: Pick<FirewallView, 'holds'>;
  /** The ban in force of the jail that covers the address. */
  readonly banAround: (jail: string, address: Address) => Ban | undefined;
  /** The TCP ports of this machine to which the address, or who is in the prefix, has connections. */
  readonly portsReachedBy: (address: Address) => Promise<readonly number[] | undefined>;
}

export function createIneffectiveProblem(parts: Parts): IneffectiveProblem {
  const { clock, notifier, problems, firewall, banAround, portsReachedBy } = parts;
  const bans = new IneffectiveBans();
  const late = createLateHolds();
  /** Bans that were told of, as long as they are watched: by jail, address and begin. */
  const told = new Set<string>();
  let mendedAt = clock.now();
  let isLooking = false;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const tell = (ban: Ban, watched: WatchedBan) => {
    if (told.has(nameOf(watched))) return;
    told.add(nameOf(watched));
    const cause = ineffectiveCause(ban, watched.ports);
    notifier.notify({ kind: 'ineffective', ban, failures: watched.failures, cause });
    const words = ineffectiveWords(cause);
    const detail = `${ban.address.text} in ${ban.jail}; ${words.cause}`;
    problems.note(new F2bError('BAN_INEFFECTIVE', detail, { hint: words.hint }));
  };
  /** One look at a time: of many that fail at once, others are seen when they fail again. */
  const lookAt = async (ban: Ban) => {
    if (isLooking) return;
    isLooking = true;
    lookedAt = clock.now();
    const ports = await portsReachedBy(ban.address).catch(() => undefined);
    isLooking = false;
    if (ports !== undefined) bans.saw(ban, ports);
    const watched = bans.of(ban);
    if (watched !== undefined && isIneffective(watched)) tell(ban, watched);
  };
  const failed = (failure: Failure) => {
    if (failure.at < clock.now() - FRESH) return;
    const ban = banAround(failure.jail, failure.address);
    if (ban === undefined || !firewall.holds(ban)) return;
    const watched = bans.failed(failure, ban, Math.max(late.heldSince(ban), mendedAt));
    if (watched === undefined || told.has(nameOf(watched))) return;
    if (isIneffective(watched) || clock.now() >= lookedAt + BETWEEN_LOOKS) void lookAt(ban);
  };

  return {
    found: (failures) => failures.forEach(failed),
    enforced: (ban) => late.note(ban, clock.now()),
    mended() {
      mendedAt = clock.now();
    },
    of(ban) {
      const watched = bans.of(ban);
      if (watched === undefined || !told.has(nameOf(watched))) return undefined;
      const { failures, last, ports } = watched;
      return { failures, last, cause: ineffectiveCause(ban, ports) };
    },
    look() {
      bans.expire(clock.now(), ({ jail, address, since }) => banAround(jail, address)?.since === since);
      const watched = new Set(bans.all.map(nameOf));
      for (const name of told) if (!watched.has(name)) told.delete(name);
      if (told.size === 0) problems.resolve('BAN_INEFFECTIVE');
    },
  };
}

/** When the firewall confirmed bans that it held late. */
function createLateHolds() {
  const times = new Map<string, number>();
  return {
    /** The firewall has confirmed the ban just now. */
    note(ban: Ban, now: number): void {
      times.delete(banKey(ban));
      if (now < ban.since + SOON) return;
      times.set(banKey(ban), now);
      const [first] = times.size > MOST_LATE ? times.keys() : [];
      if (first !== undefined) times.delete(first);
    },
    /** Of a ban that the firewall holds, µs since the epoch. */
    heldSince: (ban: Ban): number => times.get(banKey(ban)) ?? ban.since,
  };
}

function nameOf(watched: WatchedBan): string {
  return `${banKey(watched)} ${watched.since}`;
}
