/** Lines that a filter need not be given: no verdict on a line of ours is another for it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Line } from '../../../../src/filter/filter.js';
import { loadFilter } from '../../../../src/filter/load-filter.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';
import { libraryOf } from '../../../support/filter-library.js';
import { loadShipped, samplesFolder, samplesOf } from '../../../support/sample-verdicts.js';

const lineOf = (text: string): Line => ({ text, at: 0, cursor: 'c' });

function matcherOf(definition: string) {
  const files = { '/etc/f/a.conf': `[Definition]\n${definition}` };
  const { value, problems } = loadFilter({ name: 'a', options: {} }, libraryOf(files));
  assert.ok(value, problems.map(({ message }) => message).join());
  return createMatcher(value);
}

const FAILED = 'failregex = ^failed <ADDR>$\n  ^refused <ADDR>$';

for (const [what, definition, text, may] of [
  ['a line with a word of a failregex', FAILED, 'refused nobody', true],
  ['a line without', FAILED, 'accepted 192.0.2.1', false],
  ['a word of an ignoreregex', `${FAILED}\nignoreregex = ^odd`, 'odd 192.0.2.1', true],
  ['a failregex with no words but an address’s', `${FAILED}\n  ^\\S+<ADDR>$`, 'accepted 192.0.2.1', true],
  [
    'a word of the prefregex alone',
    `prefregex = ^app: <F-CONTENT>.+</F-CONTENT>$\n${FAILED}`,
    'app: accepted 192.0.2.1',
    false,
  ],
  [
    'a line with some of the words of each failregex, and all of none',
    'failregex = ^failed <ADDR> port\n  ^refused <ADDR> door$',
    'failed 192.0.2.1 door',
    false,
  ],
  ['both', `prefregex = ^app: <F-CONTENT>.+</F-CONTENT>$\n${FAILED}`, 'app: failed 192.0.2.1', true],
  ['a filter that joins lines', `${FAILED}\nmaxlines = 2`, 'accepted 192.0.2.1', true],
] as const) {
  test(`${what}: the line ${may ? 'is matched' : 'is passed over'}`, () => {
    assert.equal(matcherOf(definition).mayMatch(lineOf(text)), may);
  });
}

test('a content put together of several captures may have words that the line has not', () => {
  const content = '^app: <F-TUPLE_CONTENT_1>\\w+</F-TUPLE_CONTENT_1>, <F-TUPLE_CONTENT_2>\\S+</F-TUPLE_CONTENT_2>$';
  const matcher = matcherOf(`prefregex = ${content}\nfailregex = failed <ADDR>`);
  const line = lineOf('app: failed, 192.0.2.1');
  assert.equal(matcher.mayMatch(line), true);
  assert.equal(matcher.match(line).outcome, 'failure');
});

test('while the rest of a broken line may come, every line is looked at', () => {
  const matcher = matcherOf(FAILED);
  const broken = { ...lineOf('accepted'), stream: 1, messageEnd: { stripped: 0, isBroken: true } };
  assert.equal(matcher.mayMatch(broken), true);
  matcher.match(broken);
  assert.equal(matcher.mayMatch(lineOf('accepted')), true);
  matcher.match({ ...lineOf('the rest'), stream: 1 });
  assert.equal(matcher.mayMatch(lineOf('accepted')), false);
});

for (const name of readdirSync(samplesFolder)) {
  test(`${name}: what its filter passes over is nothing to it, by all samples`, () => {
    for (const { options, lines } of samplesOf(name)) {
      const matcher = createMatcher(loadShipped(name, options));
      for (const { text } of lines)
        if (!matcher.mayMatch(lineOf(text))) assert.deepEqual(matcher.match(lineOf(text)), { outcome: 'none' }, text);
    }
  });
}
