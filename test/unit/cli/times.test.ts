/** Many times are shown as each of them alone would be, whatever the zone does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, instantsIn } from '../../../src/cli/print/times.js';
import { FOREVER } from '../../../src/core/time.js';

const MINUTE = 60_000_000;
const zones = [
  'UTC',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  ':CET-1CEST,M3.5.0,M10.5.0/3',
];
/**
 * Around changes of clocks: Berlin in 2026, Lord Howe in 2026, St. John's in 2006 (at one minute past midnight);
 * and not.
 */
const hours = ['2026-03-29T00:00Z', '2026-10-25T00:00Z', '2026-10-03T14:00Z', '2006-04-02T03:00Z', '2026-07-01T12:00Z'];

for (const zone of zones) {
  test(`times of ${zone} are shown alike, one by one or many at once`, () => {
    const many = instantsIn(zone);
    for (const hour of hours) {
      for (let minute = 0; minute < 180; minute += 1) {
        const at = Date.parse(hour) * 1_000 + minute * MINUTE + 59_999_999;
        assert.equal(many(at), instant(at, zone));
      }
    }
    for (const at of [0, 1, FOREVER, Date.UTC(9999, 11, 31, 23, 59) * 1_000]) assert.equal(many(at), instant(at, zone));
  });
}
