/**
 * One connection to the fleet's servers and the stream there, from its beginning to its end: nothing in it is mended,
 * whatever fails ends it, and the next one goes on. Invariant: messages come in the order of the stream, without gaps,
 * or the session ends.
 */
import { type ConsumerMessages, JetStreamApiError, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { PARTITIONS } from '../fleet/counting/partition.js';
import { failureSubject } from '../fleet/messages/failure-message.js';
import type { ReadMessage } from '../fleet/messages/message.js';
import { token } from '../fleet/messages/subject.js';
import type { FailureStreams, Session, StartOfFailures, StreamState } from '../fleet/session.js';
import { connectionError } from './connection-error.js';
import { openStream, wantedFailures, wantedStream } from './open-stream.js';
import { failureStream, inboxOf, STREAM } from './permissions.js';
import { portionsOf } from './portions.js';
import { connect } from './transport.js';

export interface SessionOptions {
  /** `host:port`, tried in any order. */
  readonly servers: readonly string[];
  /** The name of this host in the fleet. */
  readonly host: string;
  /** The nkey seed that proves it. */
  readonly seed: Uint8Array;
  /** Encrypted, with certificate and name checked; `caFile` in the place of the system's authorities. */
  readonly tls: { readonly caFile?: string } | undefined;
  /** On how many servers the stream is kept, if this host has to create it. */
  readonly replicas: number;
}

/** JetStream's codes for a message that was to take the place of another one than it would; the second since 2.12. */
const WRONG_LAST_SEQUENCE: readonly number[] = [10_071, 10_164];

/** ms */
const TIMEOUT = 5_000;
/** A server that is silent for so long twice is gone, ms. */
const PING_INTERVAL = 10_000;
/** Messages dealt with in one go, at most: what is decided of them is stored in one commit, which waits for the disk. */
const PORTION = 500;
/**
 * So long more messages are waited for that the server says there are, ms. Its count may be too high for as long as the
 * consumer lasts, where words took the place of others while the consumer was made (nats-server 2.9).
 */
const SILENCE_TIMEOUT = 20;
/** Asked for ahead. */
const AHEAD = 1_000;
/** More than these waiting to be dealt with no server sends that keeps to what was asked. */
const MOST_WAITING = 10 * AHEAD;
/**
 * For so long what was asked for holds, ms: longer than connections last. When it runs out just as a message comes,
 * nats-server 2.9 does not tell, and nothing would come any more until heartbeats are missed.
 */
const ASKED_FOR = 86_400_000;
/** Whoever waits hears so often that the server still knows, ms; when that stays away twice, nothing comes any more. */
const HEARTBEAT = 15_000;
/** A consumer that nobody reads is removed by the server, ns. */
const FORGOTTEN_AFTER = 60_000_000_000;

/** Throws the FLEET_ errors. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const connection = await connectTo(options);
  try {
    const stream = await openStream(connection, wantedStream(options.replicas));
    return sessionOf(connection, stream, options);
  } catch (error) {
    await connection.close();
    throw connectionError(error);
  }
}

async function connectTo({ servers, host, seed, tls }: SessionOptions): Promise<NatsConnection> {
  try {
    return await connect({
      servers: [...servers],
      name: `f2b ${host}`,
      authenticator: nkeyAuthenticator(seed),
      inboxPrefix: inboxOf(host),
      // Only servers that the administrator named are asked.
      ignoreClusterUpdates: true,
      reconnect: false,
      timeout: TIMEOUT,
      pingInterval: PING_INTERVAL,
      ...(tls === undefined ? {} : { tls }),
    });
  } catch (error) {
    throw connectionError(error);
  }
}

function sessionOf(connection: NatsConnection, stream: StreamState, { host, replicas }: SessionOptions): Session {
  const client = jetstream(connection, { timeout: TIMEOUT });
  return {
    stream,
    failures: failuresOver(connection, host, replicas),
    async publish(subject, data, id, replacing) {
      const expect = {
        streamName: STREAM,
        ...(replacing === undefined ? {} : { lastSubjectSequence: replacing }),
      };
      try {
        return (await client.publish(subject, data, { msgID: id, timeout: TIMEOUT, expect })).seq;
      } catch (error) {
        if (isOutdated(error)) return undefined;
        throw connectionError(error);
      }
    },
    async read(after, take) {
      const ended = connection.closed().then((error) => {
        throw connectionError(error ?? new Error('the connection was closed'));
      });
      const reading = consume({ connection, stream: STREAM, host, from: { after }, take });
      ended.catch(() => {});
      try {
        return await Promise.race([ended, reading]);
      } catch (error) {
        await connection.close();
        await reading.catch(() => {});
        throw connectionError(error);
      }
    },
    async purge(subjects) {
      try {
        const manager = await jetstreamManager(connection, { checkAPI: false });
        await manager.streams.purge(STREAM, { filter: subjects });
      } catch (error) {
        throw connectionError(error);
      }
    },
    close: () => connection.close(),
  };
}

function isOutdated(error: unknown): boolean {
  return error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.includes(error.code);
}

function failuresOver(connection: NatsConnection, host: string, replicas: number): FailureStreams {
  const client = jetstream(connection, { timeout: TIMEOUT });
  const open = (partition: number) => openStream(connection, wantedFailures(partition, replicas));
  const send = (partition: number, body: string, id: string) => {
    const expect = { streamName: failureStream(partition) };
    return client.publish(failureSubject(host, partition), body, { msgID: id, timeout: TIMEOUT, expect });
  };
  return {
    async publish(partition, body, id) {
      // Mostly the stream is there: only where it is not, somebody has to make it first.
      const makeAndSend = () => open(partition).then(() => send(partition, body, id));
      try {
        await send(partition, body, id).catch(makeAndSend);
      } catch (error) {
        throw connectionError(error);
      }
    },
    async read(partition, { begin, take, ended }) {
      try {
        const from = begin(await open(partition));
        await consume({ connection, stream: failureStream(partition), host, from, take, ended });
      } catch (error) {
        if (!ended.aborted) throw connectionError(error);
      }
    },
    async purge(of) {
      try {
        const manager = await jetstreamManager(connection, { checkAPI: false });
        for (let partition = 0; partition < PARTITIONS; partition += 1) {
          await open(partition);
          await manager.streams.purge(failureStream(partition), { filter: failureSubject(of, partition) });
        }
      } catch (error) {
        throw connectionError(error);
      }
    },
  };
}

interface Consuming {
  readonly connection: NatsConnection;
  readonly stream: string;
  readonly host: string;
  readonly from: StartOfFailures;
  readonly take: (messages: readonly ReadMessage[]) => Promise<void>;
  /** Undefined: the end of the connection ends it. */
  readonly ended?: AbortSignal;
}

