/** What of a server's words is let through to the NATS client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFraming } from '../../../src/nats/framing.js';
import '../../support/seed.js';

const ascii = (text: string) => Buffer.from(text, 'latin1');
const number = fc.nat(300);

/** What a server says, each word whole. */
const word = fc.oneof(
  fc.constantFrom('INFO {"server_id":"x"}\r\n', 'PING\r\n', 'PONG\r\n', '+OK\r\n', "-ERR 'Stale Connection'\r\n"),
  number.map((size) => `MSG f2b.ban.a 1 ${size}\r\n${'\n'.repeat(size)}\r\n`),
  number.map((size) => `HMSG f2b.ban.a 1 _INBOX.a.b 12 ${size + 12}\r\nNATS/1.0\r\n\r\n${'M'.repeat(size)}\r\n`),
);

test('whatever a server of NATS says passes, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (words, sizes) => {
      const check = createFraming();
      const bytes = ascii(words.join(''));
      for (let at = 0, n = 0; at < bytes.length; n += 1) {
        const size = sizes[n % sizes.length] ?? 1;
        check(bytes.subarray(at, at + size));
        at += size;
      }
    }),
  );
});

const refused: readonly (readonly [text: string, message: RegExp])[] = [
  ['HTTP/1.1 400 Bad Request\r\n', /does not speak NATS/],
  ['MSG a b\n', /without a size/],
  ['MSG a 1 -5\r\n', /without a size/],
  ['MSG a 1 99999999999\r\n', /a message of 99999999999 bytes/],
  [`MSG a 1 ${'9'.repeat(400)}\r\n`, /a message of Infinity bytes/],
  ['PING\r\n\x00\x01\r\n', /does not speak NATS/],
  ['MSG a 1 2\r\nab and more\r\n', /does not speak NATS/],
];

test('what no server of NATS says is refused', () => {
  for (const [text, message] of refused) assert.throws(() => createFraming()(ascii(text)), message, text);
});

test('a line that does not end is refused before it is long, in however small pieces it comes', () => {
  const check = createFraming();
  check(ascii('INFO '));
  let length = 0;
  const send = () => {
    for (; length < 1 << 20; length += 1_000) check(ascii('x'.repeat(1_000)));
  };
  assert.throws(send, /a line that does not end/);
  assert.ok(length < 70_000, `${length} characters were taken`);
});
