/**
 * An IPv4 or IPv6 address or prefix as a value.
 * Invariant: equal addresses have equal `text`, so `text` serves as a map key and as the firewall's entry.
 */
export interface Address {
  readonly family: 4 | 6;
  /** The network's bits as a number; host bits are zero. */
  readonly value: bigint;
  /** Prefix length in bits: 32 or 128 for a single address. */
  readonly length: number;
  /** Canonical text: RFC 5952 for IPv6, IPv4-mapped IPv6 as IPv4, `/length` only for prefixes. */
  readonly text: string;
}
