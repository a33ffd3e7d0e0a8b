/** The streams on the servers: found, or made, and never used when they are not as the fleet needs them. */
import { JetStreamApiError, jetstreamManager, type StreamConfig, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { F2bError } from '../errors.js';
import { failuresOf } from '../fleet/messages/failure-message.js';
import { LONGEST_MESSAGE } from '../fleet/messages/message.js';
import { ALL_SUBJECTS } from '../fleet/messages/subject.js';
import type { StreamState } from '../fleet/session.js';
import { failureStream, STREAM } from './permissions.js';

const SECOND = 1_000_000_000;
const DAY = 86_400 * SECOND;

/** What nobody tells again for so long is forgotten by the servers. */
export const MAX_AGE_DAYS = 7;

/** Of messages and bytes: more than any fleet has bans, so that reaching it means that somebody floods the stream. */
const MAX_MESSAGES = 5_000_000;
const MAX_BYTES = 2_000_000_000;

/** For so long the servers know a message that is sent again. */
const DUPLICATE_WINDOW = 600 * SECOND;

/** Failures are kept for as long as whoever takes over their counting reads again, and some more. */
const FAILURES_AGE = 4 * 3_600 * SECOND;
const FAILURES_BYTES = 250_000_000;
/** Who counts knows those that come twice; there are many. */
const FAILURES_WINDOW = 60 * SECOND;

/** JetStream's code for it. */
const STREAM_NOT_FOUND = 10_059;

type Wanted = Partial<StreamConfig> & { readonly name: string };

/** The stream as the fleet needs it. */
export function wantedStream(replicas: number): Wanted {
  return {
    name: STREAM,
    subjects: [ALL_SUBJECTS],
    retention: 'limits',
    storage: 'file',
    discard: 'old',
    max_consumers: -1,
    max_msgs_per_subject: 1,
    max_msgs: MAX_MESSAGES,
    max_bytes: MAX_BYTES,
    max_msg_size: LONGEST_MESSAGE,
    max_age: MAX_AGE_DAYS * DAY,
    duplicate_window: DUPLICATE_WINDOW,
    num_replicas: replicas,
    deny_delete: true,
    allow_rollup_hdrs: false,
  };
}

/** That of the failures of a partition. */
export function wantedFailures(partition: number, replicas: number): Wanted {
  const { max_msgs_per_subject: _, max_msgs: __, ...alike } = wantedStream(replicas);
  return {
    ...alike,
    ...{ name: failureStream(partition), subjects: [failuresOf(partition)], max_msgs_per_subject: -1, max_msgs: -1 },
    ...{ max_bytes: FAILURES_BYTES, max_age: FAILURES_AGE, duplicate_window: FAILURES_WINDOW },
  };
}

/** Throws FLEET_UNREACHABLE when another one has its name. */
export async function openStream(connection: NatsConnection, wanted: Wanted): Promise<StreamState> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 5_000 });
  const info = await manager.streams.info(wanted.name).catch((error: unknown) => {
    // The client writes into what it is given.
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND)
      return manager.streams.add({ ...wanted });
    throw error;
  });
  requireFit(info, wanted);
  return { id: String(info.created), last: info.state.last_seq };
}

function requireFit({ config }: StreamInfo, wanted: Wanted): void {
  const [strange] = strangeIn(config, wanted);
  if (strange === undefined) return;
  const { name } = wanted;
  throw new F2bError('FLEET_UNREACHABLE', `the stream ${name} there is not of this fleet: its ${strange} is another`, {
    hint: `remove it there (nats stream rm ${name}): f2b-fleetd makes it anew and tells all that is in force again`,
  });
}

/** What would write other words into the stream than hosts published, keep words out, or lose them. */
const STRANGE: readonly string[] = [
  ...['subject_transform', 'sources', 'mirror', 'republish', 'no_ack', 'sealed', 'deny_purge', 'consumer_limits'],
  ...['allow_msg_ttl', 'allow_msg_counter', 'allow_msg_schedules', 'subject_delete_marker_ttl'],
];

/** What is not as it should be. The number of servers is the administrator's choice. Servers leave out what is not set. */
export function strangeIn(config: object, wanted: object): readonly string[] {
  const told = new Map<string, unknown>(Object.entries(config));
  const isSame = ([key, value]: readonly [string, unknown]) =>
    key === 'num_replicas' || JSON.stringify(told.get(key) ?? false) === JSON.stringify(value);
  const differing = Object.entries(wanted).filter((entry) => !isSame(entry));
  return [...differing.map(([key]) => key), ...STRANGE.filter((key) => isSet(told.get(key)))];
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}
