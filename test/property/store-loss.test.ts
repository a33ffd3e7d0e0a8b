/**
 * Whatever is done to the files of a state while an agent uses it: what was acknowledged is found by the next start, and
 * what is found is what was decided up to one position, no less and no more.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Effect } from '../../src/core/effect.js';
import { type Committer, createCommitter } from '../../src/daemon/applying/committer.js';
import { createProblems } from '../../src/daemon/problems/problems.js';
import type { Store } from '../../src/ports/store.js';
import { openResilientStore, openStore } from '../../src/store/sqlite.js';
import { type FakeDisk, fakeDisk, fakeOwner, fakeStore, snapshotOf } from '../fakes/store.js';
import { aBan, aFailure, anAddress, anOffender, NOON } from '../fakes/values.js';
import { VirtualClock } from '../support/virtual-clock.js';
import '../support/seed.js';

const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '198.51.100.0/24', '2001:db8::/64').map(anAddress);
const time = fc.integer({ min: NOON, max: NOON + 5 });

const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc
    .tuple(address, time)
    .map(
      ([where, at]) =>
        ({ kind: 'failure', counted: 1, failure: aFailure({ address: where, at, cursor: `at ${at}` }) }) as const,
    ),
  address.map((where) => ({ kind: 'clear-failures', jail: 'ssh.service', address: where }) as const),
  fc.tuple(address, time).map(([where, until]) => ({ kind: 'ban', ban: aBan({ address: where, until }) }) as const),
  address.map((where) => ({ kind: 'unban', ban: aBan({ address: where }), cause: 'manual' }) as const),
  fc
    .tuple(address, time)
    .map(([where, bannedAt]) => ({ kind: 'offender', offender: anOffender({ address: where, bannedAt }) }) as const),
  address.map((where) => ({ kind: 'delete-offender', jail: 'ssh.service', address: where }) as const),
);

type Step =
  /** `isAwaited`: the agent does nothing else before it is acknowledged. */
  | { readonly kind: 'commit'; readonly effects: readonly Effect[]; readonly isAwaited: boolean }
  | { readonly kind: 'remove'; readonly names: readonly string[] }
  | { readonly kind: 'replace'; readonly by: 'another state' | 'garbage' | 'a folder' }
  | { readonly kind: 'rename' }
  | { readonly kind: 'kill' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      effects: fc.array(effect, { maxLength: 4 }),
      isAwaited: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      names: fc.subarray(['state.sqlite', 'state.sqlite-wal', 'state.sqlite-shm', 'lock'], { minLength: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      by: fc.constantFrom('another state' as const, 'garbage' as const, 'a folder' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'rename' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
);

/** An agent on a machine that can go down: then all that counts is what is on its disk. */
class Machine {
  readonly #top = mkdtempSync(join(tmpdir(), 'f2b-store-loss-'));
  #directory = join(this.#top, 'state');
  #memory: FakeDisk = fakeDisk();
  #store: Store | undefined;
  #committer: Committer | undefined;
  readonly #problems = createProblems({ notify: () => {} });
  #count = 0;

  async start(): Promise<void> {
    this.#memory = fakeDisk();
    const owner = fakeOwner(this.#memory);
    this.#store = await openResilientStore({ directory: this.#directory, scratch: this.#top, owner });
    this.#committer = createCommitter(this.#store, new VirtualClock(), this.#problems);
    const { position, failures, offenders, bans } = await snapshotOf(this.#store);
    await fakeStore(this.#memory).commit(position, [
      ...failures.map((failure) => ({ kind: 'failure', counted: 1, failure }) as const),
      ...offenders.map((offender) => ({ kind: 'offender', offender }) as const),
      ...bans.map((ban) => ({ kind: 'ban', ban }) as const),
    ]);
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'commit':
        return this.#commit(step.effects, step.isAwaited);
      case 'remove':
        for (const name of step.names) rmSync(join(this.#directory, name), { recursive: true, force: true });
        return;
      case 'replace':
        return this.#replace(step.by);
      case 'rename':
        renameSync(this.#directory, `${this.#directory}.${this.#next()}`);
        return mkdirSync(this.#directory);
      case 'kill':
        return this.#kill();
    }
  }

  /** The next start finds all that is remembered. */
  async check(): Promise<void> {
    await this.#settle();
    const copy = join(this.#top, `copy${this.#next()}`);
    cpSync(this.#directory, copy, { recursive: true });
    const store = await openStore({ directory: copy, report: ({ message }) => assert.fail(message) });
    const found = await snapshotOf(store);
    await store.close();
    assert.deepEqual(found, await snapshotOf(fakeStore(this.#memory)));
  }

  async remove(): Promise<void> {
    await this.#settle();
    await this.#store?.close();
    rmSync(this.#top, { recursive: true });
  }

  async #commit(effects: readonly Effect[], isAwaited: boolean): Promise<void> {
    const count = this.#next();
    const position = { cursor: `s=${count}`, receivedAt: NOON + count };
    await fakeStore(this.#memory).commit(position, effects);
    void this.#committer?.commit(position, effects);
    if (isAwaited) await this.check();
  }

  /** What is under way ends. What was refused, as the files changed under it, is tried again. */
  async #settle(): Promise<void> {
    for (let tries = 0; tries === 0 || this.#problems.open.length > 0; tries += 1) {
      assert.ok(tries < 3, this.#problems.open.map(({ message }) => message).join());
      await this.#committer?.stop();
    }
  }

  async #replace(by: 'another state' | 'garbage' | 'a folder'): Promise<void> {
    const path = join(this.#directory, 'state.sqlite');
    rmSync(path, { recursive: true, force: true });
    if (by === 'garbage') return writeFileSync(path, 'garbage'.repeat(2_000));
    if (by === 'a folder') return mkdirSync(path);
    const other = join(this.#top, `other${this.#next()}`);
    const store = await openStore({ directory: other, report: ({ message }) => assert.fail(message) });
    await store.commit({ cursor: 'other', receivedAt: 1 }, [{ kind: 'ban', ban: aBan({ count: 99 }) }]);
    await store.close();
    return renameSync(join(other, 'state.sqlite'), path);
  }

  /** The machine goes down once all is acknowledged, and is up again with the disk as it was. */
  async #kill(): Promise<void> {
    await this.#settle();
    const disk = join(this.#top, `disk${this.#next()}`);
    cpSync(this.#directory, disk, { recursive: true });
    await this.#store?.close();
    this.#directory = disk;
    const before = await snapshotOf(fakeStore(this.#memory));
    await this.start();
    assert.deepEqual(await snapshotOf(fakeStore(this.#memory)), before);
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}

test('whatever is done to the files of a state, what was acknowledged is found again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const machine = new Machine();
      try {
        await machine.start();
        for (const each of steps) await machine.take(each);
        await machine.check();
      } finally {
        await machine.remove();
      }
    }),
    { numRuns: Number(process.env['F2B_LOSSES'] ?? 25) },
  );
});
