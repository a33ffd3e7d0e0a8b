/** Several journals read as one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../../../src/core/entry.js';
import { mergedJournal } from '../../../../../src/daemon/reading/journals/merged-journal.js';
import { createOtherJournal, lookAtOthers } from '../../../../../src/daemon/reading/journals/other-journal.js';
import { createProgress, startAt, unreadFrom } from '../../../../../src/daemon/reading/journals/progress.js';
import { F2bError } from '../../../../../src/errors.js';
import { FakeJournal } from '../../../../fakes/journal.js';

const at = (...times: readonly number[]) => times.map((receivedAt) => ({ receivedAt, line: `at ${receivedAt}` }));

function two() {
  const [own, web] = [new FakeJournal(), new FakeJournal()];
  return { own, web, journal: mergedJournal(own, [{ name: 'web', journal: web }]) };
}

const shown = (entries: readonly Entry[]) => entries.map(({ line, source = 'own' }) => `${source} ${line}`);

test('entries of several journals come in the order in which they were received', () => {
  const { own, web, journal } = two();
  own.append(...at(1, 4, 5));
  web.append(...at(2, 3, 6));
  const expected = ['own at 1', 'web at 2', 'web at 3', 'own at 4', 'own at 5', 'web at 6'];
  assert.deepEqual(shown(journal.read(100)), expected);
  assert.deepEqual(journal.read(100), []);
  assert.equal(journal.isAtEnd, true);
});

for (const limit of [1, 2, 3, 5]) {
  test(`read ${limit} at a time and opened anew in between, each comes once, also one that is received late`, () => {
    const { own, web, journal } = two();
    own.append(...at(10, 20, 30, 40));
    web.append(...at(15, 25, 35));
    const found: string[] = [];
    for (let reads = 0; reads < 20; reads += 1) {
      found.push(...shown(journal.read(limit)));
      journal.reopen();
      if (reads === 2) web.append(...at(5));
    }
    assert.deepEqual(
      found.filter((line) => line.startsWith('own')),
      at(10, 20, 30, 40).map(({ line }) => `own ${line}`),
    );
    assert.deepEqual(
      found.filter((line) => line.startsWith('web')),
      at(15, 25, 35, 5).map(({ line }) => `web ${line}`),
    );
  });
}

/** A journal in which there are always older entries than in any other. */
function flooded(): FakeJournal {
  const journal = new FakeJournal();
  let number = 0;
  journal.read = (limit) =>
    Array.from({ length: limit }, () => {
      number += 1;
      return { cursor: `${number}`, at: number, receivedAt: number, line: 'old', messageAt: 0, fields: {} };
    });
  return journal;
}

for (const count of [1, 1000]) {
  test(`a journal with a false clock and no end of entries keeps ${count} others waiting for a bounded time only`, () => {
    const own = new FakeJournal();
    own.append(...at(...Array.from({ length: count }, (_, index) => 1e15 + index)));
    const journal = mergedJournal(own, [{ name: 'guest', journal: flooded() }]);
    const sources: (string | undefined)[] = [];
    for (let reads = 0; reads < 50; reads += 1) sources.push(...journal.read(300).map(({ source }) => source));
    const places = sources.flatMap((source, index) => (source === undefined ? [index] : []));
    assert.equal(places.length, count);
    assert.ok((places[0] ?? 0) <= 10_300, `the first came after ${places[0]} entries`);
    assert.ok((places.at(-1) ?? 0) <= 10_300 + 3 * count, `the last came after ${places.at(-1)} entries`);
    assert.equal(sources.at(-1), 'guest', 'it is read on, too');
  });
}

test('a long backlog of the machine’s own journal is read in order, and one of another up to its ten thousandth entry', () => {
  const { own, web, journal } = two();
  own.append(...at(...Array.from({ length: 12_000 }, (_, index) => index)));
  web.append(...at(11_999.5, ...Array.from({ length: 9_000 }, (_, index) => 20_000 + index)));
  own.append(...at(30_000));
  const found: number[] = [];
  for (let reads = 0; reads < 24; reads += 1) found.push(...journal.read(1000).map(({ receivedAt }) => receivedAt));
  assert.equal(found.length, 21_002);
  assert.deepEqual(
    found,
    [...found].sort((one, other) => one - other),
  );
});

