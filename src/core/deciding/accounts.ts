/**
 * Which addresses tried which account, for MaxRetryUser=.
 * Invariant: an account's failures stand in the order of time; accounts without failures are not kept.
 */
import { type Address, compareAddresses } from '../address/address.js';
import type { Failure } from '../failure.js';
import { insertByTime, windowsAround } from './window.js';

export class Accounts {
  readonly #failures = new Map<string, Failure[]>();

  constructor(failures: Iterable<Failure>) {
    for (const failure of failures) this.add(failure);
  }

  add(failure: Failure): void {
    if (failure.user === undefined) return;
    const failures = this.#failures.get(failure.user);
    if (failures === undefined) this.#failures.set(failure.user, [failure]);
    else insertByTime(failures, failure);
  }

  remove(failure: Failure): void {
    if (failure.user === undefined) return;
    const failures = this.#failures.get(failure.user) ?? [];
    const isIt = ({ cursor, address }: Failure) => cursor === failure.cursor && address.text === failure.address.text;
    const place = failures.findIndex(isIt);
    if (place >= 0) failures.splice(place, 1);
    if (failures.length === 0) this.#failures.delete(failure.user);
  }

  /** The most addresses that tried this failure's account within one window of `findtime` µs that it is part of. */
  addressesTrying({ user, at }: Failure, findtime: number): readonly Address[] {
    if (user === undefined) return [];
    const windows = windowsAround(this.#failures.get(user) ?? [], at, findtime);
    const trying = windows.map((window) => new Map(window.map(({ address }) => [address.text, address])));
    const most = trying.reduce((best, addresses) => (addresses.size > best.size ? addresses : best), new Map());
    return [...most.values()].sort(compareAddresses);
  }
}
