/**
 * Cuts the byte stream of a bus connection into whole messages, whatever pieces it arrives in.
 * Invariant: never holds more than one incomplete message, and that is at most `MAX_MESSAGE` bytes long.
 */

/** The specification allows 128 MiB; nothing that f2b asks for comes near this. */
export const MAX_MESSAGE = 32 * 1024 * 1024;

const FIXED_HEADER = 16;
const LITTLE_ENDIAN = 'l'.charCodeAt(0);

/** The length of the message that begins with these 16 bytes (D-Bus specification, "Message Format"). */
function messageLength(header: Buffer): number {
  const [body, fields] =
    header[0] === LITTLE_ENDIAN
      ? [header.readUInt32LE(4), header.readUInt32LE(12)]
      : [header.readUInt32BE(4), header.readUInt32BE(12)];
  return FIXED_HEADER + Math.ceil(fields / 8) * 8 + body;
}

export class Frames {
  #pieces: Buffer[] = [];
  #size = 0;
  #wanted = FIXED_HEADER;

  /** The messages that `chunk` completes. Throws a RangeError for an oversize one: the stream cannot be followed. */
  push(chunk: Buffer): readonly Buffer[] {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return [];
    return this.#cut(Buffer.concat(this.#pieces, this.#size));
  }

  #cut(bytes: Buffer): readonly Buffer[] {
    const messages: Buffer[] = [];
    let start = 0;
    this.#wanted = FIXED_HEADER;
    while (bytes.length - start >= FIXED_HEADER) {
      const length = messageLength(bytes.subarray(start));
      if (length > MAX_MESSAGE) throw new RangeError(`a message of ${length} bytes`);
      if (bytes.length - start < length) {
        this.#wanted = length;
        break;
      }
      messages.push(bytes.subarray(start, start + length));
      start += length;
    }
    this.#pieces = [bytes.subarray(start)];
    this.#size = bytes.length - start;
    return messages;
  }
}
