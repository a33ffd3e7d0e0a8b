/** Whether a line is for a filter is told by how its regexes begin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { openingsOf } from '../../../src/filter/openings.js';
import { libraryOf } from '../../support/filter-library.js';

const opensLike = (regexes: string, line: string, hasHead = true) => {
  const library = libraryOf({ '/etc/f/a.conf': `[Definition]\n${regexes}` });
  const { value, problems } = loadFilter({ name: 'a', options: {} }, library);
  return openingsOf(value ?? assert.fail(problems.map(({ message }) => message).join()))?.(line, hasHead);
};

const cases: readonly (readonly [regexes: string, line: string, expected: boolean | undefined])[] = [
  ['failregex = ^\\S+ app\\[\\d+\\]: login failed from <ADDR>$', 'h app[7]: all is well', true],
  ['failregex = ^\\S+ app\\[\\d+\\]: login failed from <ADDR>$', 'h other[7]: all is well', false],
  ['failregex = ^\\S+ app(?:\\[\\d+\\])?: <ADDR> failed$', 'h app: hello', true],
  ['failregex = ^(?:\\S+ app: )?\\[error\\] <ADDR>$', 'h app: hello', true],
  ['failregex = ^(?:\\S+ app: )?\\[error\\] <ADDR>$', 'h other: [error] 192.0.2.1', false],
  ['failregex = ^\\S+ \\S+: failed <ADDR>$', 'h other: hello', true],
  ['failregex = ^\\S+ a: <ADDR>$\n  ^\\S+ b: <ADDR>$', 'h b: hello', true],
  ['failregex = ^\\S+ a: <ADDR>$\n  failed <ADDR>$', 'h c: hello', undefined],
  ['prefregex = ^\\S+ a: <F-CONTENT>.+</F-CONTENT>$\nfailregex = failed <ADDR>$', 'h c: hello', false],
  ['maxlines = 2\nfailregex = ^\\S+ a: <ADDR>$', 'h c: hello', undefined],
];

test('what stands before a message must be what a regex begins with', () => {
  for (const [regexes, line, expected] of cases)
    assert.equal(opensLike(regexes, line), expected, `${regexes} on ${line}`);
});

test('of lines of files only what an access log or JSON begins with is asked for', () => {
  for (const [regexes, line, expected] of [
    ['failregex = ^<ADDR> - - "GET', '192.0.2.1 - - "POST', true],
    ['failregex = ^<ADDR> - - "GET', '{"ip":"192.0.2.1"}', false],
    ['failregex = ^\\{"ip":"<ADDR>","status":401', '{"status":200}', true],
    ['failregex = ^\\{"ip":"<ADDR>","status":401', '192.0.2.1 - -', false],
    ['failregex = ^login failed from <ADDR>$', 'all is well', true],
  ] as const)
    assert.equal(opensLike(regexes, line, false), expected, `${regexes} on ${line}`);
});
