/** A ban as a value. Invariant: at most one ban exists for a jail and address. */
import { type Address, compareAddresses } from './address/address.js';

/**
 * What a ban does to its source: drop or reject everything, or reject only the jail's `ports`.
 * `drop` and `reject` are firewalld's targets of the same names.
 */
export type Disposition = (typeof dispositions)[number];
export const dispositions = ['drop', 'reject', 'ports'] as const;

/**
 * Why a ban exists: a jail's limit was reached, a person asked for it, its address is a repeat offender, or other hosts
 * of the fleet banned it.
 */
export type BanOrigin = (typeof banOrigins)[number];
export const banOrigins = ['jail', 'manual', 'recidive', 'fleet'] as const;

/** A decision in force. At most one ban exists for a jail and address. */
export interface Ban {
  readonly jail: string;
  readonly address: Address;
  /** µs since the epoch. */
  readonly since: number;
  /** µs since the epoch; FOREVER for a permanent ban. */
  readonly until: number;
  readonly disposition: Disposition;
  /** Ports that the `ports` disposition closes, as in firewalld (`22/tcp`, `1000-2000/udp`); empty otherwise. */
  readonly ports: readonly string[];
  readonly origin: BanOrigin;
  /** bancount: 1 for the first ban of this address, growing with each later one that is still remembered. */
  readonly count: number;
  /** Failures that led to it; 0 for a manual ban. */
  readonly failures: number;
  /** Cursors of the journal entries behind it, oldest first; bounded by `MAX_EVIDENCE`. */
  readonly evidence: readonly string[];
  /** A person's own words for a manual ban; of one of the fleet, which jails of which hosts banned it. */
  readonly reason?: string;
  /** Single addresses folded into this prefix ban (AggregateAfter=), to be restored when it is lifted early. */
  readonly members?: readonly Ban[];
}

/** What a ban was before another one of the same jail and address took its place. */
export type ReplacedBan = Pick<Ban, 'until' | 'origin' | 'reason'>;

/** Cursors as a store keeps them: the JSON text of their list, in bytes from `start` to `end`. */
export interface UnreadCursors {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  read(): readonly string[];
}

/** A ban from the store. Half a million cursors need not become texts at a start, only to be packed. */
export type StoredBan = Omit<Ban, 'evidence'> & { readonly evidence: readonly string[] | UnreadCursors };

export function readBan(ban: StoredBan): Ban {
  const { evidence } = ban;
  return { ...ban, evidence: 'read' in evidence ? evidence.read() : evidence };
}

/** What tells bans apart. */
type Place = Pick<Ban, 'jail' | 'address'>;

/** Bans in the order of their jails' names and their addresses: all, or those of a jail, or those after another one. */
export interface BanRange {
  readonly jail?: string;
  readonly after?: Place;
  /** With no evidence of their own: that is most of a ban, and takes most of the time. */
  readonly bare?: boolean;
}

/** The same for the same place alone. */
export function banKey({ jail, address }: Place): string {
  return `${jail} ${address.text}`;
}

export function compareBans(one: Place, other: Place): number {
  if (one.jail !== other.jail) return one.jail < other.jail ? -1 : 1;
  return compareAddresses(one.address, other.address);
}

/** The most cursors kept with a ban. */
export const MAX_EVIDENCE = 20;

/** How many bans a ban is to carry and to show: itself and those that it stands for. */
export function weightOf({ members = [] }: Ban): number {
  return 1 + members.length;
}

/** The first of the bans, until together they weigh `limit` or more. */
export function portionOf(bans: Iterable<Ban>, limit: number): readonly Ban[] {
  const portion: Ban[] = [];
  let weight = 0;
  for (const ban of bans) {
    portion.push(ban);
    weight += weightOf(ban);
    if (weight >= limit) break;
  }
  return portion;
}

/** The jail name of bans that a person asked for without naming a jail. */
export const MANUAL_JAIL = 'manual';

/** The jail name of bans that other hosts of the fleet reported. */
export const FLEET_JAIL = 'fleet';

/** The jail name of bans that members of a fleet tell each other of whom they counted together. */
export const COUNTED_JAIL = 'counted';

/** True for the names of bans that belong to no configured jail. */
export function isJailWithoutFile(name: string): boolean {
  return name === MANUAL_JAIL || name === FLEET_JAIL || name === COUNTED_JAIL;
}
