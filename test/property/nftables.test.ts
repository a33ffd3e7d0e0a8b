/** Bans, unbans and everything that can happen to the table of nftables, in any order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ban } from '../../src/core/ban.js';
import { createNftables } from '../../src/firewall/nftables/nftables.js';
import { elementOf } from '../../src/firewall/nftables/set-name.js';
import type { Firewall } from '../../src/ports/firewall.js';
import { FakeTable, type Fate } from '../fakes/own-table.js';
import { BanWorld, doomed, enforcedBy, keyOf, parseBan, placeOf, turns, writtenBan } from './ban-world.js';
import '../support/seed.js';

const ADDRESSES = [
  ...Array.from({ length: 12 }, (_, index) => `192.0.2.${index + 1}`),
  '2001:db8::1',
  '198.51.100.0/24',
  '198.51.100.0/26',
  '2001:db8:1::/64',
  '2001:db8::/32',
];

type Step =
  | { readonly kind: 'ban' | 'unban'; readonly bans: readonly string[]; readonly hours: number }
  | { readonly kind: 'wait'; readonly turns: number }
  | { readonly kind: 'flush' | 'reconcile' }
  | { readonly kind: 'flushChain'; readonly chain: string }
  | { readonly kind: 'edit'; readonly set: string; readonly element: string }
  /** The next `calls` transactions end like this. */
  | { readonly kind: 'fate'; readonly fate: Fate; readonly calls: number };

const ban = writtenBan(['drop', 'drop', 'reject', 'ports:22/tcp', 'ports:80/tcp,443/tcp'], ADDRESSES);

const some = { bans: fc.array(ban, { maxLength: 12 }), hours: fc.integer({ min: 1, max: 3 }) };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('ban' as const), ...some }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('unban' as const), ...some }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'flush' }, { kind: 'reconcile' }) },
  fc.record({
    kind: fc.constant('flushChain' as const),
    chain: fc.constantFrom('prerouting', 'dropped', 'closed', 'refuse'),
  }),
  fc.record({
    kind: fc.constant('edit' as const),
    set: fc.constantFrom('drop-ipv4', 'reject-ipv4', 'drop-ipv4-24'),
    element: fc.constantFrom('192.0.2.1', '192.0.2.2', '203.0.113.0'),
  }),
  fc.record({
    kind: fc.constant('fate' as const),
    fate: fc.constantFrom<Fate>('refused', 'unanswered'),
    calls: fc.integer({ min: 1, max: 3 }),
  }),
);

/** The adapter and the table under it. What the adapter says it holds must be in force at every moment. */
class World extends BanWorld {
  readonly table = new FakeTable();
  readonly firewall: Firewall;
  /** How often somebody took rules away. */
  disturbances = 0;

  constructor() {
    super();
    const killer = { cut: async () => {}, problem: undefined };
    this.firewall = createNftables({ clock: this.clock, table: this.table, killer });
    this.table.onCommit = () => this.look();
  }

  look(): void {
    const enforced = enforcedBy(this.table);
    const held = [...this.wanted.values()].filter((each) => this.firewall.holds(each));
    const known = held.filter(({ address }) => !this.edited.has(elementOf(address)));
    this.missing.push(...known.map(placeOf).filter((place) => !enforced.has(place)));
  }

  ban(bans: readonly Ban[], hours: number): void {
    const until = this.clock.now() + hours * 3_600_000_000;
    const made = bans.map((each) => ({ ...each, until }));
    for (const each of made) this.wanted.set(keyOf(each), each);
    const { disturbances } = this;
    const confirmed = () => {
      if (this.disturbances > disturbances) return;
      const current = made.filter((each) => this.wanted.get(keyOf(each)) === each);
      this.missing.push(...current.filter((each) => !this.firewall.holds(each)).map(placeOf));
    };
    this.firewall.ban(made).then(confirmed, () => {});
  }

  edit(set: string, element: string): void {
    this.edited.add(element);
    this.table.edit(set, element);
  }
}

async function act(world: World, does: Step): Promise<void> {
  switch (does.kind) {
    case 'ban':
      return world.ban(does.bans.map(parseBan), does.hours);
    case 'unban':
      return world.unban(does.bans.map(parseBan));
    case 'wait':
      return turns(does.turns);
    case 'reconcile':
      return world.reconcile();
    case 'edit':
      return world.edit(does.set, does.element);
    case 'fate':
      world.table.fate = doomed(does.fate, does.calls);
      return;
    case 'flush':
      world.disturbances += 1;
      return world.table.flush();
    case 'flushChain':
      world.disturbances += 1;
      return world.table.flushChain(does.chain);
  }
}

test('whatever happens, what is called held is in force, and in the end the table holds exactly what is wanted', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    const world = new World();
    await world.firewall.opened();
    await world.firewall.reconcile([]);
    for (const each of steps) {
      await act(world, each);
      world.look();
    }
    world.table.fate = () => 'done';
    // A table that was flushed while it was being put right is left alone for a moment.
    for (let round = 0; round < 3; round += 1) {
      await turns(40);
      await world.clock.advance(60_000_000);
    }
    const wanted = [...world.wanted.values()];
    await world.firewall.reconcile(wanted);
    assert.deepEqual(world.missing, [], 'not in force though called held, or not held though confirmed');
    assert.ok(wanted.every((each) => world.firewall.holds(each)));
    const { state, pending } = world.firewall.status();
    assert.deepEqual({ state, pending }, { state: 'ready', pending: 0 });
    const places = [...new Set(wanted.map(placeOf))];
    assert.deepEqual([...world.table.all()].sort(), places.sort());
    assert.equal(enforcedBy(world.table).size, places.length);
    assert.deepEqual(await world.firewall.reconcile(wanted), { added: 0, removed: 0 });
    await world.firewall.close();
  });
  const numRuns = Number(process.env['F2B_PROPERTY_RUNS'] ?? 100);
  await fc.assert(property, { numRuns, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false });
});
