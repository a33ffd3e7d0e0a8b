/** Lines of a log file that come through the journal are judged as those of the file itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noLimit } from '../../../src/filter/budget.js';
import { createDatedLines } from '../../../src/filter/dated-lines.js';
import { datedMatcher } from '../../../src/filter/dated-matcher.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { localZone } from '../../../src/text/zone.js';
import { libraryOf } from '../../support/filter-library.js';

const SECOND = 1_000_000;
/** 2026-05-01 12:00:00 UTC */
const NOON = 1_777_636_800 * SECOND;

function matcherOf(definition: string, times: 'date' | 'entry' = 'date') {
  const library = { ...libraryOf({ '/etc/f/a.conf': `[Definition]\n${definition}` }), defaults: { logtype: 'file' } };
  const { value: filter } = loadFilter({ name: 'a', options: {} }, library);
  assert.ok(filter);
  const { value: dates } = createDatedLines(filter, { now: NOON / SECOND, zone: localZone('UTC0') });
  return datedMatcher(createMatcher(filter), dates, noLimit, times);
}

function judge(definition: string, text: string, at = NOON) {
  const verdict = matcherOf(definition).match({ text, at, cursor: '1' });
  return verdict.outcome === 'failure'
    ? verdict.hits.map((hit) => [hit.id, (hit.at - NOON) / SECOND])
    : verdict.outcome;
}

const access = 'failregex = ^<HOST> \\S+ \\S+ \\[\\] "POST /login HTTP/1\\.1" 401 ';

test('the date of an access log is cut out, and is the time of the failure', () => {
  const line = '192.0.2.1 - - [01/May/2026:11:59:30 +0000] "POST /login HTTP/1.1" 401 12';
  assert.deepEqual(judge(access, line), [['192.0.2.1', -30]]);
});

test('a date that lies behind the entry, and a line without one, are from the time of the entry', () => {
  const later = '192.0.2.1 - - [01/May/2026:13:00:00 +0000] "POST /login HTTP/1.1" 401 12';
  assert.deepEqual(judge(access, later), [['192.0.2.1', 0]]);
  assert.deepEqual(judge('failregex = ^failed: <HOST>$', 'failed: 192.0.2.1'), [['192.0.2.1', 0]]);
});

test('a line that came at once is from the time of its entry, whatever time zone its date is in', () => {
  const line = '192.0.2.1 - - [01/May/2026:10:00:00 +0000] "POST /login HTTP/1.1" 401 12';
  const verdict = matcherOf(access, 'entry').match({ text: line, at: NOON, cursor: '1' });
  assert.ok(verdict.outcome === 'failure');
  assert.deepEqual(
    verdict.hits.map(({ id, at }) => [id, at]),
    [['192.0.2.1', NOON]],
  );
});

test('what a date leaves out is taken from the time of the entry, however long the agent runs', () => {
  const year = 365 * 86_400;
  const line = 'May  1 11:59:00 failed: 192.0.2.1';
  assert.deepEqual(judge('failregex = ^\\s*failed: <HOST>$', line, NOON + year * SECOND), [['192.0.2.1', year - 60]]);
});

test('the datepattern of the filter is heeded', () => {
  const definition = 'datepattern = ^\\[%%d\\.%%m\\.%%Y %%H:%%M\\]\nfailregex = ^ failed: <HOST>$';
  assert.deepEqual(judge(definition, '[01.05.2026 11:58] failed: 192.0.2.1'), [['192.0.2.1', -120]]);
});

test('a filter for a file does not match the line that journalctl shows, and lines are judged in batches alike', () => {
  assert.equal(judge(access, 'host nginx[7]: 192.0.2.1 - - [] "POST /login HTTP/1.1" 401 12'), 'none');
  const matcher = matcherOf(access);
  const lines = ['192.0.2.1', '192.0.2.2'].map((address, index) => ({
    text: `${address} - - [01/May/2026:11:59:3${index} +0000] "POST /login HTTP/1.1" 401 12`,
    at: NOON,
    cursor: String(index),
  }));
  const ids = matcher.matchAll(lines).map((verdict) => (verdict.outcome === 'failure' ? verdict.hits[0]?.id : ''));
  assert.deepEqual(ids, ['192.0.2.1', '192.0.2.2']);
});
