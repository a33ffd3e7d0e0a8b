/** fail2ban's socket reads what Python pickles, and refuses all else: no bytes crash it, stall it or make it grow. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { pickle } from '../../src/fail2ban/pickle.js';
import { PickleDict, PickleTuple, type PickleValue } from '../../src/fail2ban/pickle-value.js';
import { PickleRefused, unpickle, unpickleAnswer } from '../../src/fail2ban/unpickle.js';
import '../support/seed.js';

/** JSON, which Python and this side have in common. */
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.maxSafeInteger().filter((number) => Math.abs(number) < 2 ** 47),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

function toPickle(value: unknown): PickleValue {
  if (Array.isArray(value)) return value.map(toPickle);
  if (typeof value === 'object' && value !== null)
    return new PickleDict(Object.entries(value).map(([key, one]) => [key, toPickle(one)]));
  return value as PickleValue;
}

/** As a command and as an answer: each is a value or refused. */
function readOrRefused(bytes: Buffer): void {
  for (const read of [unpickle, unpickleAnswer]) {
    try {
      read(bytes);
    } catch (error) {
      assert.ok(error instanceof PickleRefused, String(error));
    }
  }
}

test('what is written is read again, whatever it is', () => {
  fc.assert(
    fc.property(plain, (value) => {
      const wanted = new PickleTuple(0, toPickle(value));
      assert.deepEqual(unpickle(pickle(wanted)), wanted);
    }),
  );
});

test('bytes that nobody meant are a value or refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readOrRefused(Buffer.from(bytes))));
  const opcode = fc.constantFrom(
    ...Buffer.from(
      '()]}lde.tasuNIV0123456789\nJKMqhrjpgXGL\x80\x85\x86\x87\x88\x89\x8a\x8c\x8d\x8f\x90\x94\x95cR\x93',
      'latin1',
    ),
  );
  fc.assert(fc.property(fc.array(opcode, { maxLength: 300 }), (bytes) => readOrRefused(Buffer.from([...bytes, 0x2e]))));
});

test('a pickle with bytes changed, cut or put in is a value or refused', () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert') });
  fc.assert(
    fc.property(plain, fc.array(change, { maxLength: 4 }), (value, changes) => {
      let bytes = pickle(toPickle(value));
      for (const { at, byte, kind } of changes) {
        const place = at % bytes.length;
        if (kind === 'set') bytes[place] = byte;
        else if (kind === 'cut') bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]);
        else bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), bytes.subarray(place)]);
        if (bytes.length === 0) return;
      }
      readOrRefused(bytes);
    }),
  );
});

/** All protocols of all values on standard input, as hex; and the other way round. */
const PYTHON = `
import json, pickle, sys
for line in sys.stdin:
    one = json.loads(line)
    value = json.loads(one['value'])
    print(json.dumps([pickle.loads(bytes.fromhex(one['ours'])) == value] + [pickle.dumps(value, n).hex() for n in range(6)]))
`;

test('Python reads what is written here, and is read here', (t) => {
  const values = fc.sample(plain, 200);
  const lines = values.map((value) =>
    JSON.stringify({ value: JSON.stringify(value), ours: pickle(toPickle(value)).toString('hex') }),
  );
  const ran = spawnSync('python3', ['-c', PYTHON], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (ran.error !== undefined) return t.skip('there is no python3');
  assert.equal(ran.status, 0, ran.stderr);
  ran.stdout
    .trim()
    .split('\n')
    .forEach((line, index) => {
      const [isRead, ...theirs] = JSON.parse(line) as [boolean, ...string[]];
      const text = JSON.stringify(values[index]);
      assert.equal(isRead, true, text);
      for (const hex of theirs) assert.deepEqual(unpickle(Buffer.from(hex, 'hex')), toPickle(values[index]), text);
    });
});