async function consume({ connection, stream, host, from, take, ended }: Consuming): Promise<never> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const name = token(host);
  // What an earlier session left stands elsewhere in the stream.
  await manager.consumers.delete(stream, name).catch(() => false);
  await manager.consumers.add(stream, {
    name,
    ack_policy: 'none',
    ...('after' in from
      ? { deliver_policy: 'by_start_sequence', opt_start_seq: from.after + 1 }
      : { deliver_policy: 'by_start_time', opt_start_time: new Date(from.since / 1_000).toISOString() }),
    inactive_threshold: FORGOTTEN_AFTER,
    mem_storage: true,
    num_replicas: 1,
  });
  const consumer = await jetstream(connection, { timeout: TIMEOUT }).consumers.get(stream, name);
  const messages = await consumer.consume({ max_messages: AHEAD, expires: ASKED_FOR, idle_heartbeat: HEARTBEAT });
  const stop = () => messages.stop();
  ended?.addEventListener('abort', stop, { once: true });
  if (ended?.aborted) stop();
  const over = new AbortController();
  try {
    await Promise.race([lossOf(messages), handOver(messages, take, over.signal)]);
  } finally {
    ended?.removeEventListener('abort', stop);
    // Whoever is ended by a loss takes nothing more, though some have come already.
    over.abort();
    messages.stop();
  }
  throw new Error('the stream was closed');
}

/** Rejects when the server says that there is nothing to read from any more. */
async function lossOf(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    const isLost =
      type === 'consumer_deleted' ||
      type === 'consumer_not_found' ||
      type === 'stream_not_found' ||
      type === 'heartbeats_missed' ||
      type === 'no_responders';
    if (isLost) throw new Error(`the server says: ${type.replaceAll('_', ' ')}`);
  }
}

async function handOver(
  messages: ConsumerMessages,
  take: (messages: readonly ReadMessage[]) => Promise<void>,
  over: AbortSignal,
): Promise<void> {
  let delivered = 0;
  const isLast = ({ info }: JsMsg) => info.pending === 0;
  for await (const portion of portionsOf(messages, { most: PORTION, isLast, timeout: SILENCE_TIMEOUT })) {
    if (over.aborted) return;
    if (messages.getPending() > MOST_WAITING) throw new Error('the server sends more than it was asked for');
    // Behind a portion that ends before it is full there is nothing, whatever the server counts.
    const surplus = portion.length < PORTION ? (portion.at(-1)?.info.pending ?? 0) : 0;
    const read = portion.map((message) => {
      delivered += 1;
      if (message.info.deliverySequence !== delivered) throw new Error('a message was lost on its way');
      return readMessage(message, surplus);
    });
    await take(read);
  }
}

/** `surplus`: how many the server counts too many. */
function readMessage({ subject, data, seq, info }: JsMsg, surplus: number): ReadMessage {
  const receivedAt = Math.floor(info.timestampNanos / 1_000);
  return { subject, data, sequence: seq, receivedAt, pending: info.pending - surplus };
}
