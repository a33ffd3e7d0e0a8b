/** What bans addresses for failed log-ins, as the benchmark sees it. */
import type { Container } from '../support/container.js';
import type { SshdFailures } from './sshd-failures.js';

/** One running in a booted system of its own. */
export interface Contender {
  readonly container: Container;
  readonly failures: SshdFailures;
  /** When the kernel held all of them, ms since the epoch; undefined when it did not within `seconds`. */
  held(addresses: readonly string[], seconds: number): Promise<number | undefined>;
  /** When the kernel held none of them any more. */
  gone(addresses: readonly string[], seconds: number): Promise<number | undefined>;
  /** How many of them the kernel holds now. */
  count(addresses: readonly string[]): Promise<number>;
  /** Makes it hold so many bans beside those of the benchmark. */
  fill(count: number): Promise<void>;
  /** Lifts all bans of addresses in the benchmark's storm; undefined where no command can. */
  readonly unbanStorm: (() => Promise<unknown>) | undefined;
}

/** A row of the table. */
export interface Row {
  readonly title: string;
  /** What f2b is to reach. */
  readonly target: string;
}

/** By the row's title. */
export type Results = Map<string, string>;

/** Addresses that fail one after the other, each only once in a run. TEST-NET-2 (RFC 5737) would be too small. */
export function single(index: number): string {
  return `198.19.${index >> 8}.${index & 255}`;
}

/** The storm's, from the other half of the range for benchmarks (RFC 2544). */
export function stormAddresses(count: number, round: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `198.18.${(round << 2) + (index >> 8)}.${index & 255}`);
}

export const STORM_PREFIX = '198.18.0.0/16';

/** Those of `fill`. */
export function fillAddresses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
}
