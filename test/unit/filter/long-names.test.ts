/** Neither a name that a client chooses nor a regex that an administrator writes makes work that grows with its square. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatProblem } from '../../../src/core/problem.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { libraryOf } from '../../support/filter-library.js';
import { repository } from '../../support/repository.js';

/** Of the regex machine, for a line of 8,000 characters. */
const STEPS = 400_000;

for (const piece of [' ', '. ', ' x', 'x.', '\t']) {
  test(`vaultwarden: a long name of ${JSON.stringify(piece)} takes no longer than others`, () => {
    const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
    const { value } = loadFilter({ name: 'vaultwarden', options: {} }, { path: [join(repository, 'filters')], read });
    const before = 'h vaultwarden[1]: [2026-11-28 20:00:00.000][vaultwarden::api::identity][ERROR] ';
    const name = piece.repeat(8_000 / piece.length);
    const said = `Username or password is incorrect. Try again. IP: 198.51.100.66. Username: x${name}x`;
    for (const end of ['.', '\u2028', '\nmore']) {
      const line = `${before}${said}${end}\n`;
      for (const { regex } of value?.failregex ?? []) assert.doesNotThrow(() => regex.bounded(STEPS).exec(line));
    }
    const [first] = value?.failregex ?? [];
    assert.equal(first?.regex.exec(`${before}${said}.\n`)?.named('user'), `x${name}x`);
  });
}

test('a regex that V8 would compile for seconds is a problem of its filter', () => {
  const problemsOf = (regex: string) =>
    loadFilter(
      { name: 'a', options: {} },
      libraryOf({ '/etc/f/a.conf': `[Definition]\nfailregex = ^${regex} <HOST>$\n` }),
    )
      .problems.map(formatProblem)
      .join();
  assert.equal(problemsOf('a?'.repeat(500)), '');
  for (const piece of ['a?', '(?:a|b)', 'a{1,2}'])
    assert.match(
      problemsOf(piece.repeat(1_500)),
      /a\.conf:2: failregex .* it can match in too many ways: .* 1,?5\d\d of/,
    );
  assert.equal(problemsOf(`(?:${'a|b'.repeat(2_000)})`), '', 'a long list is one choice');
});
