/** A store whose files are deleted, replaced, locked or out of reach: decisions go on, and nothing of them is lost. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Effect } from '../../../src/core/effect.js';
import { FOREVER } from '../../../src/core/time.js';
import type { Store } from '../../../src/ports/store.js';
import { openDatabase } from '../../../src/store/database.js';
import { openResilientStore, openStore } from '../../../src/store/sqlite.js';
import { decideAndCommit, type FakeDisk, fakeDisk, fakeOwner, fakeStore, snapshotOf } from '../../fakes/store.js';
import { aBan, aFailure, anAddress, anOffender, NOON } from '../../fakes/values.js';

const everything: readonly Effect[] = [
  { kind: 'failure', counted: 1, failure: aFailure({ user: 'root' }) },
  { kind: 'offender', offender: anOffender() },
  { kind: 'ban', ban: aBan({ until: FOREVER, reason: 'ours', origin: 'manual' }) },
];
const later: readonly Effect[] = [{ kind: 'ban', ban: aBan({ address: anAddress('198.51.100.7') }) }];
const allowance = { address: anAddress('192.0.2.9'), since: NOON, until: FOREVER };
const [first, second] = [
  { cursor: 'first', receivedAt: NOON },
  { cursor: 'second', receivedAt: NOON + 1 },
];

/** A directory below `top`, and an agent that remembers `memory`. */
class Place {
  readonly top: string;
  readonly directory: string;
  memory: FakeDisk = fakeDisk();
  owner = fakeOwner(this.memory);

  constructor(t: TestContext) {
    this.top = mkdtempSync(join(tmpdir(), 'f2b-store-resilient-'));
    this.directory = join(this.top, 'state');
    t.after(() => rmSync(this.top, { recursive: true }));
  }

  /** Opens and loads, as a start does. */
  async start(): Promise<Store> {
    this.memory = fakeDisk();
    this.owner = fakeOwner(this.memory);
    const store = await openResilientStore({ directory: this.directory, scratch: this.top, owner: this.owner });
    const { position, failures, offenders, bans, allowances } = await snapshotOf(store);
    const effects: Effect[] = [
      ...failures.map((failure) => ({ kind: 'failure', counted: 1, failure }) as const),
      ...offenders.map((offender) => ({ kind: 'offender', offender }) as const),
      ...bans.map((ban) => ({ kind: 'ban', ban }) as const),
    ];
    await fakeStore(this.memory).commit(position, effects);
    this.memory.allowances = allowances;
    return store;
  }

  /** A store that has been used, and is in use. */
  async used(): Promise<Store> {
    const store = await this.start();
    await this.commit(store, first, everything);
    this.memory.allowances = [allowance];
    await store.saveAllowances([allowance]);
    return store;
  }

  commit(store: Store, ...[position, effects]: Parameters<Store['commit']>): Promise<void> {
    return decideAndCommit(this.memory, store, position, effects);
  }

  remove(...names: readonly string[]): void {
    for (const name of names) rmSync(join(this.directory, name));
  }

  /** What a start would find if the machine went down now. */
  async found(): Promise<unknown> {
    const copy = join(this.top, 'copy');
    cpSync(this.directory, copy, { recursive: true });
    const store = await openStore({ directory: copy, report: ({ message }) => assert.fail(message) });
    const found = await snapshotOf(store);
    await store.close();
    rmSync(copy, { recursive: true });
    return found;
  }

  remembered(): Promise<unknown> {
    return snapshotOf(fakeStore(this.memory));
  }
}

const losses: readonly (readonly [string, (place: Place) => void])[] = [
  ['the state file is deleted', ({ directory }) => rmSync(join(directory, 'state.sqlite'))],
  ['everything in the directory is deleted', (place) => place.remove(...readdirSync(place.directory))],
  ['the log is deleted', (place) => place.remove('state.sqlite-wal')],
  ['the shared memory is deleted', (place) => place.remove('state.sqlite-shm')],
  ['the lock is deleted', (place) => place.remove('lock')],
  ['the directory is renamed', ({ directory }) => renameSync(directory, `${directory}.old`)],
  [
    'the directory is another one',
    ({ directory }) => {
      renameSync(directory, `${directory}.old`);
      mkdirSync(directory);
    },
  ],
];

for (const [what, lose] of losses) {
  test(`when ${what}, the next commit is durable, and so is all before it`, async (t) => {
    const place = new Place(t);
    const store = await place.used();
    lose(place);
    await place.commit(store, second, later);
    assert.deepEqual(await place.found(), await place.remembered());
    assert.match(place.owner.told[0] ?? '', /^STORE_LOST: .*state\.sqlite/);
    assert.deepEqual(place.owner.told.slice(1), ['resolved STORE_LOST']);
    await place.commit(store, undefined, [{ kind: 'unban', ban: aBan(), cause: 'manual' }]);
    await store.close();
    assert.deepEqual(await place.found(), await place.remembered());
  });

  test(`when ${what}, a look is enough to write it anew`, async (t) => {
    const place = new Place(t);
    const store = await place.used();
    lose(place);
    await store.commit(undefined, []);
    assert.deepEqual(await place.found(), await place.remembered());
    await store.close();
  });

  test(`when ${what}, the end of the agent writes it anew`, async (t) => {
    const place = new Place(t);
    const store = await place.used();
    lose(place);
    await store.close();
    assert.deepEqual(await place.found(), await place.remembered());
  });
}

