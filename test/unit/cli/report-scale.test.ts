/** Where the axes of a report's charts end, and which times stand below them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { axisEnd, timeMarks } from '../../../src/cli/report/page/scale.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { localZone } from '../../../src/text/zone.js';
import '../../support/seed.js';

const berlin = localZone('CET-1CEST,M3.5.0,M10.5.0/3');
const at = (text: string) => Date.parse(text) * 1000;

test('an axis of counts ends at a round number that all counts fit below, and whose half is a count too', () => {
  for (const [highest, end] of [
    [0, 2],
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 10],
    [41, 60],
    [100, 100],
    [101, 200],
    [449, 600],
    [1_500_000, 2_000_000],
  ] as const)
    assert.equal(axisEnd(highest), end, String(highest));
});

test('a week has its days below it, a day its hours, a year its months, each at its place', () => {
  const texts = (since: string, until: string) => timeMarks(at(since), at(until), berlin).map(({ text }) => text);
  assert.deepEqual(texts('2026-05-01T10:02Z', '2026-05-08T10:02Z'), [
    ...['May 02', 'May 03', 'May 04', 'May 05', 'May 06', 'May 07', 'May 08'],
  ]);
  assert.deepEqual(texts('2026-05-01T10:02Z', '2026-05-02T10:02Z'), [
    ...['15:00', '18:00', '21:00', 'May 02', '03:00', '06:00', '09:00', '12:00'],
  ]);
  assert.deepEqual(texts('2026-05-01T10:00Z', '2026-05-01T10:05Z'), [
    '12:00',
    '12:01',
    '12:02',
    '12:03',
    '12:04',
    '12:05',
  ]);
  const [first] = timeMarks(at('2026-05-01T10:02Z'), at('2026-05-08T10:02Z'), berlin);
  assert.equal(first?.at.toFixed(2), '7.12');
});

test('days stay at midnight when the clock is put forward between them', () => {
  const marks = timeMarks(at('2026-03-27T23:00Z'), at('2026-03-30T22:00Z'), berlin);
  assert.deepEqual(
    marks.filter(({ text }) => text.startsWith('Mar')).map(({ text }) => text),
    ['Mar 28', 'Mar 29', 'Mar 30', 'Mar 31'],
  );
});

test('whatever the time is, its marks are few, within it and in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 1, max: 2e9 }), (since, length) => {
      const marks = timeMarks(since * MICROS_PER_SECOND, (since + length) * MICROS_PER_SECOND, berlin);
      assert.ok(marks.length <= 9);
      for (const [index, mark] of marks.entries()) {
        assert.ok(mark.at >= 0 && mark.at <= 100);
        assert.ok(index === 0 || mark.at > (marks[index - 1]?.at ?? 0));
      }
    }),
  );
});
