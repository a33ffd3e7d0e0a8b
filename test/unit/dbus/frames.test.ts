/** The byte stream of a bus is cut into messages whatever pieces it comes in, and never grows without end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  Frames,
  MAX_CALL,
  MAX_MESSAGE,
  MAX_SIGNAL,
  METHOD_CALL,
  METHOD_RETURN,
  SIGNAL,
} from '../../../src/dbus/frames.js';

/** A message with so many bytes of header fields and body; the bytes tell messages apart. */
function message(fields: number, body: number, mark: number, isLittle = true, type = METHOD_RETURN): Buffer {
  const bytes = Buffer.alloc(16 + Math.ceil(fields / 8) * 8 + body, mark);
  bytes[0] = (isLittle ? 'l' : 'B').charCodeAt(0);
  bytes[1] = type;
  if (isLittle) {
    bytes.writeUInt32LE(body, 4);
    bytes.writeUInt32LE(fields, 12);
  } else {
    bytes.writeUInt32BE(body, 4);
    bytes.writeUInt32BE(fields, 12);
  }
  return bytes;
}

const messages = [message(0, 0, 1), message(13, 5, 2), message(8, 300, 3, false), message(1, 1, 4)];
const stream = Buffer.concat(messages);

for (const size of [1, 2, 7, 15, 16, 17, 64, stream.length]) {
  test(`messages are whole when they come ${size} bytes at a time`, () => {
    const frames = new Frames();
    const found: Buffer[] = [];
    for (let start = 0; start < stream.length; start += size) {
      found.push(...frames.push(stream.subarray(start, start + size)));
    }
    assert.deepEqual(found, messages);
  });
}

for (const size of [1_000, 65_536, 10_000_000]) {
  test(`a call or signal too long for anybody to want is passed over as it comes, ${size} bytes at a time`, () => {
    const unwanted = [
      message(40, MAX_CALL, 1, true, METHOD_CALL),
      message(0, 3 * MAX_CALL, 1, false, METHOD_CALL),
      message(40, MAX_SIGNAL, 1, true, SIGNAL),
      message(0, 3 * MAX_SIGNAL, 1, false, SIGNAL),
    ];
    const wanted = [message(0, MAX_CALL - 16, 2, true, METHOD_CALL), message(0, 2 * MAX_SIGNAL, 3), message(0, 1, 4)];
    const [first, second, third] = wanted;
    const [one, two, three, four] = unwanted;
    const bytes = Buffer.concat([one, first, two, three, second, four, third].filter((part) => part !== undefined));
    const frames = new Frames();
    const found: Buffer[] = [];
    for (let start = 0; start < bytes.length; start += size) {
      found.push(...frames.push(bytes.subarray(start, start + size)));
    }
    assert.deepEqual(
      found.map(({ length }) => length),
      wanted.map(({ length }) => length),
    );
    assert.ok(wanted.every((part, index) => found[index]?.equals(part)));
  });
}

test('nothing is held of a message that is passed over', async () => {
  const frames = new Frames();
  const header = message(0, 0, 0, true, SIGNAL);
  header.writeUInt32LE(10 * MAX_SIGNAL, 4);
  frames.push(header);
  const chunks = Array.from({ length: 9 }, () => {
    const chunk = Buffer.alloc(MAX_SIGNAL);
    assert.deepEqual(frames.push(chunk), []);
    return new WeakRef(chunk.buffer);
  });
  // What a WeakRef was made of, or asked for, is kept until the event loop turns.
  await setImmediate();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  assert.equal(chunks.filter((chunk) => chunk.deref() !== undefined).length, 0);
  assert.deepEqual(frames.push(Buffer.alloc(MAX_SIGNAL)), []);
  assert.deepEqual(frames.push(message(0, 1, 5)), [message(0, 1, 5)]);
});

test('an answer longer than any that f2b expects ends the stream, of either byte order', () => {
  for (const isLittle of [true, false]) {
    const header = message(0, 0, 0, isLittle);
    if (isLittle) header.writeUInt32LE(MAX_MESSAGE, 4);
    else header.writeUInt32BE(MAX_MESSAGE, 4);
    assert.throws(() => new Frames().push(header), RangeError);
  }
});

test('lengths that would overflow 32 bits are seen as what they are', () => {
  const header = message(0, 0, 0);
  header.writeUInt32LE(0xffffffff, 4);
  header.writeUInt32LE(0xffffffff, 12);
  assert.throws(() => new Frames().push(header), /a message of 8589934607 bytes/);
});
