/** What a host of the fleet may do on the servers, and nothing else: publish under its own name, and read the stream. */
import { ADMINISTRATOR_SUBJECTS, subjectsOf, token } from '../fleet/messages/subject.js';

/** The stream that keeps the fleet's messages. */
export const STREAM = 'F2B';

/** Answers come to subjects below it; nobody else may listen there, or send anything there. */
export function inboxOf(host: string): string {
  return `_INBOX.f2b.${token(host)}`;
}

/**
 * The subjects that a host may publish to. The stream's are its own; the others ask JetStream: to make the stream
 * where there is none, to tell of it, and to read it by a consumer that has the host's own name.
 */
export function publishable(host: string, isAdministrator: boolean): readonly string[] {
  const consumer = token(host);
  return [
    ...subjectsOf(host),
    ...(isAdministrator ? [...ADMINISTRATOR_SUBJECTS, `$JS.API.STREAM.PURGE.${STREAM}`] : []),
    `$JS.API.STREAM.INFO.${STREAM}`,
    `$JS.API.STREAM.CREATE.${STREAM}`,
    `$JS.API.CONSUMER.CREATE.${STREAM}.${consumer}`,
    `$JS.API.CONSUMER.INFO.${STREAM}.${consumer}`,
    `$JS.API.CONSUMER.DELETE.${STREAM}.${consumer}`,
    `$JS.API.CONSUMER.MSG.NEXT.${STREAM}.${consumer}`,
  ];
}

export function subscribable(host: string): readonly string[] {
  return [`${inboxOf(host)}.>`];
}
