/** Bans, unbans and everything that can go wrong with firewalld, in any order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, covers, isSingle, parseAddress } from '../../src/core/address/address.js';
import type { Ban, Disposition } from '../../src/core/ban.js';
import { createFirewalld } from '../../src/firewall/firewalld/firewalld.js';
import { GUARD_TABLE } from '../../src/firewall/firewalld/guard-table.js';
import type { Firewall } from '../../src/ports/firewall.js';
import { FakeFirewalld, type Fate } from '../fakes/firewalld.js';
import { FakeTable, type Fate as TableFate } from '../fakes/own-table.js';
import { BanWorld, doomed, enforcedBy, keyOf, parseBan, placeOf, turns, writtenBan } from './ban-world.js';
import '../support/seed.js';

const ADDRESSES = [
  ...Array.from({ length: 60 }, (_, index) => `192.0.2.${index + 1}`),
  '2001:db8::1',
  '2001:db8::2',
  '198.51.100.0/24',
  '198.51.100.0/26',
  '198.51.100.64/26',
  '198.51.0.0/16',
  '2001:db8:1::/64',
  '2001:db8::/32',
];

const DISPOSITIONS: readonly Disposition[] = ['drop', 'reject', 'ports'];

type Command =
  | { readonly kind: 'ban' | 'unban'; readonly bans: readonly string[] }
  | { readonly kind: 'reload' | 'crash' | 'start' | 'reconcile' | 'unbind' | 'flushGuard' }
  | { readonly kind: 'wait'; readonly turns: number }
  | { readonly kind: 'edit'; readonly set: string; readonly entry: string }
  /** Another program empties the kernel's set. */
  | { readonly kind: 'flush'; readonly set: string }
  /** The next `calls` calls of firewalld, or runs of nft for the guard, end like this. */
  | { readonly kind: 'fate'; readonly fate: Fate; readonly calls: number }
  | { readonly kind: 'guardFate'; readonly fate: TableFate; readonly calls: number };

/** Mostly `reject`, which has two sets in use, so that content has to move. */
const ban = writtenBan(['drop', 'reject', 'reject', 'reject', 'ports:22/tcp', 'ports:80/tcp,443/tcp'], ADDRESSES);

/** Some at a time, or so many that they are written as a whole. */
const bans = fc.oneof(fc.array(ban, { maxLength: 8 }), fc.array(ban, { minLength: 30, maxLength: 90 }));

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('ban' as const), bans }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('unban' as const), bans }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 200 }) }) },
  fc.constantFrom({ kind: 'reload' }, { kind: 'crash' }, { kind: 'start' }, { kind: 'reconcile' }, { kind: 'unbind' }),
  fc.record({
    kind: fc.constant('edit' as const),
    set: fc.constantFrom('f2b-drop-ipv4-0', 'f2b-drop-ipv4-1', 'f2b-drop-ipv4-net-0'),
    entry: fc.constantFrom('192.0.2.1', '192.0.2.2', '203.0.113.1', '198.51.100.0/25'),
  }),
  fc.record({
    kind: fc.constant('fate' as const),
    fate: fc.constantFrom<Fate>('unanswered', 'ignored', 'failed', 'denied'),
    calls: fc.integer({ min: 1, max: 3 }),
  }),
);

/** What happens to the guard beside firewalld. */
const guardCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('flushGuard' as const) }),
  fc.record({
    kind: fc.constant('guardFate' as const),
    fate: fc.constantFrom<TableFate>('refused', 'unanswered'),
    calls: fc.integer({ min: 1, max: 3 }),
  }),
);

/** What happens to the kernel behind firewalld's back. */
const kernelCommand: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('flush' as const),
  set: fc.constantFrom('f2b-drop-ipv4-0', 'f2b-reject-ipv4-0', 'f2b-reject-ipv4-1', 'f2b-drop-ipv4-net-0'),
});

/** The adapter, the fake firewalld under it, and what must be in the kernel because it was confirmed. */
class World extends BanWorld {
  readonly firewalld = new FakeFirewalld();
  readonly guard = new FakeTable(GUARD_TABLE);
  readonly firewall: Firewall;
  readonly #confirmed = new Map<string, Ban>();
  /** Where in the guard each ban has to be, whatever becomes of firewalld; undefined once something happened to it. */
  #guarded: Map<string, string> | undefined = new Map();

  #isWordEnough = true;

  /** `looks`: whether the kernel can be looked at. */
  constructor(looks: boolean) {
    super();
    this.firewalld.start();
    const killer = { cut: async () => {}, problem: undefined };
    const { firewalld: bus, clock, guard } = this;
    this.firewall = createFirewalld({ bus, clock, guard, killer, ...(looks ? { kernel: bus } : {}) });
    this.firewalld.onKernelChange = () => this.#look();
    this.guard.onCommit = () => this.#look();
    this.firewall.onChange((change) => {
      if (change === 'lost') this.#confirmed.clear();
    });
  }

