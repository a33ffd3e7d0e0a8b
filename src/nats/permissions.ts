/** What a host of the fleet may do on the servers, and nothing else: publish under its own name, and read the stream. */
import { PARTITIONS } from '../fleet/counting/partition.js';
import { failuresOfHost } from '../fleet/messages/failure-message.js';
import { ADMINISTRATOR_SUBJECTS, subjectsOf, token } from '../fleet/messages/subject.js';

/** The stream that keeps the fleet's messages. */
export const STREAM = 'F2B';

/** The stream that keeps the failures of a partition, for who counts them. */
export function failureStream(partition: number): string {
  return `${STREAM}_FAILURES_${partition}`;
}

/** All of them. */
export const FAILURE_STREAMS: readonly string[] = Array.from({ length: PARTITIONS }, (_, n) => failureStream(n));

/** Answers come to subjects below it; nobody else may listen there, or send anything there. */
export function inboxOf(host: string): string {
  return `_INBOX.f2b.${token(host)}`;
}

/**
 * The subjects that a host may publish to. Those of streams are its own; the others ask JetStream: to make a stream
 * where there is none, to tell of it, and to read it by a consumer that has the host's own name.
 */
export function publishable(host: string, isAdministrator: boolean): readonly string[] {
  const consumer = token(host);
  const streams = [STREAM, ...FAILURE_STREAMS];
  return [
    ...subjectsOf(host),
    failuresOfHost(host),
    ...(isAdministrator
      ? [...ADMINISTRATOR_SUBJECTS, ...streams.map((stream) => `$JS.API.STREAM.PURGE.${stream}`)]
      : []),
    ...streams.map((stream) => `$JS.API.STREAM.CREATE.${stream}`),
    // There are no other streams.
    '$JS.API.STREAM.INFO.*',
    `$JS.API.CONSUMER.CREATE.*.${consumer}`,
    `$JS.API.CONSUMER.INFO.*.${consumer}`,
    `$JS.API.CONSUMER.DELETE.*.${consumer}`,
    `$JS.API.CONSUMER.MSG.NEXT.*.${consumer}`,
  ];
}

export function subscribable(host: string): readonly string[] {
  return [`${inboxOf(host)}.>`];
}
