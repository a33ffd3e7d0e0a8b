/** Our own machine counts its steps, whatever it spends them on: no text makes a few of them long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TooManySteps, translateRegex } from '../../../../src/filter/regex/translate.js';

const x = (count: number) => 'x'.repeat(count);

const spent: readonly (readonly [on: string, pattern: string, text: string, steps: number])[] = [
  ['characters that are demanded', 'x{50000}', x(50_000), 40_000],
  ['characters that are taken as they come', 'x*', x(50_000), 40_000],
  ['a text that has to come again', '(x{40000})\\1', x(80_000), 42_000],
  ['a text that has to come again in any case', '(?i)(x{40000})\\1', x(80_000), 79_000],
  ['going back for a look-behind', '(?<=x{10000})y', `${x(10_000)}y`, 1_000_000],
];

for (const [on, pattern, text, steps] of spent) {
  test(`steps are spent on ${on}`, () => {
    assert.throws(() => translateRegex(pattern).value?.bounded(steps).test(text), TooManySteps);
    assert.equal(translateRegex(pattern).value?.test(text), true);
  });
}
