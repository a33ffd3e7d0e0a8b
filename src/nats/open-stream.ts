/** The stream on the servers: found, or made, and never used when it is not as the fleet needs it. */
import { JetStreamApiError, jetstreamManager, type StreamConfig, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { F2bError } from '../errors.js';
import { LONGEST_MESSAGE } from '../fleet/messages/message.js';
import { ALL_SUBJECTS } from '../fleet/messages/subject.js';
import type { StreamState } from '../fleet/session.js';
import { STREAM } from './permissions.js';

const SECOND = 1_000_000_000;
const DAY = 86_400 * SECOND;

/** What nobody tells again for so long is forgotten by the servers. */
export const MAX_AGE_DAYS = 7;

/** Of messages and bytes: more than any fleet has bans, so that reaching it means that somebody floods the stream. */
const MAX_MESSAGES = 5_000_000;
const MAX_BYTES = 2_000_000_000;

/** For so long the servers know a message that is sent again. */
const DUPLICATE_WINDOW = 600 * SECOND;

/** JetStream's code for it. */
const STREAM_NOT_FOUND = 10_059;

/** The stream as the fleet needs it. */
export function wantedStream(replicas: number): Partial<StreamConfig> & { readonly name: string } {
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

/** Throws FLEET_UNREACHABLE when another one has its name. */
export async function openStream(connection: NatsConnection, replicas: number): Promise<StreamState> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 5_000 });
  const info = await manager.streams.info(STREAM).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND)
      return manager.streams.add(wantedStream(replicas));
    throw error;
  });
  requireFit(info);
  return { id: String(info.created), last: info.state.last_seq };
}

function requireFit({ config }: StreamInfo): void {
  if (isFleetStream(config)) return;
  throw new F2bError('FLEET_UNREACHABLE', `the stream ${STREAM} there is not of this fleet`, {
    hint: `remove it there (nats stream rm ${STREAM}): f2b-fleetd makes it anew and tells all that is in force again`,
  });
}

/** What would write other words into the stream than hosts published, keep words out, or lose them. */
const STRANGE: readonly string[] = [
  ...['subject_transform', 'sources', 'mirror', 'republish', 'no_ack', 'sealed', 'deny_purge', 'consumer_limits'],
  ...['allow_msg_ttl', 'allow_msg_counter', 'allow_msg_schedules', 'subject_delete_marker_ttl'],
];

/** The number of servers is the administrator's choice. Servers leave out what is not set. */
export function isFleetStream(config: object): boolean {
  const told = new Map<string, unknown>(Object.entries(config));
  const isSame = ([key, value]: readonly [string, unknown]) =>
    key === 'num_replicas' || JSON.stringify(told.get(key) ?? false) === JSON.stringify(value);
  return Object.entries(wantedStream(1)).every(isSame) && !STRANGE.some((key) => isSet(told.get(key)));
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}
