/** The agent's own interface: what control may ask of the daemon. The bus serves it as org.f2b.Agent1. */
import type { Address } from '../core/address/address.js';
import type { Ban, BanRange } from '../core/ban.js';
import type { CarriedBan } from '../core/deciding/carry-over.js';
import type { UnbanCause } from '../core/effect.js';
import type { Report } from '../core/report.js';
import type { Reconciliation } from '../ports/firewall.js';
import type { Allowance } from '../ports/store.js';
import type { AgentStatus } from './agent-status.js';
import type { BanView, Explanation } from './explanation.js';

/** What a person asks to be banned. `bantime` in µs. */
export interface BanRequest {
  readonly addresses: readonly Address[];
  readonly jail?: string;
  readonly bantime?: number;
  readonly reason?: string;
  /** Also when the address is spared; never for the machine's own. */
  readonly force?: boolean;
}

/** What became of bans of another program: see CarriedOver of the core. `why`: in words. */
export interface CarriedOverView {
  readonly banned: number;
  readonly known: number;
  readonly remembered: number;
  readonly refused: readonly { readonly jail: string; readonly address: Address; readonly why: string }[];
}

/** A report that led to no ban, and why, in words. */
export interface RefusedReport {
  readonly address: Address;
  readonly refusal: string;
}

/** Who asks: the number of a user, undefined when that is not known. */
export type Asker = number | undefined;

/** What control may ask of the daemon. Methods throw F2bError for requests that cannot be met. */
export interface Agent {
  status(): AgentStatus;
  /** How many bans are in force. */
  readonly banned: number;
  /** At most `limit` of the bans in force, in the order of `compareBans`. Throws UNKNOWN_JAIL. */
  bans(range: BanRange, limit: number): readonly BanView[];
  /** Bans all of the addresses, or none of them when one may not be banned. Throws UNKNOWN_JAIL and BAN_REFUSED. */
  ban(request: BanRequest, by?: Asker): Promise<readonly BanView[]>;
  /** Takes in bans of another program, each of them that may be; answers when they are stored, and the firewall has been told. */
  carryOver(bans: readonly CarriedBan[], by?: Asker): Promise<CarriedOverView>;
  /** Bans what other hosts banned, each for itself; answers with those that are refused, once the others are enforced. */
  report(reports: readonly Report[], by?: Asker): Promise<readonly RefusedReport[]>;
  /**
   * Spares an address or prefix for a time and lifts its bans, a portion of `limit` (`portionOf`); an earlier allowance
   * of it is replaced.
   */
  allow(allowance: Omit<Allowance, 'since'>, limit?: number, by?: Asker): Promise<readonly Ban[]>;
  /** Ends the allowances of what lies in the address or prefix, at most `limit`; answers with those that were. */
  disallow(address: Address, limit?: number): Promise<readonly Allowance[]>;
  /** Those in force. */
  allowances(): readonly Allowance[];
  /**
   * Lifts the bans of the address (and, for a prefix, of all that lies in it) in one jail or in all; a portion of
   * `limit` (`portionOf`). Throws UNKNOWN_JAIL.
   */
  unban(address: Address, jail?: string, limit?: number, by?: Asker): Promise<readonly Ban[]>;
  why(address: Address): Explanation;
  /**
   * Gives a jail other limits until the configuration is read again: `KEY=VALUE`, as if in its last drop-in. Throws
   * UNKNOWN_JAIL and SETTING_REFUSED.
   */
  set(jail: string, settings: readonly string[], by?: Asker): Promise<void>;
  /** Reads the configuration again; on problems the old one stays in force and CONFIG_INVALID is thrown. */
  reload(): Promise<void>;
  /** Reconciles the firewall now. */
  verify(): Promise<Reconciliation>;
  onBan(listener: (ban: Ban) => void): () => void;
  onUnban(listener: (ban: Ban, cause: UnbanCause) => void): () => void;
}
