/** A Store in memory that applies effects one by one, the plainest reading of the contract. */
import { type Ban, readBan } from '../../src/core/ban.js';
import type { Effect } from '../../src/core/effect.js';
import type { Failure } from '../../src/core/failure.js';
import type { Offender } from '../../src/core/offender.js';
import type { Position } from '../../src/ports/journal.js';
import type { Allowance, Store, StoreOwner } from '../../src/ports/store.js';

/** What outlives a store that is closed, as a file does. */
export interface FakeDisk {
  position: Position | undefined;
  readonly failures: Map<string, Failure>;
  readonly offenders: Map<string, Offender>;
  readonly bans: Map<string, Ban>;
  allowances: readonly Allowance[];
  /** How many effects each commit stored. */
  readonly commits: number[];
  /** Called after each commit. */
  onCommit: () => void;
  /** When set, commits fail with it and store nothing. */
  failure: Error | undefined;
}

export function fakeDisk(): FakeDisk {
  return {
    position: undefined,
    failures: new Map(),
    offenders: new Map(),
    bans: new Map(),
    allowances: [],
    commits: [],
    onCommit: () => {},
    failure: undefined,
  };
}

export function copyOfDisk(disk: FakeDisk): FakeDisk {
  const { failures, offenders, bans, commits } = disk;
  return {
    ...disk,
    failures: new Map(failures),
    offenders: new Map(offenders),
    bans: new Map(bans),
    commits: [...commits],
  };
}

/** Opens the disk; several stores may be opened on one disk after another. */
export function fakeStore(disk: FakeDisk = fakeDisk()): Store {
  return {
    load: async (begin) => {
      const remember = begin();
      remember({ failures: inKeyOrder(disk.failures).sort((a, b) => a.at - b.at) });
      remember({ offenders: inKeyOrder(disk.offenders) });
      remember({ bans: inKeyOrder(disk.bans) });
      return { position: disk.position, allowances: disk.allowances };
    },
    commit: async (position, effects) => {
      if (disk.failure !== undefined) throw disk.failure;
      for (const effect of effects) apply(disk, effect);
      disk.commits.push(effects.length);
      if (position !== undefined) disk.position = position;
      disk.onCommit();
    },
    saveAllowances: async (allowances) => {
      if (disk.failure !== undefined) throw disk.failure;
      disk.allowances = [...allowances].sort((a, b) => (a.address.text < b.address.text ? -1 : 1));
    },
    close: async () => undefined,
  };
}

/** Everything a store remembers, in one piece. */
export async function snapshotOf(store: Store) {
  let [failures, offenders, bans]: [Failure[], Offender[], Ban[]] = [[], [], []];
  const { position, allowances } = await store.load(() => {
    [failures, offenders, bans] = [[], [], []];
    return (part) => {
      failures.push(...(part.failures ?? []));
      offenders.push(...(part.offenders ?? []));
      for (const ban of part.bans ?? []) bans.push(readBan(ban));
    };
  });
  return { position, failures, offenders, bans, allowances };
}

function apply(disk: FakeDisk, effect: Effect): void {
  switch (effect.kind) {
    case 'failure':
      disk.failures.set(key(effect.failure, effect.failure.cursor), effect.failure);
      break;
    case 'clear-failures':
      for (const [name, failure] of disk.failures) if (key(failure) === key(effect)) disk.failures.delete(name);
      break;
    case 'expire-failures':
      for (const [name, failure] of disk.failures) {
        if (failure.jail === effect.jail && failure.at <= effect.before) disk.failures.delete(name);
      }
      break;
    case 'ban':
      disk.bans.set(key(effect.ban), effect.ban);
      break;
    case 'unban':
      disk.bans.delete(key(effect.ban));
      break;
    case 'offender':
      disk.offenders.set(key(effect.offender), effect.offender);
      break;
    case 'delete-offender':
      disk.offenders.delete(key(effect));
      break;
    case 'spared':
      break;
    default:
      effect satisfies never;
  }
}

function key({ jail, address }: Pick<Failure, 'jail' | 'address'>, ...more: readonly string[]): string {
  return [jail, address.text, ...more].join('\0');
}

function inKeyOrder<T>(values: ReadonlyMap<string, T>): T[] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** Whose memory a store keeps, with a FakeDisk for it; `told` is what it was told, in order. */
export function fakeOwner(memory: FakeDisk = fakeDisk()): StoreOwner & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    report: ({ code, message }) => told.push(`${code}: ${message}`),
    resolved: (code) => told.push(`resolved ${code}`),
    remembered: () => ({
      position: memory.position,
      allowances: memory.allowances,
      failures: memory.failures.values(),
      offenders: memory.offenders.values(),
      bans: memory.bans.values(),
    }),
    adopt({ failures = [], offenders = [], bans = [] }) {
      for (const failure of failures) putIfNew(memory.failures, key(failure, failure.cursor), failure);
      for (const offender of offenders) putIfNew(memory.offenders, key(offender), offender);
      for (const ban of bans) putIfNew(memory.bans, key(ban), readBan(ban));
    },
    adopted(allowances) {
      told.push('adopted');
      memory.allowances = [...memory.allowances, ...allowances];
    },
  };
}

function putIfNew<T>(values: Map<string, T>, name: string, value: T): void {
  if (!values.has(name)) values.set(name, value);
}

/** Decides and commits, as the agent does: what is remembered is ahead of what is stored. */
export async function decideAndCommit(
  memory: FakeDisk,
  store: Store,
  position: Position | undefined,
  effects: readonly Effect[],
): Promise<void> {
  await fakeStore(memory).commit(position, effects);
  await store.commit(position, effects);
}
