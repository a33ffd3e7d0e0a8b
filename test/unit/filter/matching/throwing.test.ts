/** Whatever a line makes the matcher throw, that line is passed over, and the ones behind it are judged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Budget } from '../../../../src/filter/budget.js';
import { noLimit } from '../../../../src/filter/budget.js';
import { datedMatcher } from '../../../../src/filter/dated-matcher.js';
import type { Line, Verdict } from '../../../../src/filter/filter.js';
import { type Filter, loadFilter } from '../../../../src/filter/load-filter.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';
import type { TranslatedRegex } from '../../../../src/filter/regex/translate.js';
import { libraryOf } from '../../../support/filter-library.js';

const GUILTY = '192.0.2.9';

function filterOf(definition: string): Filter {
  const { value } = loadFilter(
    { name: 'a', options: {} },
    libraryOf({ '/etc/f/a.conf': `[Definition]\n${definition}` }),
  );
  assert.ok(value);
  return value;
}

/** The filter with the regex of its one failregex changed in this member. */
function withRegex<Name extends 'compile' | 'exec'>(filter: Filter, name: Name, member: TranslatedRegex[Name]): Filter {
  const [rule, ...others] = filter.failregex;
  assert.ok(rule && others.length === 0);
  const regex = new Proxy(rule.regex, {
    get(target, wanted) {
      if (wanted === name) return member;
      const value: unknown = Reflect.get(target, wanted, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...filter, failregex: [{ ...rule, regex }] };
}

const lineOf = (text: string, at: number): Line => ({ text, at, cursor: `c${at}` });

function brief(verdict: Verdict): string {
  return verdict.outcome === 'failure' ? verdict.hits.map(({ id }) => id).join() : verdict.outcome;
}

const tooLarge = () => {
  throw new SyntaxError('Invalid regular expression: regular expression too large');
};

test('a regex that cannot be compiled for texts beyond Latin-1', () => {
  const filter = withRegex(filterOf('failregex = ^a <HOST>'), 'compile', tooLarge);
  const lines = ['a 192.0.2.1', 'a 192.0.2.2 \u2028', 'a 192.0.2.3'].map(lineOf);
  assert.deepEqual(createMatcher(filter).matchAll(lines).map(brief), ['192.0.2.1', '192.0.2.2', '192.0.2.3']);
});

/** Gives up the guilty line, as one that took too long. */
const budget: Budget = {
  trustsLinear: false,
  each(items, work, exceeded) {
    return items.map((item) => (JSON.stringify(item).includes(GUILTY) ? exceeded(item) : work(item)));
  },
};

test('a regex that cannot be compiled, which is found out by a line that takes too long', () => {
  const filter = withRegex(filterOf('failregex = ^a <HOST>'), 'compile', tooLarge);
  const lines = ['a 192.0.2.1', `a ${GUILTY}`, 'a 192.0.2.3'].map(lineOf);
  assert.deepEqual(createMatcher(filter, { budget }).matchAll(lines).map(brief), ['192.0.2.1', 'slow', '192.0.2.3']);
});

test('a line of which it cannot be told whether it is whole', () => {
  const guilty: Line = {
    ...lineOf(`a ${GUILTY}`, 1),
    get messageEnd(): never {
      throw new RangeError('Maximum call stack size exceeded');
    },
  };
  const matcher = createMatcher(filterOf('failregex = ^a <HOST>'));
  assert.deepEqual(matcher.matchAll([guilty]).map(brief), ['none']);
  assert.deepEqual(matcher.matchAll([lineOf('a 192.0.2.3 ', 2)]).map(brief), ['192.0.2.3']);
});

test('a message that was cut off, and whose continuations would be longer than any text', () => {
  const filter = filterOf('failregex = ^h p\\[1\\]: denied <F-ID>\\S+</F-ID>');
  const cut = {
    ...lineOf(`h p[1]: denied $\`${' $`'.repeat(24_000)} end`, 1),
    messageEnd: { isBroken: true, stripped: 0 },
  };
  assert.deepEqual(brief(createMatcher(filter).match(cut)), '$`');
});

test('lines that are matched together', () => {
  const filter = filterOf('maxlines = 2\nfailregex = ^a$<SKIPLINES>^b <HOST>$');
  const [rule] = filter.failregex;
  assert.ok(rule);
  const observer = (_rule: unknown) => {
    if (text.includes(GUILTY)) throw new RangeError('Invalid string length');
  };
  let text = '';
  const matcher = createMatcher(filter, { observer });
  const verdicts = ['a', `b ${GUILTY}`, 'a', 'b 192.0.2.3'].map((line, at) => {
    text = line;
    return brief(matcher.match(lineOf(line, at)));
  });
  assert.deepEqual(verdicts, ['none', 'slow', 'none', '192.0.2.3']);
});

test('a line whose date cannot be read', () => {
  const dates = {
    isUsual: true,
    read(line: string, cursor: string): Line {
      if (line.includes('May')) throw new RangeError('Invalid time value');
      return { text: line, at: 5, cursor };
    },
  };
  const matcher = datedMatcher(createMatcher(filterOf('failregex = a <HOST>$')), dates, noLimit, 'date');
  const lines = ['May a 192.0.2.1', 'a 192.0.2.3'].map(lineOf);
  assert.deepEqual(matcher.matchAll(lines).map(brief), ['192.0.2.1', '192.0.2.3']);
});
