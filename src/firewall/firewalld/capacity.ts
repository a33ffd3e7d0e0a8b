/**
 * When more sets are made: that takes a reload of firewalld, which drops all run-time entries for a second or two.
 * Invariant: while there is room for all that is wanted, it is done only after nobody was banned for a while.
 */
import { createTimer, type Timer } from '../../async/time/timer.js';
import type { Clock } from '../../ports/clock.js';
import { type Group, type IpsetName, ipsetName, LAST_PORTS } from './ipset-name.js';
import { groupSets } from './layout.js';
import type { Pools, Shortage } from './pools/pools.js';

/** Sets of each kind in a group of the `ports` disposition. */
const PORTS_SETS = 2;

/** How long nobody must have been banned, µs: a storm is not interrupted for room that it does not need. */
const QUIET = 10_000_000;

/**
 * Where there is no room, the sets wait for a pause of this length in a stream of new bans, µs, as of those that are
 * carried over by the thousand: so they are made once for all of them, and not once for each doubling.
 */
const PAUSE = 500_000;
/** Nor longer than this, µs, however many follow. */
const LONGEST_WAIT = 5_000_000;

export class Capacity {
  readonly #clock: Clock;
  readonly #quiet: Timer;
  readonly #pause: Timer;
  /** When somebody was last banned, and since when there is no room, µs of time that passed whatever the clock says. */
  #bannedAt: number;
  #fullAt: number | undefined;

  /** `wake` is called when it may be time to make more. */
  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#quiet = createTimer(clock, wake);
    this.#pause = createTimer(clock, wake);
    this.#bannedAt = clock.elapsed();
  }

  /** Somebody is banned now. */
  banned(): void {
    this.#bannedAt = this.#clock.elapsed();
  }

  end(): void {
    this.#quiet.cancel();
    this.#pause.cancel();
  }

  /**
   * The sets without which there is no room for what is wanted; `awaited` while more bans come that will want room too.
   * `sets`: those there are.
   */
  pressing(pools: Pools, sets: readonly IpsetName[]): readonly IpsetName[] | 'awaited' {
    const full = pools.shortages().filter(({ isPressing }) => isPressing);
    const ports = portsGroups(sets, pools.unplacedLists);
    const absent = [...full.flatMap(setsFor), ...ports].filter(isAbsentFrom(sets));
    this.#pause.cancel();
    if (absent.length === 0) {
      this.#fullAt = undefined;
      return absent;
    }
    this.#fullAt ??= this.#clock.elapsed();
    const isOver = this.#passed(this.#pause, Math.min(this.#bannedAt + PAUSE, this.#fullAt + LONGEST_WAIT));
    return isOver ? absent : 'awaited';
  }

  /** The sets that will be needed; none before it is quiet. */
  foreseen(pools: Pools, sets: readonly IpsetName[]): readonly IpsetName[] {
    const absent = pools.shortages().flatMap(setsFor).filter(isAbsentFrom(sets));
    this.#quiet.cancel();
    return absent.length === 0 || this.#passed(this.#quiet, this.#bannedAt + QUIET) ? absent : [];
  }

  /** Sets the timer when it is too early. `until`: as `elapsed` says it. */
  #passed(timer: Timer, until: number): boolean {
    const left = until - this.#clock.elapsed();
    if (left > 0) timer.set(this.#clock.now() + left);
    return left <= 0;
  }
}

function setsFor({ name, sets }: Shortage): readonly IpsetName[] {
  return Array.from({ length: sets }, (_, index) => ipsetName(name, index));
}

function isAbsentFrom(sets: readonly IpsetName[]): (set: IpsetName) => boolean {
  return ({ text }) => !sets.some((set) => set.text === text);
}

/** Fewer when all have been made whose names can be read back. */
function portsGroups(sets: readonly IpsetName[], count: number): readonly IpsetName[] {
  const used = new Set<string>(sets.map(({ group }) => group));
  const free: Group[] = [];
  for (let number = 0; free.length < count && number <= LAST_PORTS; number += 1) {
    if (!used.has(`ports${number}`)) free.push(`ports${number}`);
  }
  return free.flatMap((group) => groupSets(group, PORTS_SETS, PORTS_SETS, PORTS_SETS));
}