  ban(bans: readonly Ban[]): void {
    for (const each of bans) {
      this.wanted.set(keyOf(each), each);
      // What it replaces may go.
      this.#guarded?.delete(keyOf(each));
      if (!this.firewall.holds(each)) this.#confirmed.delete(keyOf(each));
    }
    const confirm = () => {
      for (const each of bans) {
        if (this.#isWordEnough && this.firewall.holds(each)) this.#confirmed.set(keyOf(each), each);
        if (this.wanted.get(keyOf(each)) === each) this.#guarded?.set(keyOf(each), placeOf(each));
      }
    };
    this.firewall.ban(bans).then(confirm, () => {});
  }

  override unban(bans: readonly Ban[]): void {
    for (const each of bans) {
      this.#confirmed.delete(keyOf(each));
      this.#guarded?.delete(keyOf(each));
    }
    super.unban(bans);
  }

  /** The state of the world is not the adapter's fault for a while. */
  excuse(): void {
    this.#confirmed.clear();
  }

  /** Until firewalld starts anew: what it confirms is its word alone, and what it said before may not be so. */
  flush(set: string): void {
    this.excuse();
    this.#isWordEnough = false;
    this.firewalld.flush(set);
  }

  /** Nor is that of the guard. */
  excuseGuard(): void {
    this.#guarded = undefined;
  }

  /** Somebody adds the entry, or removes it when it is there. */
  edit(set: string, entry: string): void {
    this.edited.add(entry);
    this.firewalld.edit(set, (entries) =>
      entries.includes(entry) ? entries.filter((other) => other !== entry) : [...entries, entry],
    );
  }

  /** Which of these bans the kernel does not enforce, not even by a wider prefix. */
  absent(bans: Iterable<Ban>): readonly string[] {
    return [...bans].flatMap(({ disposition, address }) => {
      const held = this.firewalld.kernel(`f2b-${disposition}`);
      const isHeld = held.has(address.text) || (!isSingle(address) && isCovered(address, held));
      return isHeld ? [] : [`${disposition} ${address.text}`];
    });
  }

  #look(): void {
    const confirmed = [...this.#confirmed.values()].filter(({ address }) => !this.edited.has(address.text));
    this.missing.push(...this.absent(confirmed));
    const enforced = enforcedBy(this.guard);
    this.missing.push(...[...(this.#guarded?.values() ?? [])].filter((place) => !enforced.has(place)));
  }
}

function isCovered(address: Address, entries: Iterable<string>): boolean {
  const parsed = [...entries].filter((entry) => entry.includes('/')).map(parseAddress);
  return parsed.some((entry) => entry !== undefined && covers(entry, address));
}

async function act(world: World, does: Command): Promise<void> {
  switch (does.kind) {
    case 'ban':
      return world.ban(does.bans.map(parseBan));
    case 'unban':
      return world.unban(does.bans.map(parseBan));
    case 'wait':
      return turns(does.turns);
    case 'reconcile':
      return world.reconcile();
    case 'unbind':
      return world.firewalld.removeSource('f2b-drop', 'ipset:f2b-drop-ipv4-0');
    case 'edit':
      return world.edit(does.set, does.entry);
    case 'flush':
      return world.flush(does.set);
    case 'fate':
      world.firewalld.fate = doomed(does.fate, does.calls);
      return;
    case 'guardFate':
      world.excuseGuard();
      world.guard.fate = doomed(does.fate, does.calls);
      return;
    case 'flushGuard':
      world.excuseGuard();
      return world.guard.flush();
    default:
      world.excuse();
      return world.firewalld[does.kind]();
  }
}

async function hold(commands: readonly Command[], looks: boolean): Promise<void> {
  const world = new World(looks);
  await turns(40);
  await world.firewall.reconcile([]);
  for (const each of commands) await act(world, each);
  world.firewalld.fate = () => 'done';
  world.guard.fate = () => 'done';
  world.excuse();
  world.firewalld.start();
  // What failed is tried again after a pause.
  for (let round = 0; round < 3; round += 1) {
    await world.clock.advance(60_000_000);
    await turns(200);
  }
  const wanted = [...world.wanted.values()];
  await world.firewall.reconcile(wanted);
  assert.deepEqual(world.missing, [], 'missing in the kernel though confirmed');
  assert.ok(wanted.every((each) => world.firewall.holds(each)));
  const { state, pending, warnings, notes } = world.firewall.status();
  assert.deepEqual({ state, pending, warnings, notes }, { state: 'ready', pending: 0, warnings: [], notes: [] });
  assert.ok(world.firewalld.sources('f2b-drop').includes('ipset:f2b-drop-ipv4-0'));
  assert.deepEqual(world.absent(wanted), []);
  for (const disposition of DISPOSITIONS) {
    const texts = wanted.filter((each) => each.disposition === disposition).map(({ address }) => address.text);
    const foreign = [...world.firewalld.kernel(`f2b-${disposition}`)].filter((entry) => !texts.includes(entry));
    assert.deepEqual(foreign, []);
  }
  // What is empty in the kernel is asked of firewalld later.
  await turns(1_000);
  assert.deepEqual([...new Set(world.firewalld.entries('f2b-'))].sort(), [...world.firewalld.kernel('f2b-')].sort());
  const places = [...new Set(wanted.map(placeOf))];
  assert.deepEqual([...world.guard.all()].sort(), places.sort());
  assert.equal(enforcedBy(world.guard).size, places.length);
  await world.firewall.close();
}

const beside = (other: fc.Arbitrary<Command>) => fc.oneof({ weight: 6, arbitrary: command }, other);

for (const [title, happening, looks, runs] of [
  [
    'whatever happens to firewalld, confirmed bans stay in its sets as long as it runs, and in the guard',
    command,
    false,
    40,
  ],
  ['whatever happens to the guard, too', beside(guardCommand), false, 20],
  ['whatever happens to the sets in the kernel, which is looked at', beside(kernelCommand), true, 40],
] as const) {
  test(`${title}; in the end both hold exactly what is wanted`, async () => {
    const happenings = fc.array(happening, { minLength: 5, maxLength: 50 });
    const property = fc.asyncProperty(happenings, (commands) => hold(commands, looks));
    const numRuns = Number(process.env['F2B_PROPERTY_RUNS'] ?? runs);
    // Shrinking a failure takes thousands of runs.
    await fc.assert(property, { numRuns, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false });
  });
}
