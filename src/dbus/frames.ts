/**
 * Cuts the byte stream of a bus connection into whole messages, whatever pieces it arrives in.
 * Invariant: never holds more than one incomplete message, and that is at most `MAX_MESSAGE` bytes long; what nobody
 * asked for is far shorter.
 */

/** Message types: D-Bus specification, "Message Format". */
export const METHOD_CALL = 1;
export const METHOD_RETURN = 2;
export const ERROR = 3;
export const SIGNAL = 4;

/** The specification allows 128 MiB; nothing that f2b asks for comes near this. */
export const MAX_MESSAGE = 32 * 1024 * 1024;

/** Any local user may send calls and signals. Longer ones than these are of no use to f2b, and passed over. */
export const MAX_CALL = 64 * 1024;
/** firewalld's tell the settings of a zone, with all of its sources. */
export const MAX_SIGNAL = 1024 * 1024;

const LONGEST = new Map([
  [METHOD_CALL, MAX_CALL],
  [SIGNAL, MAX_SIGNAL],
]);

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
  /** Bytes that are still to come of a message that is passed over. */
  #unwanted = 0;

  /** The messages that `chunk` completes. Throws a RangeError for an oversize answer: that cannot be held. */
  push(chunk: Buffer): readonly Buffer[] {
    const piece = chunk.subarray(this.#unwanted);
    this.#unwanted -= chunk.length - piece.length;
    // Even an empty piece would keep the memory of its chunk.
    if (piece.length === 0) return [];
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size < this.#wanted) return [];
    return this.#cut(Buffer.concat(this.#pieces, this.#size));
  }

  #cut(bytes: Buffer): readonly Buffer[] {
    const messages: Buffer[] = [];
    let start = 0;
    this.#wanted = FIXED_HEADER;
    while (bytes.length - start >= FIXED_HEADER) {
      const header = bytes.subarray(start);
      const length = messageLength(header);
      const isWelcome = length <= (LONGEST.get(header.readUInt8(1)) ?? length);
      if (isWelcome && length > MAX_MESSAGE) throw new RangeError(`a message of ${length} bytes`);
      if (isWelcome && bytes.length - start < length) {
        this.#wanted = length;
        break;
      }
      if (isWelcome) messages.push(bytes.subarray(start, start + length));
      start += length;
    }
    const rest = bytes.subarray(start);
    this.#unwanted = Math.max(0, start - bytes.length);
    this.#pieces = [rest];
    this.#size = rest.length;
    return messages;
  }
}
