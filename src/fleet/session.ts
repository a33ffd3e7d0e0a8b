/** The fleet's stream as f2b-fleetd uses it, over one connection, from its beginning to its end. */
import type { ReadMessage } from './messages/message.js';

export interface StreamState {
  /** Another one after the stream was deleted and made anew. */
  readonly id: string;
  /** The sequence of its last message. */
  readonly last: number;
}

/** Nothing in it is mended: whatever fails ends it, and the next one goes on. All methods throw the FLEET_ errors. */
export interface Session {
  readonly stream: StreamState;
  /**
   * Resolves when the stream has stored it, with its sequence. Of several with one `id` that come soon after each other
   * one is stored. `replacing`: it takes the place of the message with this sequence alone (0: of none), and is left out
   * when another one is there, or none.
   */
  publish(subject: string, data: Uint8Array, id: string, replacing?: number): Promise<number | undefined>;
  /**
   * Hands over all messages behind this one, in order and without gaps, in portions, and waits for each to be dealt with.
   * Rejects when the session ends, with what ended it.
   */
  read(after: number, take: (messages: readonly ReadMessage[]) => Promise<void>): Promise<never>;
  readonly failures: FailureStreams;
  /** Removes the messages of these subjects from the stream; an administrator's host may. */
  purge(subjects: string): Promise<void>;
  close(): Promise<void>;
}

/** Where reading failures begins: behind a message, or with what the servers got since then, µs since the epoch. */
export type StartOfFailures = { readonly after: number } | { readonly since: number };

/**
 * The failures that members count together, a stream for each partition, made where it is missing. What fails here ends
 * nothing else. All methods throw the FLEET_ errors.
 */
export interface FailureStreams {
  /** Resolves when it is stored. Of several with one `id` that come soon after each other one is. */
  publish(partition: number, body: string, id: string): Promise<void>;
  /** Hands over what there is and comes, in order and without gaps; resolves once `ended` aborts. */
  read(partition: number, reading: ReadingFailures): Promise<void>;
  /** Removes those of a host; an administrator's host may. */
  purge(host: string): Promise<void>;
}

export interface ReadingFailures {
  readonly begin: (stream: StreamState) => StartOfFailures;
  readonly take: (messages: readonly ReadMessage[]) => Promise<void>;
  readonly ended: AbortSignal;
}

/** How far the stream was read. */
export interface Place {
  readonly stream: string;
  readonly sequence: number;
}
