/** Which filters remember earlier lines. At a start nothing else is read again of them: it would be matched for nothing. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Line, Matcher, Verdict } from '../../../src/filter/filter.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { libraryOf } from '../../support/filter-library.js';
import { loadShipped, samplesFolder, samplesOf } from '../../support/sample-verdicts.js';

const of = (name: string, options = {}): Matcher => createMatcher(loadShipped(name, options));

const line = (text: string, cursor = 'c'): Line => ({ text, at: 1_700_000_000_000_000, cursor, stream: 7 });

/** What is said, without how long a line took. */
const brief = (verdict: Verdict) =>
  verdict.outcome === 'failure' ? verdict.hits.map(({ id, evidence }) => [id, evidence]) : verdict.outcome;

test('filters with sessions remember, those that judge each line by itself do not', () => {
  for (const name of ['sshd', 'dovecot', 'postfix', 'postgresql']) assert.equal(of(name).remembers, true, name);
  for (const name of ['nginx-404', 'nginx-botsearch', 'apache-auth', 'squid'])
    assert.equal(of(name).remembers, false, name);
});

test('an id of a session counts in whichever form a filter captures it', () => {
  for (const tag of ['F-MLFID', 'F-ALT_MLFID_1', 'F-TUPLE_MLFID', 'F-TUPLE_MLFID_2']) {
    const text = `[Definition]\nfailregex = ^<${tag}>\\w+</${tag}> <ADDR>$`;
    const { value, problems } = loadFilter({ name: 'app', options: {} }, libraryOf({ '/etc/f/app.conf': text }));
    assert.ok(value, JSON.stringify(problems));
    assert.equal(createMatcher(value).remembers, true, tag);
  }
});

test('a broken line is remembered until its rest came', () => {
  const matcher = of('nginx-404');
  matcher.match({ ...line('web nginx[1]: x'), messageEnd: { isBroken: true, stripped: 0 } });
  assert.equal(matcher.remembers, true);
  matcher.match(line('web nginx[1]: y'));
  assert.equal(matcher.remembers, false);
});

let judged = 0;
for (const name of readdirSync(samplesFolder)) {
  const runs = samplesOf(name).filter(({ options }) => !of(name, options).remembers);
  if (runs.length === 0) continue;
  judged += 1;
  test(`${name}: no verdict on a sample depends on the samples before it`, () => {
    for (const { options, lines } of runs) {
      const [all, anew] = [of(name, options), of(name, options)];
      for (const { text, number } of lines) {
        anew.reset();
        const one = line(text, String(number));
        assert.deepEqual(brief(anew.match(one)), brief(all.match(one)), text);
      }
    }
  });
}

test('there are many of these', () => {
  assert.ok(judged > 50, String(judged));
});
