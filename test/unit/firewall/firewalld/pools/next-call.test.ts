/** What is done next for a pool, and what is told of it at each step. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAPACITY, nextCall } from '../../../../../src/firewall/firewalld/pools/next-call.js';
import { Pool } from '../../../../../src/firewall/firewalld/pools/pool.js';
import type { Step } from '../../../../../src/firewall/firewalld/pools/step.js';

const NAMES = ['s0', 's1', 's2'];

/** A pool and the sets that firewalld would have. */
function setUp(content: Readonly<Record<string, readonly string[]>> = {}) {
  const pool = new Pool(NAMES);
  const sets = new Map(NAMES.map((name) => [name, new Set(content[name] ?? [])]));
  const perform = (step: Step): readonly string[] => {
    const set = sets.get(step.set) ?? new Set();
    switch (step.kind) {
      case 'read':
        return [...set];
      case 'add':
        set.add(step.entry);
        return [];
      case 'remove':
        set.delete(step.entry);
        return [];
      case 'replace':
        sets.set(step.set, new Set(step.entries));
        return [];
    }
  };
  /** Does the next step; undefined when there is none. */
  const next = (): Step | undefined => {
    const step = nextCall(pool)?.step;
    if (step !== undefined) pool.done(step, perform(step), 0);
    return step;
  };
  const finish = (): Step[] => {
    const steps: Step[] = [];
    for (let step = next(); step !== undefined; step = next()) steps.push(step);
    return steps;
  };
  const held = () => [...new Set([...sets.values()].flatMap((set) => [...set]))].sort();
  return { pool, next, finish, held, sets };
}

const addresses = (count: number, third = 0) =>
  Array.from({ length: count }, (_, index) => `10.${third}.${index >> 8}.${index & 255}`);
const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind);

/** All sets are known and empty. */
function empty() {
  const lab = setUp();
  lab.finish();
  return lab;
}

test('at first every set is read, once', () => {
  const { finish } = setUp();
  assert.deepEqual(kinds(finish()), ['read', 'read', 'read']);
});

test('a new ban goes before everything else, and to the first set', () => {
  const { pool, next } = empty();
  pool.verify(0);
  pool.want('192.0.2.1', 'urgent', 5);
  assert.deepEqual(pool.pending(), { count: 1, since: 5 });
  assert.deepEqual(next(), { kind: 'add', set: 's0', entry: '192.0.2.1' });
  assert.ok(pool.holds('192.0.2.1') && pool.isSettled('192.0.2.1'));
  assert.equal(next()?.kind, 'read');
});

test('a new ban of this host goes alone before however many that let others go first', () => {
  const { pool, next } = empty();
  const patient = addresses(500);
  for (const entry of patient) pool.want(entry, 'patient', 0);
  pool.want('192.0.2.1', 'urgent', 0);
  assert.deepEqual(next(), { kind: 'add', set: 's0', entry: '192.0.2.1' });
  const step = next();
  assert.ok(step?.kind === 'replace' && patient.every((entry) => step.entries.includes(entry)));
  assert.ok(patient.every((entry) => pool.holds(entry)));
});

test('a ban that lets others go first goes before what is only put back', () => {
  const { pool, next } = empty();
  pool.want('192.0.2.1', 'routine', 0);
  pool.want('192.0.2.2', 'patient', 0);
  assert.deepEqual(pool.pending(), { count: 2, since: 0 });
  assert.deepEqual(next(), { kind: 'add', set: 's0', entry: '192.0.2.2' });
  assert.deepEqual(next(), { kind: 'add', set: 's0', entry: '192.0.2.1' });
  assert.deepEqual(pool.repairs.take(), { added: 1, removed: 0 });
});

test('a ban that was lifted before it was made costs nothing', () => {
  const { pool, finish } = empty();
  pool.want('192.0.2.1', 'urgent', 0);
  pool.release('192.0.2.1', 0);
  assert.deepEqual(finish(), []);
});

