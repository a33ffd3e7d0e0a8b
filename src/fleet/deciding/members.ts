/** The hosts that tell of themselves, and whose addresses are whose. Several may have one address, behind a router. */
import { type Address, covers, isSingle } from '../../core/address/address.js';
import type { Delivered, MemberContent } from '../messages/message.js';
import type { Member } from './change.js';
import { sentAtOf } from './claim.js';
import { believedInterval } from './member-interval.js';

/** What a host told of itself. */
export function memberOf(host: string, content: MemberContent, { receivedAt, sequence }: Delivered): Member {
  const { at, kind: _, interval, ...told } = content;
  const behind = Math.max(0, sequence - 1 - told.sequence);
  return { host, ...told, behind, interval: believedInterval(interval), seenAt: sentAtOf(at, receivedAt) };
}

export class Members implements Iterable<Member> {
  readonly #members = new Map<string, Member>();
  readonly #byAddress = new Map<string, ReadonlySet<string>>();

  get size(): number {
    return this.#members.size;
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#members.values();
  }

  get(host: string): Member | undefined {
    return this.#members.get(host);
  }

  /** In the place of what it told before. */
  put(member: Member): void {
    const { host } = member;
    this.remove(host);
    this.#members.set(host, member);
    for (const { text } of member.addresses) this.#byAddress.set(text, new Set([...this.#hostsOf(text), host]));
  }

  remove(host: string): void {
    for (const { text } of this.#members.get(host)?.addresses ?? []) {
      const others = new Set([...this.#hostsOf(text)].filter((other) => other !== host));
      if (others.size > 0) this.#byAddress.set(text, others);
      else this.#byAddress.delete(text);
    }
    this.#members.delete(host);
  }

  /** A member that a ban of the address would shut out. */
  in(address: Address): string | undefined {
    if (isSingle(address)) return [...this.#hostsOf(address.text)][0];
    for (const { host, addresses } of this.#members.values())
      if (addresses.some((own) => covers(address, own))) return host;
    return undefined;
  }

  #hostsOf(text: string): Iterable<string> {
    return this.#byAddress.get(text) ?? [];
  }
}
