/** Configuration texts of any kind: read without an exception, and what is printed is read back as the same. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitWords } from '../../src/config/files/words.js';
import { banKeys, jailKeys, journalKeys } from '../../src/config/keys/keys.js';
import { formatDuration, parseDuration } from '../../src/text/duration.js';
import { configOf, problemsOf } from '../support/config-texts.js';
import '../support/seed.js';

test('every duration is read back from its printed form', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (micros) => {
      assert.equal(parseDuration(formatDuration(micros)), micros);
    }),
    { numRuns: 500 },
  );
});

const unit = fc.constantFrom(
  'us',
  'ms',
  's',
  '',
  'sec',
  'min',
  'm',
  'h',
  'hr',
  'days',
  'w',
  'M',
  'month',
  'y',
  'x',
  'Min',
);
const number = fc.oneof(
  fc.nat(5000).map(String),
  fc.tuple(fc.nat(99), fc.nat(999)).map(([a, b]) => `${a}.${b}`),
);
const span = fc.array(fc.tuple(number, fc.constantFrom('', ' '), unit, fc.constantFrom('', ' ')), {
  maxLength: 4,
  minLength: 1,
});

/**
 * What systemd reads, in µs; undefined for what it refuses, and for spans that are too long to count in whole numbers.
 */
function systemdSpan(text: string): number | undefined {
  const run = spawnSync('systemd-analyze', ['timespan', text], { encoding: 'utf8' });
  const micros = Number(/[\u00b5\u03bc]s: (\d+)/.exec(run.stdout)?.[1]);
  return run.status === 0 && micros <= Number.MAX_SAFE_INTEGER ? micros : undefined;
}

test('time spans are understood as systemd-analyze understands them', (context) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return context.skip('systemd-analyze is not installed');
  const seed = Number(process.env['F2B_SEED'] ?? 20261122);
  for (const parts of fc.sample(span, { numRuns: 40, seed })) {
    const text = parts.flat().join('');
    assert.equal(parseDuration(text), systemdSpan(text), `${JSON.stringify(text)}, seed ${seed}`);
  }
});

const word = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'));

test('words in quotes with their quotes and backslashes escaped are read back', () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const written = words.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(' ');
      assert.deepEqual(splitWords(written), { ok: true, value: words });
    }),
    { numRuns: 300 },
  );
});

const keyName = fc.constantFrom(
  ...[jailKeys, journalKeys, banKeys].flatMap((keys) => Object.values(keys).map(({ name }) => name)),
);
const line = fc.oneof(
  fc.constantFrom('[Jail]', '[Journal]', '[Ban]', '[Agent]', '[', '\\', '# x\\'),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.tuple(keyName, fc.string({ unit: 'binary', maxLength: 20 })).map(([key, value]) => `${key}=${value}`),
);

test('no text makes the reader throw, and every problem has a place and no control characters', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(line, { maxLength: 6 }), (jail, agent) => {
      const parsed = configOf(jail.join('\n'), agent.join('\n'));
      for (const problem of problemsOf(parsed)) {
        assert.match(problem, /^(?:f2bd\.conf|ssh\.service\.conf)(?::\d+)?: /);
        assert.doesNotMatch(problem, /[\p{Cc}]/u);
      }
    }),
    { numRuns: 300 },
  );
});
