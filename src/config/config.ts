/** The checked configuration as the agent takes it: what all of it comes to, and what each jail reads and does. */
import type { JournalSource } from '../core/journal-source.js';
import type { JailSettings } from '../core/settings.js';
import type { FilterSpec } from '../filter/filter.js';
import type { ConfigTexts } from './config-texts.js';

/** Which journal entries a jail reads. */
export interface JournalSelection {
  /** The journal that they are in; without it, the machine's own. */
  readonly source?: JournalSource;
  /** Unit names, globs allowed (`ssh@*.service`). */
  readonly units: readonly string[];
  /**
   * Further fields an entry must have, `FIELD=value`; same field twice means either: Match=, and in journald's terms
   * User=, Executable= and Identifier=.
   */
  readonly matches: readonly string[];
  /** Messages are lines of a log file, with a date of their own. */
  readonly isFile?: true;
  /** A runtime passes on at once what a container writes, long lines in pieces. */
  readonly isOfContainer?: true;
  /** None of the users that User= names exists, so no entry is the jail's. */
  readonly isNobodys?: true;
}

/** Who a jail spares. Parsed further by the core (addresses, prefixes) and the daemon (names, files). */
export interface SpareConfig {
  /** Addresses, prefixes, host names and `file:PATH`. */
  readonly ignoreip: readonly string[];
  /** Own addresses are spared (default yes). */
  readonly ignoreself: boolean;
  /**
   * Programs with their arguments, run without a shell; `<ip>` in an argument stands for the address. One that says so is
   * enough. A jail file names one at most.
   */
  readonly ignorecommands: readonly (readonly string[])[];
  readonly spareLoggedIn: boolean;
}

/** One jail file with its drop-ins, checked and complete with defaults. */
export interface JailConfig {
  readonly name: string;
  /** The main file, for messages. */
  readonly file: string;
  readonly description: string;
  readonly documentation: readonly string[];
  /** Who besides the service could get somebody else banned by it; empty: nobody. */
  readonly forgeableBy: string;
  readonly enabled: boolean;
  /** Undefined exactly when the jail is fed by bans (`settings.recidive`). */
  readonly filter: FilterSpec | undefined;
  /** Where Filter= was written, for messages. */
  readonly filterPlace: { readonly file: string; readonly line: number };
  readonly journal: JournalSelection;
  readonly settings: JailSettings;
  /** Where the jail itself, and not f2bd.conf, sets MaxRetryUser=; for messages. */
  readonly maxretryUserPlace: { readonly file: string; readonly line: number } | undefined;
  readonly spare: SpareConfig;
  readonly usedns: 'no' | 'warn' | 'yes';
  /** Names of the actions that are told of its bans. */
  readonly actions: readonly string[];
}

/** How failures are told: each, none, or how many there were. */
export type LogFailures = 'yes' | 'no' | 'summary';

/** f2bd.conf and all jails. Durations in µs. */
export interface Config {
  readonly jails: readonly JailConfig[];
  /** Folders searched for filters, first wins. */
  readonly filterPath: readonly string[];
  readonly firewall: 'firewalld' | 'nftables';
  readonly logFailures: LogFailures;
  /** How often the firewall is compared with what is wanted. */
  readonly verifyInterval: number;
  /** Names of the actions that are told of bans that a person asked for: those of f2bd.conf. */
  readonly actions: readonly string[];
  /** Time budget of a line, µs. */
  readonly lineBudget: number;
  /** What it was read from: a jail is read from this anew when it is given other limits while it runs. */
  readonly texts: ConfigTexts;
}
