/**
 * Takes the bytes of a connection apart into what is said, commands or answers. Each byte is looked at once, however small
 * the pieces are.
 */

/** Stands behind each command and each answer. */
export const END = Buffer.from('<F2B_END_COMMAND>');

/** What a client says instead of a command when it has no more of them. */
export const CLOSE = Buffer.from('<F2B_CLOSE_COMMAND>');

const FIRST_SIZE = 4_096;

export class Commands {
  #bytes = Buffer.alloc(FIRST_SIZE);
  #length = 0;
  /** Up to here there is no end of a command. */
  #searched = 0;

  /** Bytes that are not a whole command or answer yet. */
  get waiting(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.#length + chunk.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  /** The next whole command or answer, without its end. */
  next(): Buffer | undefined {
    const at = this.#bytes.subarray(0, this.#length).indexOf(END, this.#searched);
    if (at < 0) {
      this.#searched = Math.max(0, this.#length - END.length + 1);
      return undefined;
    }
    const command = Buffer.from(this.#bytes.subarray(0, at));
    this.#bytes.copyWithin(0, at + END.length, this.#length);
    this.#length -= at + END.length;
    this.#searched = 0;
    return command;
  }
}
