/** The byte stream of a bus is cut into messages whatever pieces it comes in, and never grows without end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames, MAX_MESSAGE } from '../../../src/dbus/frames.js';

/** A message with so many bytes of header fields and body; the bytes tell messages apart. */
function message(fields: number, body: number, mark: number, isLittle = true): Buffer {
  const bytes = Buffer.alloc(16 + Math.ceil(fields / 8) * 8 + body, mark);
  bytes[0] = (isLittle ? 'l' : 'B').charCodeAt(0);
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

test('a message longer than any that f2b expects ends the stream, of either byte order', () => {
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
