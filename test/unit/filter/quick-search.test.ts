import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Budget, noLimit } from '../../../src/filter/budget.js';
import type { Verdict } from '../../../src/filter/filter.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { libraryOf } from '../../support/filter-library.js';

/** Notes what is watched. */
function noting(trustsLinear: boolean) {
  const watched: unknown[] = [];
  const budget: Budget = {
    trustsLinear,
    each(items, work, exceeded) {
      watched.push(...items);
      return noLimit.each(items, work, exceeded);
    },
  };
  return { budget, watched };
}

function verdictsOf(definition: string, texts: readonly string[], budget: Budget): readonly Verdict[] {
  const { value } = loadFilter(
    { name: 'a', options: {} },
    libraryOf({ '/etc/f/a.conf': `[Definition]\n${definition}` }),
  );
  assert.ok(value);
  return createMatcher(value, { budget }).matchAll(texts.map((text, at) => ({ text, at, cursor: `c${at}` })));
}

const RULES = 'failregex = ^a <ADDR>$\n  ^b (?!x)\\w+ <ADDR>$\n  ^c <ADDR>$';
const MANY = `failregex = ${Array.from({ length: 17 }, (_, n) => `^\\w{${n + 1}} <ADDR>$`).join('\n  ')}`;
const APART = `failregex = ${Array.from({ length: 17 }, (_, n) => `^\\w+${n}th <ADDR>$`).join('\n  ')}`;

for (const [what, definition, text, isWatched] of [
  ['a linear regex', RULES, 'a 192.0.2.1', false],
  ['no regex', RULES, 'd 192.0.2.1', false],
  ['a linear regex behind one that is not', RULES, 'c 192.0.2.1', false],
  ['a regex that is not linear', RULES, 'b y 192.0.2.1', true],
  ['a long line', RULES, `a ${'x'.repeat(500)}`, true],
  ['letters beyond Latin-1', RULES, 'a \u0416', true],
  ['a prefregex that is not linear', `prefregex = ^(?!x)<F-CONTENT>.+</F-CONTENT>$\n${RULES}`, 'a 192.0.2.1', true],
  ['an ignoreregex that is not linear', `${RULES}\nignoreregex = ^a (?!x).*1$`, 'a 192.0.2.1', true],
  ['a linear ignoreregex', `${RULES}\nignoreregex = ^a .*1$`, 'a 192.0.2.1', false],
  ['more regexes than a few', MANY, `${'a'.repeat(17)} 192.0.2.1`, true],
  ['the words of a few of many regexes', APART, 'the 16th 192.0.2.1', false],
] as const) {
  test(`a line that meets ${what} is ${isWatched ? 'watched' : 'matched without a watch'}, with the same verdict`, () => {
    const [quick, slow] = [noting(true), noting(false)];
    assert.deepEqual(verdictsOf(definition, [text], quick.budget), verdictsOf(definition, [text], slow.budget));
    assert.equal(quick.watched.length === 1, isWatched);
    assert.equal(slow.watched.length, 1);
  });
}

test('lines that are watched and lines that are not keep their order', () => {
  const texts = ['b y 192.0.2.1', 'a 192.0.2.2', 'b x 192.0.2.3', 'b z 192.0.2.4', 'c 192.0.2.5', 'b y'];
  const { budget, watched } = noting(true);
  const verdicts = verdictsOf(RULES, texts, budget);
  assert.deepEqual(verdicts, verdictsOf(RULES, texts, noting(false).budget));
  assert.deepEqual(
    verdicts.map(({ outcome }) => outcome),
    ['failure', 'failure', 'none', 'failure', 'failure', 'none'],
  );
  assert.equal(watched.length, 4);
});

test('a filter whose usual lines have to be watched seldom searches them without a watch first', () => {
  const texts = Array.from({ length: 100 }, () => 'b y 192.0.2.1');
  let attempts = 0;
  const counting: Budget = {
    ...noLimit,
    get trustsLinear() {
      attempts += 1;
      return true;
    },
  };
  const { value } = loadFilter({ name: 'a', options: {} }, libraryOf({ '/etc/f/a.conf': `[Definition]\n${RULES}` }));
  assert.ok(value);
  const matcher = createMatcher(value, { budget: counting });
  for (const [at, text] of texts.entries()) matcher.match({ text, at, cursor: `c${at}` });
  assert.equal(attempts, 13);
});
