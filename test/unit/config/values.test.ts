import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSyntax } from '../../../src/config/files/syntax.js';
import { splitWords } from '../../../src/config/files/words.js';
import { nearest } from '../../../src/config/keys/nearest.js';
import { filterSpec } from '../../../src/config/values/readers.js';
import { parseServices } from '../../../src/config/values/services.js';
import { FOREVER } from '../../../src/core/time.js';
import { formatDuration, parseDuration } from '../../../src/text/duration.js';

const assignments = (text: string) =>
  parseSyntax(text, 'f').value.assignments.map(
    ({ section, key, value, place }) => `${place.line} [${section}] ${key}=${value}`,
  );

test('sections, comments, white space around = and continued lines are read as systemd.syntax(7) says', () => {
  const text = `\uFEFF# comment
[Section A]
  KeyOne = value 1
; comment
[Section B]
Setting="something" "some thing"
KeyTwo=value 2 \\
       value 2 continued

[Section C]
KeyThree=value 3\\
# this line is ignored
; this line is ignored too
       value 3 continued
Path=C:\\\\
Equals=a=b
Empty=\r
`;
  assert.deepEqual(assignments(text), [
    '3 [Section A] KeyOne=value 1',
    '6 [Section B] Setting="something" "some thing"',
    '7 [Section B] KeyTwo=value 2  value 2 continued',
    '11 [Section C] KeyThree=value 3 value 3 continued',
    '15 [Section C] Path=C:\\\\',
    '16 [Section C] Equals=a=b',
    '17 [Section C] Empty=',
  ]);
});

test('lines that are nothing are problems with their line, and reading goes on', () => {
  const { value, problems } = parseSyntax('Key=1\n[A\njunk\n=x\n[A]\nK=\0\nL=2 \\', 'f');
  assert.deepEqual(
    problems.map(({ line }) => line),
    [1, 2, 3, 4, 6],
  );
  assert.deepEqual(
    value.assignments.map(({ key }) => key),
    ['L'],
  );
});

test('words may be quoted as a whole and hold C escapes', () => {
  const words = (text: string) => {
    const read = splitWords(text);
    return read.ok ? read.value : read.message;
  };
  assert.deepEqual(words(` a  "b c" 'd "e'\tf\\sg \\x41\\101\\u00e4\\U0001F600 "" `), [
    'a',
    'b c',
    'd "e',
    'f g',
    'AAä😀',
    '',
  ]);
  assert.match(String(words('"open')), /does not close/);
  assert.match(String(words('"a"b')), /does not close/);
  assert.match(String(words('a"b"')), /in the middle/);
  for (const odd of ['\\q', '\\x4', '\\000', '\\ud800', 'a\\']) assert.match(String(words(odd)), /unknown escape/);
  assert.deepEqual(splitWords('a\\x2db', 'retain'), { ok: true, value: ['a\\x2db'] });
});

const spans: readonly (readonly [string, number | undefined, string])[] = [
  ['0', 0, '0'],
  ['50', 50e6, '50s'],
  ['2min 200ms', 120_200_000, '2min 200ms'],
  ['1h 30min', 5400e6, '1h 30min'],
  ['1h30', 3630e6, '1h 30s'],
  ['1s.5s', 1.5e6, '1s 500ms'],
  ['1.5h', 5400e6, '1h 30min'],
  ['.5s', 500_000, '500ms'],
  ['2 h', 7200e6, '2h'],
  ['48hr', 172_800e6, '2d'],
  ['1y 12month', 63_115_200e6, '2y'],
  ['300ms20s 5day', 432_020_300_000, '5d 20s 300ms'],
  ['3us 4µs 5μs', 12, '12us'],
  ['1M 1m', 2_629_860e6, '1month 1min'],
  ['infinity', FOREVER, 'infinity'],
  ['', undefined, ''],
  ['-5', undefined, ''],
  ['5 parsecs', undefined, ''],
  ['12.34.56', undefined, ''],
  ['12.34 .56', 12_900_000, '12s 900ms'],
  ['5,5', undefined, ''],
  ['1h infinity', undefined, ''],
  ['300y', undefined, ''],
  ['1e3', undefined, ''],
  ['1.5.2 w', undefined, ''],
  [`${'1'.repeat(60)}!`, undefined, ''],
];

for (const [text, micros, shown] of spans) {
  test(`the time span ${JSON.stringify(text)} is ${micros === undefined ? 'refused' : shown}`, () => {
    assert.equal(parseDuration(text), micros);
    if (micros !== undefined) assert.equal(formatDuration(micros), shown);
  });
}

test('a filter is one name with options in brackets', () => {
  const read = (text: string) => filterSpec(text).ok;
  for (const fine of ['sshd', 'sshd[mode=aggressive]', '/a/b.conf[a=1, b="x,y"]']) assert.ok(read(fine), fine);
  for (const odd of ['[a=b]', 'a[b]', 'a[b=c', 'a b', 'a[b=c]d']) assert.ok(!read(odd), odd);
});

test('services are known by name and alias, with all their protocols', () => {
  const lookup = parseServices(
    '# x\nhttp 80/tcp www www-http # y\nhttps 443/tcp\nhttps\t443/udp\nbad 1x/tcp\n\nx 5/foo',
  );
  assert.deepEqual(lookup('www'), ['80/tcp']);
  assert.deepEqual(lookup('https'), ['443/tcp', '443/udp']);
  assert.equal(lookup('bad'), undefined);
  assert.equal(lookup('x'), undefined);
  assert.equal(lookup('constructor'), undefined);
});

test('the nearest known name is offered, and none when nothing is near', () => {
  const known = ['MaxRetry', 'FindTime', 'BanTime', 'BanTimeMax', 'BanTimeIncrement'];
  assert.equal(nearest('maxretries', known), 'MaxRetry');
  assert.equal(nearest('BantTime', known), 'BanTime');
  assert.equal(nearest('bantime.increment', known), 'BanTimeIncrement');
  assert.equal(nearest('logpath', known), undefined);
});
