/**
 * Offenders as they were loaded, packed: a million take some 50 MB, where objects would take 350.
 * Invariant: iterating gives the offenders that were added, in that order, as often as it is asked for.
 */
import { addressFromWords, bitsOf } from '../core/address.js';
import type { Offender } from '../core/offender.js';

/** Columns of one page, a row for each offender. */
interface Block {
  /** The address's four words and its length in bits. */
  readonly words: Int32Array;
  readonly bits: Uint8Array;
  /** Index into the list of jails. */
  readonly jail: Uint32Array;
  readonly count: Float64Array;
  readonly bannedAt: Float64Array;
  readonly bantime: Float64Array;
  readonly totalBantime: Float64Array;
}

export class PackedOffenders implements Iterable<Offender> {
  readonly #blocks: Block[] = [];
  readonly #jails: string[] = [];
  /** Index of the jail that was added last; rows come ordered by jail. */
  #latest = 0;

  add(offenders: readonly Offender[]): void {
    const block = emptyBlock(offenders.length);
    for (const [row, offender] of offenders.entries()) {
      const { w0, w1, w2, w3 } = offender.address;
      block.words.set([w0, w1, w2, w3], row * 4);
      block.bits[row] = bitsOf(offender.address);
      block.jail[row] = this.#indexOf(offender.jail);
      block.count[row] = offender.count;
      block.bannedAt[row] = offender.bannedAt;
      block.bantime[row] = offender.bantime;
      block.totalBantime[row] = offender.totalBantime;
    }
    this.#blocks.push(block);
  }

  *[Symbol.iterator](): Iterator<Offender> {
    for (const block of this.#blocks) {
      for (let row = 0; row < block.bits.length; row += 1) yield unpack(block, row, this.#jails);
    }
  }

  #indexOf(jail: string): number {
    if (this.#jails[this.#latest] === jail) return this.#latest;
    const known = this.#jails.indexOf(jail);
    this.#latest = known < 0 ? this.#jails.push(jail) - 1 : known;
    return this.#latest;
  }
}

function emptyBlock(rows: number): Block {
  return {
    words: new Int32Array(rows * 4),
    bits: new Uint8Array(rows),
    jail: new Uint32Array(rows),
    count: new Float64Array(rows),
    bannedAt: new Float64Array(rows),
    bantime: new Float64Array(rows),
    totalBantime: new Float64Array(rows),
  };
}

function unpack(block: Block, row: number, jails: readonly string[]): Offender {
  const word = (index: number): number => block.words[row * 4 + index] ?? 0;
  return {
    jail: jails[block.jail[row] ?? 0] ?? '',
    address: addressFromWords(word(0), word(1), word(2), word(3), block.bits[row] ?? 0),
    count: block.count[row] ?? 0,
    bannedAt: block.bannedAt[row] ?? 0,
    bantime: block.bantime[row] ?? 0,
    totalBantime: block.totalBantime[row] ?? 0,
  };
}