test('a journal at its end is asked once for each read', () => {
  const { own, web, journal } = two();
  own.append(...at(1, 2, 3, 4, 5));
  let asked = 0;
  const read = web.read.bind(web);
  web.read = (limit) => {
    asked += 1;
    return read(limit);
  };
  assert.equal(journal.read(5).length, 5);
  assert.equal(asked, 1);
});

test('a position says of each journal where it stands, and of none that is not read any more', () => {
  const { own, web, journal } = two();
  web.append(...at(1));
  own.append(...at(2));
  const progress = createProgress(unreadFrom({ kind: 'since', since: 77 }));
  const [first, second] = journal.read(2);
  assert.ok(first !== undefined && second !== undefined);
  progress.note(first);
  const others = { web: { cursor: first.cursor, receivedAt: 1 } };
  assert.deepEqual(progress.position, { cursor: '', receivedAt: 77, others });
  assert.deepEqual(startAt(progress.position), { kind: 'since', since: 77 });
  progress.note(second);
  assert.deepEqual(progress.position, { cursor: second.cursor, receivedAt: 2, others });
  assert.deepEqual(startAt(progress.position), { kind: 'cursor', cursor: second.cursor, receivedAt: 2 });
  assert.deepEqual(startAt(unreadFrom({ kind: 'head' })), { kind: 'head' });
});

test('a journal that cannot be opened, or fails, is told, tried again, and goes on where it was', () => {
  const web = new FakeJournal();
  web.append(...at(1, 2, 3));
  let refusal: F2bError | undefined = new F2bError('JOURNAL_MISSING', 'not yet');
  const journal = createOtherJournal(() => {
    if (refusal !== undefined) throw refusal;
    return web.reader();
  });
  let wakes = 0;
  journal.onChange(() => {
    wakes += 1;
  });
  const told: string[] = [];
  const problem = {
    met: ({ message }: F2bError) => void told.push(message),
    over: () => void told.push('over'),
    isOpen: false,
  };
  const look = () => lookAtOthers([{ name: 'LogNamespace=web', journal }], true, 0, problem);
  journal.seek({ kind: 'since', since: 2 });
  assert.deepEqual([journal.read(10), journal.isAtEnd], [[], true]);
  look();
  assert.match(told.join(), /LogNamespace=web: there is no journal to read: not yet/);
  refusal = undefined;
  look();
  assert.equal(told.at(-1), 'over');
  assert.ok(wakes > 0, 'whoever follows is woken');
  assert.deepEqual(
    journal.read(1).map(({ receivedAt }) => receivedAt),
    [2],
  );
  refusal = new F2bError('JOURNAL_FAILED', 'broken');
  const failing = web.reader();
  failing.failure = refusal;
  journal.close();
  const other = createOtherJournal(() => failing);
  other.seek({ kind: 'head' });
  assert.deepEqual(other.read(10), []);
  failing.failure = undefined;
  other.inspect(true);
  assert.deepEqual(
    other.read(10).map(({ receivedAt }) => receivedAt),
    [1, 2, 3],
  );
});

test('what is no failure of the journal is not taken for one', () => {
  const journal = createOtherJournal(() => new FakeJournal());
  journal.seek({ kind: 'head' });
  assert.throws(() => createOtherJournal(() => assert.fail('a mistake')), /a mistake/);
});

test('hosts that are not read are told of', () => {
  const told: string[] = [];
  const problem = { met: ({ message }: F2bError) => void told.push(message), over: () => {}, isOpen: false };
  lookAtOthers([], true, 3, problem);
  assert.match(told.join(), /Remote=\*: 3 hosts too many, which are not read/);
});
