/**
 * What f2b-fleetd remembers. Invariant: a place in the stream is stored together with all that was decided up to it, and
 * a position in the journal with all that was told up to it.
 */
import type { Position } from '../ports/journal.js';
import type { Change, FleetMemory } from './deciding/change.js';
import type { Place } from './session.js';

/** What this host has to say of one of its bans: the latest word for each subject. */
export interface OwnMessage {
  readonly subject: string;
  readonly kind: 'ban' | 'unban';
  readonly since: number;
  /** When the ban ends, or would have. µs since the epoch, FOREVER for never. */
  readonly until: number;
  /** Of the event that told it: the journal's cursor. */
  readonly id: string;
  /** Of a ban that was counted together: why. */
  readonly reason?: string;
}

/** Failures of this host, as they are to be published. */
export interface OwnFailures {
  readonly partition: number;
  /** No other message of this host has it. */
  readonly id: string;
  /** The message. */
  readonly body: string;
  /** How many failures it tells of. */
  readonly size: number;
  /** When none of them counts any more. µs since the epoch. */
  readonly until: number;
}

/** Those that wait for being published, in the order in which they came. */
export interface WaitingFailures extends OwnFailures {
  readonly n: number;
}

/** One that waits for being published; `round` grows each time that it is published again. */
export interface WaitingMessage extends OwnMessage {
  readonly round: number;
}

export interface FleetLoaded {
  readonly memory: FleetMemory;
  /** Undefined when nothing was read yet. */
  readonly place: Place | undefined;
  /** Of the journal; undefined when nothing was told yet. */
  readonly position: Position | undefined;
}

/** Everything throws the STORE_ errors. */
export interface FleetStore {
  load(): Promise<FleetLoaded>;
  /** Stores what was decided, and how far the stream was read for it. */
  decided(changes: readonly Change[], place: Place): Promise<void>;
  /** Stores what the agent told, and how far the journal was read for it. */
  told(messages: readonly OwnMessage[], position: Position, failures?: readonly OwnFailures[]): Promise<void>;
  /** Stores whom this host counted together with others. */
  counted(messages: readonly OwnMessage[]): Promise<void>;
  /** The failures that wait longest. */
  waitingFailures(limit: number): Promise<readonly WaitingFailures[]>;
  countWaitingFailures(): Promise<number>;
  failuresPublished(failures: readonly WaitingFailures[]): Promise<void>;
  /** The messages that wait longest, unbans before bans. */
  waiting(limit: number): Promise<readonly WaitingMessage[]>;
  countWaiting(): Promise<number>;
  /** They were published at `at` (µs since the epoch), unless there is a later word by now. */
  published(messages: readonly WaitingMessage[], at: number): Promise<void>;
  /** What was published before `before` is published again; undefined: everything. */
  publishAgain(before?: number): Promise<void>;
  /** What was told of bans in force, published or not, is to be taken back. */
  takeBack(): Promise<void>;
  /** Forgets what is over by `at`, bans as failures: it need not be published any more. */
  forget(at: number): Promise<void>;
  close(): Promise<void>;
}