test('an allowance that is acknowledged after the state was deleted is stored, with all others', async (t) => {
  const place = new Place(t);
  const store = await place.used();
  place.remove('state.sqlite');
  const both = [{ address: anAddress('192.0.2.10'), since: NOON, until: NOON + 9 }, allowance];
  await store.saveAllowances(both);
  place.memory.allowances = both;
  assert.deepEqual(await place.found(), await place.remembered());
  await store.close();
});

test('a state that is put in the place of the one in use is kept aside, and not taken over', async (t) => {
  const place = new Place(t);
  const store = await place.used();
  const other = join(place.top, 'other');
  const foreign = await openStore({ directory: other, report: ({ message }) => assert.fail(message) });
  await foreign.commit(first, later);
  await foreign.close();
  renameSync(join(other, 'state.sqlite'), join(place.directory, 'state.sqlite'));
  await place.commit(store, second, [{ kind: 'unban', ban: aBan(), cause: 'manual' }]);
  assert.deepEqual(await place.found(), await place.remembered());
  const aside = join(place.directory, 'state.sqlite.replaced-1');
  assert.ok(place.owner.told.some((text) => text.includes(`kept as ${aside}`)));
  const kept = await openDatabase(aside, 'read');
  assert.equal((await kept.rows('SELECT address FROM ban'))[0]?.['address'], '198.51.100.7');
  await kept.close();
  await store.close();
});

test('what is no file at all is kept aside too', async (t) => {
  const place = new Place(t);
  const store = await place.used();
  place.remove('state.sqlite');
  mkdirSync(join(place.directory, 'state.sqlite'));
  await place.commit(store, second, later);
  assert.deepEqual(await place.found(), await place.remembered());
  await store.close();
});

for (const name of ['state.sqlite', 'state.sqlite-wal', 'lock']) {
  test(`a FIFO in the place of ${name} keeps no start and no decision waiting`, { timeout: 60_000 }, async (t) => {
    const place = new Place(t);
    mkdirSync(place.directory);
    execFileSync('mkfifo', [join(place.directory, name)]);
    const store = await place.start();
    await place.commit(store, first, everything).catch(() => undefined);
    place.remove(name);
    await place.commit(store, second, later);
    assert.deepEqual(await place.found(), await snapshotOf(fakeStore(place.memory)));
    await store.close();
  });
}

test('when the directory cannot be made, decisions go on; once it can be, what is there is taken in', async (t) => {
  const place = new Place(t);
  const { directory } = place;
  await (await place.used()).close();
  renameSync(directory, `${directory}.old`);
  writeFileSync(directory, '');
  const store = await place.start();
  await assert.rejects(place.commit(store, second, later), { code: 'STORE_UNREADABLE' });
  rmSync(directory);
  renameSync(`${directory}.old`, directory);
  // As the agent does: what was refused is handed over again.
  await store.commit(second, later);
  assert.deepEqual(place.owner.told, ['adopted']);
  assert.equal(place.memory.bans.size, 2, 'what was stored before is remembered');
  assert.deepEqual(await place.found(), await place.remembered());
  await store.close();
});

test('when another program has locked it, it is read all the same, and written once that is over', async (t) => {
  const place = new Place(t);
  await (await place.used()).close();
  const before = readdirSync(place.top);
  const database = await openDatabase(join(place.directory, 'state.sqlite'), 'create');
  await database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; CREATE TABLE busy (id)');
  const store = await place.start();
  assert.deepEqual(readdirSync(place.top), before, 'no copy is left behind');
  assert.equal(place.memory.bans.size, 1);
  assert.equal(place.memory.position?.cursor, 'first');
  const lifted: readonly Effect[] = [{ kind: 'unban', ban: aBan(), cause: 'manual' }];
  await assert.rejects(place.commit(store, second, lifted), { code: 'STORE_LOCKED' });
  await database.exec('ROLLBACK');
  await database.close();
  await store.commit(second, lifted);
  assert.deepEqual(place.owner.told, [], 'nothing had to be taken in');
  assert.deepEqual(await place.found(), await place.remembered());
  await store.close();
});

