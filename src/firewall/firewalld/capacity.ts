/**
 * When more sets are made: that takes a reload of firewalld, which drops all run-time entries for a second or two.
 * Invariant: while there is room for all that is wanted, it is done only after nobody was banned for a while.
 */
import { createTimer, type Timer } from '../../async/time/timer.js';
import type { Clock } from '../../ports/clock.js';
import { type IpsetName, ipsetName, LAST_PORTS } from './ipset-name.js';
import { groupSets } from './layout.js';
import type { Pools, Shortage } from './pools/pools.js';

/** Sets of each kind in a group of the `ports` disposition. */
const PORTS_SETS = 2;

/** How long nobody must have been banned, µs: a storm is not interrupted for room that it does not need. */
const QUIET = 10_000_000;

export class Capacity {
  readonly #clock: Clock;
  readonly #timer: Timer;
  #bannedAt: number;

  /** `wake` is called when it may be quiet enough. */
  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#timer = createTimer(clock, wake);
    this.#bannedAt = clock.now();
  }

  /** Somebody is banned now. */
  banned(): void {
    this.#bannedAt = this.#clock.now();
  }

  end(): void {
    this.#timer.cancel();
  }

  /** The sets without which there is no room for what is wanted. `sets`: those there are. */
  pressing(pools: Pools, sets: readonly IpsetName[]): readonly IpsetName[] {
    const full = pools.shortages().filter(({ isPressing }) => isPressing);
    const ports = pools.unplaced > 0 ? nextPortsGroup(sets) : [];
    return [...full.flatMap(setsFor), ...ports].filter(isAbsentFrom(sets));
  }

  /** The sets that will be needed; none before it is quiet. */
  foreseen(pools: Pools, sets: readonly IpsetName[]): readonly IpsetName[] {
    const absent = pools.shortages().flatMap(setsFor).filter(isAbsentFrom(sets));
    this.#timer.cancel();
    const quietAt = this.#bannedAt + QUIET;
    if (absent.length === 0 || this.#clock.now() >= quietAt) return absent;
    this.#timer.set(quietAt);
    return [];
  }
}

function setsFor({ name, sets }: Shortage): readonly IpsetName[] {
  return Array.from({ length: sets }, (_, index) => ipsetName(name, index));
}

function isAbsentFrom(sets: readonly IpsetName[]): (set: IpsetName) => boolean {
  return ({ text }) => !sets.some((set) => set.text === text);
}

/** None when all have been made whose names can be read back. */
function nextPortsGroup(sets: readonly IpsetName[]): readonly IpsetName[] {
  const used = new Set<string>(sets.map(({ group }) => group));
  for (let number = 0; number <= LAST_PORTS; number += 1) {
    if (!used.has(`ports${number}`)) return groupSets(`ports${number}`, PORTS_SETS, PORTS_SETS, PORTS_SETS);
  }
  return [];
}
