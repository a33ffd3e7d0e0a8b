import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDatedLines } from '../../../src/filter/dated-lines.js';
import { civilOf, daysOf, epochOf, secondsOf } from '../../../src/filter/dates/calendar.js';
import { posixZone } from '../../../src/filter/dates/posix-zone.js';
import { filterOfRegex } from '../../../src/filter/load-filter.js';

const zone = posixZone('CET-01CEST-02,M3.5.0,M10.5.0');
assert.ok(zone);
const { value: plain } = filterOfRegex('<HOST>');
assert.ok(plain);
/** 2005-08-14 12:00:00 CEST */
const now = 1_124_013_600;

/** `2005-08-14 11:59:59|text` for a line, times on the local clock. */
function read(line: string, datepattern: readonly string[] = []): string {
  assert.ok(plain && zone);
  const { value, problems } = createDatedLines({ ...plain, datepattern }, { now, zone });
  assert.deepEqual(problems, []);
  const { at, text } = value.read(line, '1');
  const seconds = Math.floor(at / 1e6);
  const local = new Date((seconds + zone.offsetAt(seconds)) * 1000).toISOString();
  return `${local.slice(0, 19).replace('T', ' ')}|${text}`;
}

const usual: readonly [string, string][] = [
  ['2005-08-14T11:59:59 x', '2005-08-14 11:59:59| x'],
  ['2005-08-14 11:59:59,123 x', '2005-08-14 11:59:59| x'],
  ['2005/08/14 11:59:59.5 +0000 x', '2005-08-14 13:59:59| x'],
  ['2005-08-14T11:59:59Z x', '2005-08-14 13:59:59| x'],
  ['2005-08-14T11:59:59-03:30 x', '2005-08-14 17:29:59| x'],
  ['Aug 14 11:59:59 host x', '2005-08-14 11:59:59| host x'],
  ['Aug  3 11:59:59 host x', '2005-08-03 11:59:59| host x'],
  ['Sun Aug 14 11:59:59.011 2005 x', '2005-08-14 11:59:59| x'],
  ['Sun Aug 14 2005 11:59:59 x', '2005-08-14 11:59:59| x'],
  ['14/08/2005 11:59:59 x', '2005-08-14 11:59:59| x'],
  ['14-08-05 11:59:59 x', '2005-08-14 11:59:59| x'],
  ['1.2.3.4 - - [14/Aug/2005:11:59:59 +0200] "GET', '2005-08-14 11:59:59|1.2.3.4 - - [] "GET'],
  ['14-Aug-2005 11:59:59.252 x', '2005-08-14 11:59:59| x'],
  ['2005-08-14 1١:5٩:59 x', '2005-08-14 11:59:59| x'],
  ['08/14/2005:11:59:59 x', '2005-08-14 11:59:59| x'],
  ['1124013599 x', '2005-08-14 11:59:59| x'],
  ['[1124013599] x', '2005-08-14 11:59:59|[] x'],
  ['type=A msg=audit(1124013599.123:12): x', '2005-08-14 11:59:59|type=A msg=audit(:12): x'],
  ['11:59:59 x', '2005-08-14 11:59:59| x'],
  ['<08/14/05@11:59:59> x', '2005-08-14 11:59:59| x'],
  ['050814 11:59:59 x', '2005-08-14 11:59:59| x'],
  ['Aug 14, 2005 1:59:59 PM x', '2005-08-14 13:59:59| x'],
  ['Aug-14-05 11:59:59 x', '2005-08-14 11:59:59| x'],
  ['20050814T115959 x', '2005-08-14 11:59:59| x'],
  ['PDT Aug 14 02:59:59 x', '2005-08-14 11:59:59| x'],
  ['@4000000042ff165f00000000 x', '2005-08-14 12:01:03| x'],
];

for (const [line, expected] of usual) {
  test(`dates: ${line}`, () => assert.equal(read(line), expected));
}

const assumed: readonly [string, string][] = [
  ['Aug 15 11:59:59 x', '2005-08-15 11:59:59| x'],
  ['Aug 16 12:00:01 x', '2004-08-16 12:00:01| x'],
  ['12:00:01 x', '2005-08-13 12:00:01| x'],
  ['Jan  2 03:04:05 x', '2005-01-02 03:04:05| x'],
  ['nothing', '2005-08-14 12:00:00|nothing'],
  ['2005-02-30 11:59:59 x', '2005-08-14 12:00:00| x'],
];

for (const [line, expected] of assumed) {
  test(`dates: what "${line}" leaves out or gets wrong is taken from now`, () => assert.equal(read(line), expected));
}

const patterns: readonly [string, string, string][] = [
  ['%d.%m.%Y %H-%M', 'at 14.08.2005 11-59 x', '2005-08-14 11:59|at  x'],
  ['^(%Y%m%d) (\\w+)', '20050813 foo x', '2005-08-13 00:00| foo x'],
  ['^[^\\[]*\\[({DATE})', 'a [14/Aug/2005:11:59:59 +0200] b', '2005-08-14 11:59|a [] b'],
  ['{^LN-BEG}', 'x 2005-08-14 11:59:59', '2005-08-14 12:00|x 2005-08-14 11:59:59'],
  ['{NONE}', '2005-08-14 10:00:00', '2005-08-14 12:00|2005-08-14 10:00:00'],
  ['t={EPOCH}', 'a t=1124010000 b', '2005-08-14 11:00|a  b'],
  ['LEPOCH', '1124010000123 b', '2005-08-14 11:00| b'],
  ['%Y-%j', '2005-226 x', '2005-08-14 00:00| x'],
  ['%Y week %W %a', '2005 week 32 Sun x', '2005-08-14 00:00| x'],
  ['%Y week %U %a', '2005 week 33 Sun x', '2005-08-14 00:00| x'],
  ['%Y-%m-%d %p', '2005-08-14 PM x', '2005-08-14 00:00| x'],
  ['%Y-%m-%d %I:%M %p', '2005-08-14 12:05 am x', '2005-08-14 00:05| x'],
  ['%B %d, %Y %l:%M %p', 'august 14, 2005  1:05 pm x', '2005-08-14 13:05| x'],
  ['**%Y%m%d**', 'a20050814b', '2005-08-14 00:00|ab'],
  ['**at\\s{EPOCH}\\s', 'a format 1124010000 b', '2005-08-14 11:00|a formb'],
  ['{DATE}', 'audit(1124010000.123:7) b', '2005-08-14 11:00|audit(:7) b'],
  ['{DATE}', '@4000000042ff000a00000000 b', '2005-08-14 10:25| b'],
  ['^(?P<Y>\\w+)-%m-%d', 'year-08-14 x', '2005-08-14 12:00| x'],
  ['%Y-%m-%d %H:%M %Exz', '2005-08-14 11:59 EST+01 x', '2005-08-14 17:59| x'],
];

