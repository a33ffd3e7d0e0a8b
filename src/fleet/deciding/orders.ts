/**
 * Administrators' bans of addresses everywhere, and what is still to be lifted here as they let somebody in. Invariant:
 * of an address there is one or the other.
 */
import { type Address, covers } from '../../core/address/address.js';
import { FOREVER } from '../../core/time.js';
import type { BanContent, Delivered, UnbanContent } from '../messages/message.js';
import type { Change, Order, Release } from './change.js';
import { sentAtOf, timesOf } from './claim.js';

export class Orders implements Iterable<Order> {
  readonly #orders = new Map<string, Order>();
  readonly #releases = new Map<string, Release>();

  [Symbol.iterator](): Iterator<Order> {
    return this.#orders.values();
  }

  get releases(): readonly Release[] {
    return [...this.#releases.values()];
  }

  /** Of both. */
  get size(): number {
    return this.#orders.size + this.#releases.size;
  }

  get({ text }: Address): Order | undefined {
    return this.#orders.get(text);
  }

  /** True when an administrator spoke of it last. */
  has({ text }: Address): boolean {
    return this.#orders.has(text) || this.#releases.has(text);
  }

  /** What is ordered to be banned that covers a single address. */
  covering(address: Address): readonly Address[] {
    return [...this].map((order) => order.address).filter((around) => covers(around, address));
  }

  put(order: Order): void {
    this.#orders.set(order.address.text, order);
    this.#releases.delete(order.address.text);
  }

  release(release: Release): void {
    this.#orders.delete(release.address.text);
    this.#releases.set(release.address.text, release);
  }

  remove({ text }: Address): void {
    this.#orders.delete(text);
  }

  released({ text }: Address): void {
    this.#releases.delete(text);
  }

  /** Takes in an administrator's word. */
  receive(
    address: Address,
    content: BanContent | UnbanContent,
    { receivedAt, sequence }: Delivered,
  ): readonly Change[] {
    if (content.kind === 'unban') {
      const release = { address, before: sentAtOf(content.at, receivedAt) };
      this.release(release);
      return [
        { kind: 'drop-order', address },
        { kind: 'release', release },
      ];
    }
    const { until } = timesOf(content, receivedAt, FOREVER);
    const { at: saidAt, reason } = content;
    const order = { address, until, sequence, saidAt, ...(reason === undefined ? {} : { reason }) };
    this.put(order);
    return [
      { kind: 'order', order },
      { kind: 'drop-release', address },
    ];
  }
}
