/** What enforces bans: firewalld, nftables or a dry run. */
import type { Address } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';

/** What a reconcile found and mended. */
export interface Reconciliation {
  /** Wanted, and missing until now. */
  readonly added: number;
  /** Held by our sets though nothing wants them. */
  readonly removed: number;
}

/** What `f2bctl status` says of the firewall. */
export interface FirewallStatus {
  /** `firewalld 2.3.1`, `dry-run`. */
  readonly name: string;
  readonly state: 'ready' | 'unavailable';
  /** Why it is unavailable and what to do. */
  readonly problem?: string;
  /** Addresses that the firewall confirmed. */
  readonly held: number;
  /** Changes not yet confirmed, and the age of the oldest (µs). */
  readonly pending: number;
  readonly oldestPending: number;
  readonly warnings: readonly string[];
  /** What is good to know and asks for nothing. */
  readonly notes?: readonly string[];
}

/** What a jail's bans do in the firewall. */
export type JailEffect = Pick<Ban, 'jail' | 'disposition' | 'ports'>;

/** A ban that an earlier run left in the firewall. */
export type FoundBan = Pick<Ban, 'jail' | 'address' | 'until'>;

export type FirewallChange = 'lost' | 'ready' | 'sources';

/** An address or prefix that the firewall's administrator put into a zone of its own, and that zone. */
export interface ZoneSource {
  readonly zone: string;
  readonly address: Address;
}

/** What is known of the firewall, for those who do not change it. */
export interface FirewallView {
  /**
   * Resolves when it is known whether the firewall can be told of bans, or after some seconds in which
   * that remains unknown.
   */
  opened(): Promise<void>;
  /** True when the firewall confirmed this ban and nothing has revoked it since. */
  holds(ban: Ban): boolean;
  /** What of the firewall enforces this ban, for people to look at: each of it in words; empty unless it is held. */
  enforcedBy(ban: Ban): readonly string[];
  /** Whom the administrator put into zones that are not ours and let somebody in; the same array until it changes. */
  zoneSources(): readonly ZoneSource[];
  /**
   * `lost`: it may have forgotten our entries or went away; `ready`: it can be reconciled now; `sources`: `zoneSources`
   * changed. Returns the unsubscriber.
   */
  onChange(listener: (change: FirewallChange) => void): () => void;
  status(): FirewallStatus;
}

/**
 * Enforces bans. The adapter keeps no memory across runs: it is told what is wanted.
 * Several bans may want the same address; it is held until the last of them is gone, which the adapter counts itself.
 */
export interface Firewall extends FirewallView {
  /**
   * Adds the bans; resolves when the firewall confirmed them. Idempotent. Also cuts the addresses' open connections.
   */
  ban(bans: readonly Ban[]): Promise<void>;
  /** Removes the bans; resolves when the firewall confirmed it. Idempotent. */
  unban(bans: readonly Ban[]): Promise<void>;
  /**
   * Whom an earlier run left there, for when the memory of it cannot be read: each as a ban of the first of these jails
   * that bans so. Empty where the firewall does not know when its entries end. Throws an F2bError.
   */
  found(jails: readonly JailEffect[]): Promise<readonly FoundBan[]>;
  /**
   * Makes the firewall hold exactly `wanted`: repairs what is missing, removes what is foreign in our sets. Idempotent.
   * `wanted` is gone through once, before `reconcile` returns: there may be very many.
   */
  reconcile(wanted: Iterable<Ban>): Promise<Reconciliation>;
  close(): Promise<void>;
}
