import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable, printableLines } from '../../../src/core/printable.js';
import '../../support/seed.js';

test('what steers a terminal, turns the writing or cannot be seen is written out', () => {
  const shown = {
    '\u001b[31m': '\\u001b[31m',
    '\u009b0m': '\\u009b0m',
    'a\u202eb': 'a\\u202eb',
    'ro\u200bot': 'ro\\u200bot',
    'ro\u00adot': 'ro\\u00adot',
    'a\u2063\u2060b': 'a\\u2063\\u2060b',
    'root\u3164': 'root\\u3164',
    'root\uffa0\u115f': 'root\\uffa0\\u115f',
    'ro\u034f\ufe00ot': 'ro\\u034f\\ufe00ot',
    'root\u{e0100}': 'root\\udb40\\udd00',
    'a\u{e0041}': 'a\\udb40\\udc41',
    'a\ud83d': 'a\\ud83d',
    '\ude00b': '\\ude00b',
  };
  for (const [text, expected] of Object.entries(shown)) assert.equal(printable(text), expected);
});

test('JSON that is made printable says the same', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u{e0041}', '\u{e007f}x', '\u009b', '\u202e'));
  fc.assert(fc.property(text, (one) => assert.equal(JSON.parse(printable(JSON.stringify(one))), one)));
});

test('what people write stays as it is', () => {
  for (const text of ['plain', 'Grüße', '日本語', 'при́вет', '\u{1f600}', 'x\u0301'])
    assert.equal(printable(text), text);
});

test('whatever a text holds, none of it is left that a terminal acts on or nobody sees', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const shown = printable(text);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
      assert.doesNotMatch(shown, /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u);
      assert.equal(printableLines(`${text.replaceAll('\n', '')}\nx`), `${printable(text.replaceAll('\n', ''))}\nx`);
    }),
    { numRuns: 2_000 },
  );
});
