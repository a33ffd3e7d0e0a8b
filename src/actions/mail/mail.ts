/**
 * Type=mail: events by SMTP or the local sendmail. Invariants: certificates are checked, but for a server on this very
 * machine; a name and password go over TLS alone.
 */
import { createTransport, type Transporter } from 'nodemailer';
import type { MailAction } from '../../config/action.js';
import { MICROS_PER_MILLISECOND } from '../../core/time.js';
import { systemCode } from '../../errors.js';
import type { ReadCredential } from '../credentials.js';
import type { Deliverer } from '../deliver.js';
import { done, failed, hiding, type Outcome, refused } from '../outcome.js';
import { type EventRecord, idOfAll } from '../record.js';
import { composeMail, type MailedEvent } from './compose.js';

/** How many entries are shown behind a ban, and in one mail. */
const MOST_ENTRIES = 10;
const MOST_IN_MAIL = 100;

export interface MailParts {
  readonly credential: ReadCredential;
  readonly host: string;
  /** The line of a journal entry, by its cursor; undefined when it is gone. */
  readonly lineOf: (cursor: string) => string | undefined;
}

/** Throws CREDENTIAL_MISSING. */
export function mailDeliverer(action: MailAction, { credential, host, lineOf }: MailParts): Deliverer {
  const password = action.password === undefined ? undefined : credential(action.password);
  const transport = transportOf(action, password);
  const hide = hiding(password === undefined ? [] : [password]);
  const domain = /^[\w.-]+$/.test(host) ? host : 'localhost';
  return {
    async deliver(events, signal) {
      const [first] = events;
      if (first === undefined) return done;
      const id = idOfAll(events);
      const mail = {
        ...composeMail(withEntries(events, lineOf)),
        from: { name: 'f2b', address: action.from ?? `f2b@${domain}` },
        to: action.to.map((address) => ({ name: '', address })),
        // The same each time it tells of the same events: whoever gets it twice sees it once.
        messageId: `<${id}@${domain}>`,
        date: new Date(first.time),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-F2B-Delivery': id },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      };
      try {
        await transport.sendMail(mail);
        return done;
      } catch (error) {
        if (signal.aborted) throw error;
        return outcomeOf(error, hide);
      }
    },
    stop: async () => transport.close(),
  };
}

function withEntries(events: readonly EventRecord[], lineOf: MailParts['lineOf']): readonly MailedEvent[] {
  let left = MOST_IN_MAIL;
  return events.map((event) => {
    const cursors = (event.entries ?? []).slice(-Math.min(MOST_ENTRIES, left));
    const entries = left === 0 ? [] : cursors.map(lineOf).filter((line) => line !== undefined);
    left -= entries.length;
    return { event, entries };
  });
}

function transportOf({ server, user, timeout }: MailAction, password: string | undefined): Transporter {
  if (server.kind === 'sendmail')
    return createTransport({ sendmail: true, newline: 'unix', path: '/usr/sbin/sendmail' });
  const { host, port, isTls } = server;
  const limit = timeout / MICROS_PER_MILLISECOND;
  const isHere = /^(?:localhost|127\.[\d.]+|::1)$/.test(host);
  return createTransport({
    host,
    port,
    secure: isTls,
    requireTLS: user !== undefined,
    // A certificate for "localhost" is nobody's; no wire is between.
    ignoreTLS: isHere && user === undefined && !isTls,
    connectionTimeout: limit,
    greetingTimeout: limit,
    socketTimeout: limit,
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
  });
}

/** A mail that the server refuses for good (5yz) once it let us in is refused; all else may work later. */
function outcomeOf(error: unknown, hide: (text: string) => string): Outcome {
  if (!(error instanceof Error)) return failed(String(error));
  const status = 'responseCode' in error ? Number(error.responseCode) : 0;
  const code = systemCode(error) ?? '';
  const reason = `the mail server: ${hide(error.message)}`;
  return status >= 500 && ['EENVELOPE', 'EMESSAGE'].includes(code) ? refused(reason) : failed(reason);
}
