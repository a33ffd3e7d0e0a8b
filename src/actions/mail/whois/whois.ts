/**
 * Whois: what registries say of the networks of banned addresses. Invariants: all that is asked for a mail has one limited
 * time, whatever servers do; what is known of a network counts for a day, and what gave no answer is not asked again soon.
 * Of addresses in one mail, two may be asked about at once though they are of one network.
 */
import { createConcurrencyLimit } from '../../../async/concurrency-limit.js';
import { withTimeout } from '../../../async/time/with-timeout.js';
import type { Address } from '../../../core/address/address.js';
import { isPrivate } from '../../../core/address/private.js';
import { MICROS_PER_SECOND } from '../../../core/time.js';
import { messageOf, systemCode } from '../../../errors.js';
import type { Clock } from '../../../ports/clock.js';
import { boundedLine } from '../../outcome.js';
import type { RdapReply } from './ask-rdap.js';
import { type AddressRange, firstOf, isIn, type RegisteredNetwork } from './registered-network.js';

/** Of more addresses in one mail, none is asked about. */
const MOST_ASKED = 10;
/** Servers are others': so many questions at once. */
const PARALLEL = 2;
/** How long an answer counts, that there was none, and how long a server is left alone that is asked too often; µs. */
const LIFETIME = 24 * 3_600 * MICROS_PER_SECOND;
const RETRY = 600 * MICROS_PER_SECOND;
const REST = 60 * MICROS_PER_SECOND;
/** How often at most it is told that there are no answers, µs. */
const TELLING = 3_600 * MICROS_PER_SECOND;
const MOST_KNOWN = 1_000;

/** What is known of the networks of the addresses, by their texts; of those that were told in time. Never rejects. */
export type Whois = (addresses: readonly Address[]) => Promise<ReadonlyMap<string, RegisteredNetwork>>;

export interface WhoisParts {
  readonly clock: Clock;
  /** Asks the server. */
  readonly ask: (address: Address, signal: AbortSignal) => Promise<RdapReply>;
  /** How long all of a mail may take, µs. */
  readonly timeout: number;
  /** Tells the journal why there was no answer. */
  readonly tell: (text: string) => void;
}

interface Known {
  readonly range: AddressRange;
  readonly network: RegisteredNetwork;
  /** By the time that passes, µs. */
  readonly until: number;
}

export function createWhois(parts: WhoisParts): Whois {
  const { clock, timeout } = parts;
  const memory = new Memory(parts);
  const limited = createConcurrencyLimit(PARALLEL);
  return async (addresses) => {
    const networks = new Map<string, RegisteredNetwork>();
    if (addresses.length > MOST_ASKED) return networks;
    const ending = new AbortController();
    const look = (address: Address) =>
      limited(async () => {
        const network = await memory.networkOf(address, ending.signal);
        if (!ending.signal.aborted) networks.set(address.text, network);
      });
    const asked = addresses.filter((address) => !isPrivate(address)).map(look);
    await withTimeout(clock, timeout, Promise.allSettled(asked));
    ending.abort();
    return networks;
  };
}

/** What was answered, by networks. */
class Memory {
  readonly #parts: WhoisParts;
  /** In the order in which they were asked about. */
  #known: readonly Known[] = [];
  #restsUntil = 0;
  #isToldUntil = 0;

  constructor(parts: WhoisParts) {
    this.#parts = parts;
  }

  /** Asks when it is not known. */
  async networkOf(address: Address, signal: AbortSignal): Promise<RegisteredNetwork> {
    const now = this.#parts.clock.elapsed();
    const known = this.#known.findLast(({ range, until }) => now < until && isIn(range, address));
    if (known !== undefined) return known.network;
    if (signal.aborted || now < this.#restsUntil) return {};
    return this.#ask(address, signal);
  }

  async #ask(address: Address, signal: AbortSignal): Promise<RegisteredNetwork> {
    try {
      const reply = await this.#parts.ask(address, signal);
      if (reply.kind === 'busy') this.#restsUntil = this.#parts.clock.elapsed() + REST;
      if (reply.kind === 'network')
        return this.#keep(rangeFor(address, reply.network.range), LIFETIME, reply.network.network);
      if (reply.kind === 'nothing') this.#keep(rangeFor(address, undefined), LIFETIME, {});
    } catch (cause) {
      this.#keep(rangeFor(address, undefined), RETRY, {});
      this.#tell(signal.aborted ? 'it does not answer in time' : (systemCode(cause) ?? messageOf(cause)));
    }
    return {};
  }

  #tell(reason: string): void {
    const now = this.#parts.clock.elapsed();
    if (now < this.#isToldUntil) return;
    this.#isToldUntil = now + TELLING;
    const line = boundedLine(`the RDAP server does not say whose network a banned address is in: ${reason}`);
    this.#parts.tell(`${line}; mails go without that, see RDAPServer= in f2b.action(5)`);
  }

  #keep(range: AddressRange, lifetime: number, network: RegisteredNetwork): RegisteredNetwork {
    const now = this.#parts.clock.elapsed();
    const others = this.#known.filter(({ until }) => now < until).slice(1 - MOST_KNOWN);
    this.#known = [...others, { range, network, until: now + lifetime }];
    return network;
  }
}

/** What says nothing of the address, or is as wide as no network is, is no answer for others. */
function rangeFor(address: Address, range: AddressRange | undefined): AddressRange {
  const single = firstOf(address);
  const alone = { first: single, last: single };
  if (range === undefined || !isIn(range, address)) return alone;
  const { first, last } = range;
  const isNarrow = first.family === 4 ? first.w3 >>> 24 === last.w3 >>> 24 : first.w0 >>> 16 === last.w0 >>> 16;
  return isNarrow ? range : alone;
}
