/** Every character, one by one: the classes of Python's str patterns and what it takes for the same letter. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { caseVariants } from '../../src/filter/regex/characters/case-fold.js';
import { translateRegex } from '../../src/filter/regex/translate.js';
import { startPython } from './regex-python.js';

const python = startPython();
after(() => python?.stop());
const skipped = python === undefined ? 'python3 3.11 or later is not installed' : false;

/** Python and V8 know different versions of Unicode; only what both have assigned can be compared. */
const unassigned = /^\p{Cn}$/u;
const assigned = `[c for c in range(0x110000) if unicodedata.category(chr(c)) != 'Cn']`;

async function pythonSays(expression: string): Promise<Set<number>> {
  return new Set((await python?.evaluate(expression)) as number[]);
}

for (const pattern of ['\\w', '\\d', '\\s', '[^\\w\\s]']) {
  test(`${pattern} matches the characters it matches in Python`, { skip: skipped }, async () => {
    const known = await pythonSays(assigned);
    const expected = await pythonSays(`[c for c in ${assigned} if re.match(${JSON.stringify(pattern)}, chr(c))]`);
    const { value } = translateRegex(pattern);
    const wrong: string[] = [];
    for (const point of known) {
      const char = String.fromCodePoint(point);
      if (!unassigned.test(char) && value?.test(char) !== expected.has(point)) wrong.push(point.toString(16));
    }
    assert.deepEqual(wrong, []);
  });
}

test('letters are the same in any case when they are in Python', { skip: skipped }, async () => {
  const cases = `''.join(c for c in map(chr, range(0x20000)) if c.lower() != c or c.upper() != c)`;
  const expected = (await python?.evaluate(
    `(lambda cased: {c: re.findall('(?i)' + re.escape(c), cased) for c in cased})(${cases})`,
  )) as Record<string, string[]>;
  const cased = new Set(Object.keys(expected));
  const wrong: string[] = [];
  for (const [char, same] of Object.entries(expected)) {
    const point = char.codePointAt(0) ?? 0;
    const found = [point, ...caseVariants([[point, point]], false).map(([variant]) => variant)];
    const sorted = [...new Set(found)]
      .map((variant) => String.fromCodePoint(variant))
      .filter((variant) => cased.has(variant));
    if (sorted.sort().join('') !== same.sort().join(''))
      wrong.push(`${char}: ${sorted.join('')}, Python: ${same.join('')}`);
  }
  assert.deepEqual(wrong, []);
});
