/** What f2bctl needs from the world, handed in by the program's entry and by tests. */

import type { Simulation, SimulationRequest } from '../agent/simulation.js';
import type { ConfigurationFiles } from '../config/files/configuration-files.js';
import type { UnitFault } from '../config/unit-faults.js';
import type { AgentClient } from '../control/client.js';
import type { Budget } from '../filter/budget.js';
import type { GeoIp } from '../geoip/geoip.js';
import type { OpenLogFile } from '../host/files/open-log-files.js';
import type { Pager, PagerOptions } from '../host/programs/pager.js';
import type { CommandAnswer } from '../host/programs/run-command.js';
import type { Screen } from '../host/screen.js';
import type { DatabaseRow } from '../import/bans.js';
import type { HostKey } from '../nats/key.js';
import type { ActionsControl } from '../ports/actions-control.js';
import type { Clock } from '../ports/clock.js';
import type { FleetControl } from '../ports/fleet-control.js';
import type { JournalHistory } from '../ports/journal.js';
import type { StateCounts, StateReport } from '../ports/state-report.js';
import type { Zone } from '../text/zone.js';

/** What is written at a time: text, or bytes for programs. */
export type Piece = string | Uint8Array;

/** Where text goes: standard output or standard error. */
export interface Output {
  readonly isTerminal: boolean;
  /** How wide a terminal is. */
  readonly columns?: number | undefined;
  write(piece: Piece): void;
}

/**
 * `never`, for what is not worth a password; or a function that gives the terminal to whoever asks for one, until what it
 * returns is called.
 */
export type Asking = 'never' | (() => () => void);

/** A connection to the agent, closed when the command has ended. */
export interface AgentConnection {
  readonly client: AgentClient;
  close(): void;
}

/** Which journal entries to open: alternatives of `FIELD=value` terms, and the fields to bring along. */
export interface JournalRequest {
  /** Journal files elsewhere than this machine's own. */
  readonly directory?: string;
  /** The journal of the units with this LogNamespace=. */
  readonly namespace?: string;
  readonly matches: readonly (readonly string[])[];
  readonly fields: readonly string[];
}

/** The state in a directory, without the agent. Everything throws the STORE_ errors. */
export interface StateCare {
  /** The objects of `state export`. */
  readonly export: (directory: string) => AsyncIterable<object>;
  /** Replaces the state by exported lines; `name` is their file's, for messages. Throws IMPORT_INVALID. */
  readonly import: (directory: string, name: string, lines: Iterable<string>) => Promise<StateCounts>;
  readonly check: (directory: string) => Promise<StateReport>;
  /** Bytes before and after. */
  readonly vacuum: (directory: string) => Promise<{ readonly before: number; readonly after: number }>;
}

/** What is in fail2ban's database. */
export interface Fail2banRows {
  readonly rows: readonly DatabaseRow[];
  /** What cannot be read, and what to do about it. */
  readonly problems: readonly string[];
}

export interface Dependencies {
  readonly version: string;
  readonly output: Output;
  readonly errors: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** µs since the epoch. */
  readonly now: () => number;
  /**
   * The time zone that people read and write times in.
   */
  readonly zone: Zone;
  /** Timers for what goes on for a while. */
  readonly clock: Clock;
  /**
   * What the databases in a folder, or in the usual ones, say of addresses; undefined where there is none. Throws
   * GEOIP_UNUSABLE when the folder that was asked for has none.
   */
  readonly geoip: (directory: string | undefined) => Promise<GeoIp | undefined>;
  /** The whole terminal; undefined where there is none that text can be placed on. */
  readonly openScreen: (() => Promise<Screen>) | undefined;
  /**
   * Throws BUS_UNAVAILABLE. `asking`: by whom a password may be asked for at the terminal.
   */
  readonly connect: (asking?: Asking) => Promise<AgentConnection>;
  readonly state: StateCare;
  /** f2b-actiond, as far as it runs. */
  readonly actions: () => ActionsControl;
  /** f2b-fleetd of this host. */
  readonly fleet: () => FleetControl;
  /** A new key for a host of the fleet. */
  readonly createHostKey: () => Promise<HostKey>;
  readonly configuration: ConfigurationFiles;
  /** Undefined when there is no such file. */
  readonly fail2banDatabase: (path: string) => Promise<Fail2banRows | undefined>;
  /** Folders that the configuration there has searched for filters, the first wins; whatever else is wrong in it. */
  readonly filterPath: (configDirectory: string) => Promise<readonly string[]>;
  /** How long a filter may take over a line. */
  readonly budget: () => Promise<Budget>;
  /** What a jail would have done. Throws UNKNOWN_JAIL, CONFIG_INVALID and the JOURNAL_ errors. */
  readonly simulate: (request: SimulationRequest) => Promise<Simulation>;
  /** The number of the user that the agent runs as; undefined where there is no such user. */
  readonly agentUser: () => number | undefined;
  /** Throws the JOURNAL_ errors. */
  readonly openJournal: (request: JournalRequest) => Promise<JournalHistory>;
  /** f2bctl on other machines. Both throw HOST_UNREACHABLE. */
  readonly remote: {
    /** With this process' own input and output; resolves with the exit status. */
    readonly run: (host: string, words: readonly string[], isTerminal: boolean) => Promise<number>;
    readonly ask: (host: string, words: readonly string[]) => Promise<CommandAnswer>;
  };
  /** Runs a program of the system's; undefined when there is none, or no answer. */
  readonly run: (argv: readonly string[]) => Promise<CommandAnswer | undefined>;
  /** The same however long it takes, with what it wrote to both of its outputs; status 127 when there is none. */
  readonly runToEnd: (argv: readonly string[]) => Promise<CommandAnswer>;
  /** The command line of this program, for others to run it. */
  readonly self: readonly string[];
  /** Asks the person at the terminal, yes or no; undefined when there is none. */
  readonly confirm: (question: string) => Promise<boolean | undefined>;
  /** Enabled jails that read entries of another kind than their filters are written for. */
  readonly unlikeJails: (configDirectory: string) => Promise<readonly UnitFault[]>;
  /** The logs that the processes of these units have open, as far as this user may see. */
  readonly openLogFiles: (units: readonly string[]) => Promise<readonly OpenLogFile[]>;
  /** Bytes that are free where this path lies; undefined when it is not there. */
  readonly freeSpace: (path: string) => number | undefined;
  /** Shows much text a screen at a time; undefined where that is not to be. */
  readonly pager: (options?: PagerOptions) => Promise<Pager | undefined>;
  /** What messages mean, by their ids. */
  readonly catalog: () => ReadonlyMap<string, string>;
  /** The lines of a file, `-` for standard input. Throws FILE_UNREADABLE. */
  readonly lines: (file: string) => Iterable<string>;
  /** The addresses of a host name; empty when it has none. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Where the person at the terminal comes from, as text; undefined when they sit at the machine. */
  readonly peer: () => string | undefined;
  /** From the first call on, the signals that end a program abort this instead. */
  readonly untilStopped: () => AbortSignal;
  /** Does the work to its end, and only then what a signal asked for that came meanwhile. */
  readonly uninterrupted: <Result>(work: () => Promise<Result>) => Promise<Result>;
}