test('a ban that comes back before its entry was removed costs nothing', () => {
  const { pool, finish } = empty();
  pool.want('192.0.2.1', 'urgent', 0);
  finish();
  pool.release('192.0.2.1', 0);
  pool.want('192.0.2.1', 'urgent', 0);
  assert.ok(pool.holds('192.0.2.1'));
  assert.deepEqual(finish(), []);
});

test('many are written with one call, none of which takes a held one away', () => {
  const { pool, finish, held } = empty();
  const first = addresses(500);
  for (const entry of first) pool.want(entry, 'urgent', 0);
  const steps = finish();
  assert.deepEqual(kinds(steps), ['replace']);
  assert.deepEqual(held(), first.sort());
});

test('sets are filled up to what firewalld writes in one transaction', () => {
  const { pool, finish, held, sets } = empty();
  const all = addresses(CAPACITY + 400);
  for (const entry of all) pool.want(entry, 'urgent', 0);
  finish();
  assert.deepEqual(held(), all.sort());
  assert.ok([...sets.values()].every((set) => set.size <= CAPACITY));
});

test('at no step of many changes is an entry without a set that it is to stay in', () => {
  const { pool, next, finish, held } = empty();
  const [stay, go, come] = [addresses(300), addresses(300, 1), addresses(300, 2)];
  for (const entry of [...stay, ...go]) pool.want(entry, 'urgent', 0);
  finish();
  for (const entry of go) pool.release(entry, 0);
  for (const entry of come) pool.want(entry, 'urgent', 0);
  while (next() !== undefined) {
    const now = new Set(held());
    assert.deepEqual(
      stay.filter((entry) => !now.has(entry)),
      [],
    );
  }
  assert.deepEqual(held(), [...stay, ...come].sort());
});

test('foreign entries are removed and counted, missing ones put back and counted', () => {
  const { pool, finish, held, sets } = empty();
  for (const entry of ['192.0.2.1', '192.0.2.2']) pool.want(entry, 'urgent', 0);
  finish();
  sets.get('s0')?.delete('192.0.2.1');
  sets.get('s1')?.add('198.51.100.1');
  pool.verify(0);
  finish();
  assert.deepEqual(held(), ['192.0.2.1', '192.0.2.2']);
  assert.deepEqual(pool.repairs.take(), { added: 1, removed: 1 });
  assert.deepEqual(pool.repairs.take(), { added: 0, removed: 0 });
});

test('a set that the kernel has otherwise is written anew elsewhere first, then cleared', () => {
  const { pool, finish, held } = empty();
  for (const entry of ['192.0.2.1', '192.0.2.2']) pool.want(entry, 'urgent', 0);
  finish();
  pool.mismatch('s0', { missing: 2, foreign: 0 });
  const steps = finish();
  assert.deepEqual(kinds(steps), ['replace', 'replace']);
  assert.notEqual(steps[0]?.set, 's0');
  assert.deepEqual(steps[1], { kind: 'replace', set: 's0', entries: [] });
  assert.deepEqual(held(), ['192.0.2.1', '192.0.2.2']);
  assert.deepEqual(pool.repairs.take(), { added: 2, removed: 0 });
});

test('a prefix stays until those within it are held', () => {
  const { pool, next, held } = empty();
  pool.want('192.0.2.0/24', 'urgent', 0);
  next();
  pool.want('192.0.2.0/26', 'urgent', 0);
  pool.release('192.0.2.0/24', 0, ['192.0.2.0/26']);
  for (;;) {
    assert.ok(held().length > 0, 'one of them is there at any time');
    if (next() === undefined) break;
  }
  assert.deepEqual(held(), ['192.0.2.0/26']);
});

test('a refused entry is settled and tried no more', () => {
  const { pool, finish } = empty();
  pool.want('192.0.2.1', 'urgent', 0);
  pool.refuse('192.0.2.1');
  assert.ok(pool.isRefused('192.0.2.1') && pool.isSettled('192.0.2.1') && !pool.holds('192.0.2.1'));
  assert.deepEqual(finish(), []);
});
