/**
 * What is written is what the specification's own reading, by another hand, finds again; what does not fit is refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Value } from '../../../src/dbus/message.js';
import { decode, encodeCall, encodeResponse, encodeSignal, variant } from '../../../src/dbus/wire.js';

const place = { destination: 'org.example.Name', path: '/a/b', interface: 'org.example.Face', member: 'Do' };

function returned(signature: string, body: readonly Value[]): readonly Value[] | undefined {
  const incoming = decode(encodeCall(7, { ...place, signature, body }));
  return incoming?.kind === 'call' ? incoming.request.body() : undefined;
}

const bodies: readonly (readonly [signature: string, ...body: Value[]])[] = [
  [''],
  ['yybnqiu', 1, 255, true, -2, 65_535, -70_000, 4_294_967_295],
  ['yxytyd', 1, -5n, 2, 2n ** 64n - 1n, 3, 0.25],
  ['sog', 'zwölf 🦉', '/', 'a{sv}'],
  ['yay', 1, Buffer.from([1, 2, 3])],
  ['yayas', 1, Buffer.alloc(0), ['', 'a', 'ab', 'abc', 'abcd']],
  ['yatya(yt)', 1, [], 2, []],
  [
    'a(sya(it))',
    [
      ['x', 1, [[-1, 1n]]],
      ['yz', 2, []],
    ],
  ],
  ['a{ss}a{su}', { one: '1', zwei: '' }, {}],
  ['aayas', [Buffer.from([9]), Buffer.alloc(0)], []],
  ['(sa{s(yu)})b', ['s', { k: [1, 2] }], false],
  ['s', 'x'.repeat(100_000)],
];

for (const [signature, ...body] of bodies) {
  test(`values of the types ${JSON.stringify(signature)} arrive as they were`, () => {
    assert.deepEqual(returned(signature, body), body);
  });
}

/** Where the encoder's buffer grows: each value is pushed across it, a byte at a time. */
const EDGE = 1024;

for (const [signature, value] of [
  ['y', 7],
  ['b', true],
  ['n', -2],
  ['u', 4_294_967_295],
  ['t', 2n ** 64n - 1n],
  ['x', -5n],
  ['d', 0.25],
  ['s', 'é'],
  ['g', 'a{sv}'],
  ['v', variant('y', 1)],
  ['ay', Buffer.from([1, 2, 3])],
  ['as', ['a']],
  ['(yt)', [1, 2n]],
  ['a{sv}', { k: variant('t', 1n) }],
] as readonly (readonly [string, Value])[]) {
  test(`a value of the type ${signature} arrives as it was wherever in a message it stands`, () => {
    for (let before = EDGE - 150; before < EDGE; before += 1) {
      const body = [Buffer.alloc(before, 1), value, value];
      assert.deepEqual(returned(`ay${signature}${signature}`, body), body, `behind ${before} bytes`);
    }
  });
}

test('nothing that lay in memory before is in a message', (context) => {
  const encodedOver = (byte: number) => {
    context.mock.method(Buffer, 'allocUnsafe', (size: number) => Buffer.alloc(size, byte));
    return bodies.map(([signature, ...body]) => encodeCall(7, { ...place, signature, body }).toString('hex'));
  };
  assert.deepEqual(encodedOver(0xff), encodedOver(0));
});

test('variants arrive with their types, one in another too', () => {
  const body = [variant('a{sv}', { A: variant('as', ['b']), C: variant('v', variant('t', 5n)), D: variant('y', 1) })];
  assert.deepEqual(returned('v', body), body);
});

for (const [signature, ...body] of [
  ['s'],
  ['s', 'a', 'b'],
  ['s', 1],
  ['s', 'nul\0'],
  ['y', 256],
  ['y', 1.5],
  ['i', 2 ** 31],
  ['t', -1n],
  ['d', Number.NaN],
  ['b', 1],
  ['v', 's'],
  ['v', variant('ss', 'a')],
  ['(ss)', ['a']],
  ['(s)', ['a', 'b']],
  ['as', 'a'],
  ['a{ss}', ['a']],
  ['a{ss}', variant('s', 'a')],
  ['h', 0],
  ['a', []],
] as readonly (readonly [string, ...Value[]])[]) {
  test(`${JSON.stringify(signature)} is not written with what does not fit it`, () => {
    assert.throws(() => encodeCall(1, { ...place, signature, body }));
  });
}

test('an answer that is too long for a message is not written', () => {
  const body = [Array.from({ length: 40 }, () => 'x'.repeat(1_000_000))];
  assert.throws(() => encodeResponse(1, ':1.2', 3, { ok: true, signature: 'as', body }), RangeError);
});

test('who, where and what a call is for arrives with it', () => {
  const incoming = decode(encodeCall(7, { ...place, interactive: true }));
  assert.ok(incoming?.kind === 'call');
  const { body, ...request } = incoming.request;
  assert.deepEqual([incoming.serial, incoming.replyExpected, body()], [7, true, []]);
  assert.deepEqual(request, {
    sender: '',
    path: '/a/b',
    interface: 'org.example.Face',
    member: 'Do',
    ...{ signature: '', interactive: true },
  });
});

test('a call or signal whose body is not what its signature says is empty, and such an answer is none', () => {
  const text = 'only a text, no dictionary';
  const cut = (message: Buffer): Buffer => {
    const at = message.indexOf(text);
    return Buffer.concat([message.subarray(0, at), Buffer.alloc(message.length - at, 0xff)]);
  };
  const call = decode(cut(encodeCall(7, { ...place, signature: 'sv', body: [text, variant('s', text)] })));
  assert.ok(call?.kind === 'call');
  assert.deepEqual([call.request.signature, call.request.body()], ['sv', []]);
  const signal = decode(cut(encodeSignal(7, { ...place, signature: 'sv', body: [text, variant('s', text)] })));
  assert.ok(signal?.kind === 'signal');
  assert.deepEqual([signal.signal.member, signal.signal.body()], ['Do', []]);
  const answer = encodeResponse(7, ':1.2', 3, { ok: true, signature: 'sv', body: [text, variant('s', text)] });
  assert.equal(decode(cut(answer)), undefined);
});