test('of a newer state of which nothing is known nothing is taken, and it is left as it is', async (t) => {
  const place = new Place(t);
  await (await place.used()).close();
  const path = join(place.directory, 'state.sqlite');
  const database = await openDatabase(path, 'create');
  await database.exec('PRAGMA user_version = 1000; PRAGMA journal_mode = DELETE; DROP TABLE position; DROP TABLE ban');
  await database.exec('ALTER TABLE offender RENAME COLUMN count TO bans; DROP TABLE allowance');
  await database.close();
  const before = readFileSync(path);
  const store = await place.start();
  assert.deepEqual([place.memory.bans.size, place.memory.offenders.size, place.memory.position], [0, 0, undefined]);
  await assert.rejects(place.commit(store, second, later), { code: 'STORE_NEWER' });
  await store.close();
  assert.deepEqual(readFileSync(path), before);
});

test('a state of a newer version is left as it is, what is known of it is in force, and decisions go on', async (t) => {
  const place = new Place(t);
  await (await place.used()).close();
  const path = join(place.directory, 'state.sqlite');
  const database = await openDatabase(path, 'create');
  await database.exec('PRAGMA user_version = 1000; ALTER TABLE ban ADD COLUMN weight INTEGER NOT NULL DEFAULT 1');
  await database.exec('ALTER TABLE tally_log RENAME TO failure_log; PRAGMA journal_mode = DELETE');
  await database.close();
  const before = readFileSync(path);
  const { bans, offenders, allowances } = place.memory;
  const store = await place.start();
  assert.deepEqual([...place.memory.bans], [...bans]);
  assert.deepEqual([...place.memory.offenders], [...offenders]);
  assert.deepEqual(place.memory.allowances, allowances);
  assert.deepEqual(place.memory.position, first);
  assert.equal(place.memory.failures.size, 0, 'where they are this version does not know');
  await assert.rejects(place.commit(store, second, later), { code: 'STORE_NEWER' });
  assert.deepEqual(readFileSync(path), before, 'the file is as it was');
  renameSync(path, join(place.top, 'newer.sqlite'));
  await store.commit(second, later);
  assert.deepEqual(await place.found(), await place.remembered());
  await store.close();
});

test('what another agent has in use in the place of the one that was deleted is left alone', async (t) => {
  const place = new Place(t);
  const { directory, top } = place;
  const store = await place.used();
  rmSync(directory, { recursive: true });
  const other = await openStore({ directory, report: ({ message }) => assert.fail(message) });
  await other.commit(first, later);
  const before = readdirSync(directory);
  for (let n = 0; n < 3; n += 1) await assert.rejects(store.commit(second, later), { code: 'STORE_BUSY' });
  assert.deepEqual(readdirSync(directory), before);
  assert.equal(place.owner.told.length, 1);
  await other.close();
  await store.commit(second, later);
  assert.deepEqual(readdirSync(top), ['state']);
  assert.ok(readdirSync(directory).includes('state.sqlite.replaced-1'), 'it is kept once nobody has it any more');
  await store.close();
});

test('a state that was begun anew and could not be written is not kept aside as somebody else’s', async (t) => {
  const place = new Place(t);
  const store = await place.used();
  rmSync(place.directory, { recursive: true });
  const obstacle = join(place.directory, 'state.sqlite-wal');
  mkdirSync(obstacle, { recursive: true });
  for (let n = 0; n < 3; n += 1) await assert.rejects(place.commit(store, second, later), /^F2bError/);
  rmSync(obstacle, { recursive: true });
  await store.commit(second, later);
  assert.deepEqual(readdirSync(place.directory).sort(), [
    'lock',
    'state.sqlite',
    'state.sqlite-shm',
    'state.sqlite-wal',
  ]);
  assert.deepEqual(await place.found(), await place.remembered());
  await store.close();
});

test('an agent that has the state keeps another one from starting, whatever else is wrong', async (t) => {
  const place = new Place(t);
  const store = await place.used();
  await assert.rejects(openResilientStore({ directory: place.directory, scratch: place.top, owner: fakeOwner() }), {
    code: 'STORE_BUSY',
  });
  await store.close();
});

for (const [state, spoil] of [
  ['that can be opened', () => {}],
  ['that must be copied', (place: Place) => mkdirSync(join(place.directory, 'state.sqlite-shm'))],
] as const) {
  test(`a reading of a state ${state} that is broken off leaves it as it was, and tells nothing`, async (t) => {
    const place = new Place(t);
    await (await place.used()).close();
    spoil(place);
    place.owner = fakeOwner();
    const { directory, top: scratch, owner } = place;
    const store = await openResilientStore({ directory, scratch, owner });
    const ending = new AbortController();
    const parts: unknown[] = [];
    const loading = store.load(() => {
      return (part) => {
        parts.push(part);
        ending.abort(new Error('enough'));
      };
    }, ending.signal);
    await assert.rejects(loading, { message: 'enough' });
    await store.close();
    assert.deepEqual(owner.told, []);
    assert.ok(parts.length < 5, 'not all of it was read');
    rmSync(join(place.directory, 'state.sqlite-shm'), { recursive: true, force: true });
    const { position, bans, allowances } = await snapshotOf(await place.start());
    assert.deepEqual([position, bans.length, allowances.length], [first, 1, 1]);
  });
}