for (const [pattern, line, expected] of patterns) {
  test(`datepattern ${pattern}`, () => {
    const [date = '', ...rest] = read(line, [pattern]).split('|');
    assert.equal([date.slice(0, 16), ...rest].join('|'), expected);
  });
}

test('datepattern: what is wrong with it is told', () => {
  assert.ok(plain && zone);
  const { problems } = createDatedLines({ ...plain, datepattern: ['%Q', '(%Y', '%Y'] }, { now, zone });
  assert.equal(problems.length, 2);
  assert.match(problems[0]?.message ?? '', /^datepattern "%Q": "%Q" is no field of a date$/);
  assert.match(problems[1]?.message ?? '', /^datepattern "\(%Y": /);
});

test('dates: a date in the message does not beat the one at the usual place', () => {
  assert.ok(plain && zone);
  const { value } = createDatedLines({ ...plain, datepattern: [] }, { now, zone });
  const texts = ['2005-08-14 11:59:59 a', '2005-08-14 11:59:59 Aug 13 10:00:00 b', 'c 2001-01-01 00:00:00'];
  assert.deepEqual(
    texts.map((line) => value.read(line, '1').text),
    [' a', ' Aug 13 10:00:00 b', 'c '],
  );
});

test('dates: after a line with a date, one whose date does not exist is whole and from the same time', () => {
  assert.ok(plain && zone);
  const { value } = createDatedLines({ ...plain, datepattern: [] }, { now, zone });
  value.read('2005-08-14 11:59:30 a', '1');
  const { text, at } = value.read('2005-02-30 11:59:59 b', '2');
  assert.deepEqual([text, at / 1e6], ['2005-02-30 11:59:59 b', now - 30]);
});

test('dates: the last format is looked for from its last place on, not before it', () => {
  assert.ok(plain && zone);
  const { value } = createDatedLines({ ...plain, datepattern: ['%M%S', '%b'] }, { now, zone });
  const texts = ['ab 1010 x', '12 2020 x'].map((line) => value.read(line, '1').text);
  assert.deepEqual(texts, ['ab  x', '12  x']);
});

test('calendar: days and dates agree with the system over 800 years', () => {
  for (let day = -150_000; day < 150_000; day += 97) {
    const { year, month, day: ofMonth } = civilOf(day * 86_400);
    assert.equal(daysOf(year, month, ofMonth), day);
  }
});

const rules: readonly [string, string, number][] = [
  ['UTC0', '2005-07-01T00:00:00Z', 0],
  ['EST5EDT', '2005-07-01T00:00:00Z', -4],
  ['EST5EDT,M4.1.0,M10.5.0', '2005-04-03T06:59:59Z', -5],
  ['EST5EDT,M4.1.0,M10.5.0', '2005-04-03T07:00:00Z', -4],
  ['CET-1CEST,M3.5.0,M10.5.0/3', '2005-10-30T00:59:59Z', 2],
  ['CET-1CEST,M3.5.0,M10.5.0/3', '2005-10-30T01:00:00Z', 1],
  ['AEST-10AEDT,M10.1.0,M4.1.0/3', '2005-01-01T00:00:00Z', 11],
  ['<+0330>-3:30', '2005-01-01T00:00:00Z', 3.5],
  ['XXX3YYY,J60/0,300/0', '2004-03-01T03:00:00Z', -2],
];

for (const [rule, instant, hours] of rules) {
  test(`zone ${rule} at ${instant} is ${hours} h east`, () => {
    assert.equal(posixZone(rule)?.offsetAt(Date.parse(instant) / 1000), hours * 3600);
  });
}

test('zone: names of places are not rules', () => {
  assert.equal(posixZone('Europe/Berlin'), undefined);
  assert.equal(posixZone(''), undefined);
});

test('zone: local times that exist lead to the instant they name', () => {
  const rule = posixZone('CET-1CEST,M3.5.0,M10.5.0/3');
  assert.ok(rule);
  for (let epoch = 1_100_000_000; epoch < 1_140_000_000; epoch += 7_777) {
    const back = epochOf(epoch + rule.offsetAt(epoch), rule);
    assert.ok(back === epoch || epoch - back === 3600, `${epoch} became ${back}`);
  }
});

test('zone: in the gap of a spring night the clock has moved on', () => {
  const rule = posixZone('CET-1CEST,M3.5.0,M10.5.0/3');
  assert.ok(rule);
  const gap = secondsOf({ year: 2005, month: 3, day: 27, hour: 2, minute: 30, second: 0 });
  assert.equal(new Date(epochOf(gap, rule) * 1000).toISOString(), '2005-03-27T01:30:00.000Z');
});
