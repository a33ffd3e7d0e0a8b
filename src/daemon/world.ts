/** Everything external that the agent needs, handed in: nothing of the daemon touches the machine by itself. */
import type { Agent } from '../agent/agent.js';
import type { Config } from '../config/config.js';
import type { Address } from '../core/address/address.js';
import type { UnitState } from '../core/unit-state.js';
import type { F2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Firewall } from '../ports/firewall.js';
import type { FirewallLock } from '../ports/firewall-lock.js';
import type { LiveJournal } from '../ports/journal.js';
import type { BulkNotifier } from '../ports/notifier.js';
import type { SelfCheck } from '../ports/self-check.js';
import type { Store, StoreOwner } from '../ports/store.js';
import type { Supervisor } from '../ports/supervisor.js';
import type { Fallback } from './first-configuration.js';
import type { ConfigSources } from './loaded-config.js';
import type { OpenJournal } from './reading/journal-consumer.js';
import type { RemoteHosts } from './reading/journals/journals.js';
import type { SparingWorld } from './sparing/sparing.js';

export interface World extends ConfigSources, SparingWorld {
  /** What to start with when the configuration on disk is wrong, the best first. */
  readonly fallbacks: () => readonly Fallback[];
  /** Keeps what was read last, as it is good, for a start with a wrong one. Never rejects. */
  readonly keepConfiguration: () => Promise<void>;
  readonly version: string;
  readonly clock: Clock;
  readonly notifier: BulkNotifier;
  readonly supervisor: Supervisor;
  /** 0 ≤ x < 1 for BanTimeRandom=, the same for the same cursor, so that a replay draws the same. */
  readonly random: (cursor: string) => number;
  readonly openStore: (owner: StoreOwner) => Promise<Store>;
  /** Taken before a firewall is opened; undefined when none is changed. */
  readonly firewallLock: FirewallLock | undefined;
  readonly openFirewall: (config: Config) => Promise<Firewall>;
  /**
   * The TCP ports of this machine to which an address, or who is in a prefix, has connections now; undefined when that is
   * not known.
   */
  readonly portsReachedBy: (address: Address) => Promise<readonly number[] | undefined>;
  readonly openJournal: OpenJournal<LiveJournal>;
  readonly remoteHosts: RemoteHosts;
  /** The same for one look at what it holds, all boots alike. */
  readonly openHistory: OpenJournal;
  /** What systemd says of units, in the order of their names; undefined where it cannot be asked. */
  readonly unitStates: (names: readonly string[]) => Promise<readonly UnitState[] | undefined>;
  /** Undefined when what this run writes does not go to the journal that it follows. */
  readonly selfCheck: SelfCheck | undefined;
  /**
   * Makes the agent reachable; `onName` is told when nobody can reach it and why, and undefined when they can again.
   * What it returns takes no more calls, and resolves when those under way are answered.
   */
  readonly serve: (agent: Agent, onName: (refusal: F2bError | undefined) => void) => () => Promise<void>;
  /** Ends what the firewall and whoever asks are reached through. Nothing of the world is used afterwards. */
  readonly close: () => Promise<void>;
}
