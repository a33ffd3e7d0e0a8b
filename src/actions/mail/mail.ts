/**
 * Type=mail: events by SMTP or the local sendmail. Invariants: certificates are checked, but for a server on this very
 * machine; a name and password go over TLS alone.
 */
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import type { MailAction } from '../../config/actions/action-config.js';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../core/time.js';
import { messageOf, systemCode } from '../../errors.js';
import type { RunProgram } from '../../host/programs/run-bounded.js';
import type { Clock } from '../../ports/clock.js';
import type { ReadCredential } from '../credentials.js';
import type { Deliverer } from '../deliver.js';
import { boundedLine, done, failed, hiding, type Outcome, refused } from '../outcome.js';
import { type EventRecord, idOfAll } from '../record.js';
import { type About, aboutBanned, type Locator } from './about.js';
import { composeMail, type MailedEvent } from './compose.js';
import { type Lacking, Reached } from './reached.js';
import type { NamesOf } from './reverse-names.js';
import { handToSendmail } from './sendmail.js';
import type { AskRdap } from './whois/ask-rdap.js';
import { createWhois, type Whois } from './whois/whois.js';

/** How many entries are shown behind a ban, and in one mail. */
const MOST_ENTRIES = 10;
const MOST_IN_MAIL = 100;
/** How long reverse names may take, and registries, µs; no more than a quarter of the attempt. */
const LOOKING_UP = 2 * MICROS_PER_SECOND;
const ASKING = 5 * MICROS_PER_SECOND;
const SENDMAIL = '/usr/sbin/sendmail';

export interface MailParts {
  readonly credential: ReadCredential;
  readonly host: string;
  /** The line of a journal entry, by its cursor; undefined when it is gone. */
  readonly lineOf: (cursor: string) => string | undefined;
  readonly locator: Locator;
  readonly namesOf: NamesOf;
  readonly askRdap: AskRdap;
  readonly clock: Clock;
  /** Tells the journal of a recipient that gets nothing, and of registries that do not answer. */
  readonly tell: (text: string) => void;
  /** Runs sendmail. */
  readonly run: RunProgram;
  /** Default /usr/sbin/sendmail. */
  readonly sendmail?: string;
}

/** With the memory of what registries said. */
type Parts = MailParts & { readonly whois: Whois | undefined };

type SmtpServer = MailAction['server'] & { readonly kind: 'smtp' };

/** Why a recipient was not taken. */
interface Rejection {
  readonly recipient?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly message: string;
}

/** Throws CREDENTIAL_MISSING. */
export function mailDeliverer(action: MailAction, given: MailParts): Deliverer {
  const { server } = action;
  const parts = { ...given, whois: whoisOf(action, given) };
  if (server.kind === 'smtp') return smtpDeliverer(action, server, parts);
  return {
    deliver: async (events, signal) =>
      handToSendmail(parts.sendmail ?? SENDMAIL, await mailOf(action, action.to, events, parts), signal, parts.run),
    stop: async () => {},
  };
}

function whoisOf({ rdapServer, timeout }: MailAction, { askRdap, clock, tell }: MailParts): Whois | undefined {
  if (rdapServer === undefined) return undefined;
  const ask: Parameters<typeof createWhois>[0]['ask'] = (address, signal) => askRdap(rdapServer, address, signal);
  return createWhois({ clock, ask, tell, timeout: Math.min(ASKING, timeout / 4) });
}

function smtpDeliverer(action: MailAction, server: SmtpServer, parts: Parts): Deliverer {
  const password = action.password === undefined ? undefined : parts.credential(action.password);
  const transport = transportOf(action, server, password);
  const hide = hiding(password === undefined ? [] : [password]);
  const reached = new Reached();
  /** Recipients that the server never takes, as was told. */
  const refusedOnes = new Set<string>();

  const sendTo = async ({ to, events }: Lacking, signal: AbortSignal): Promise<Outcome> => {
    try {
      const mail = await mailOf(action, to, events, parts);
      const { accepted = [], ...info } = await transport.sendMail({ ...mail, signal });
      const rejections: readonly Rejection[] = info['rejectedErrors'] ?? [];
      const forGood = rejections.filter(({ responseCode = 0 }) => responseCode >= 500);
      for (const { recipient = '', message } of forGood) {
        if (!refusedOnes.has(recipient))
          parts.tell(boundedLine(`the mail server refuses ${recipient}: ${hide(message)}`));
        refusedOnes.add(recipient);
      }
      const settled = [...accepted, ...forGood.map(({ recipient = '' }) => recipient)].map((one) => one.toLowerCase());
      const isSettled = (address: string) => settled.includes(address.toLowerCase());
      reached.add(to.filter(isSettled), events);
      const later = rejections.find((one) => !forGood.includes(one));
      return later === undefined ? done : failed(`the mail server: ${later.recipient}: ${hide(later.message)}`);
    } catch (error) {
      if (signal.aborted) throw error;
      return outcomeOf(error, hide);
    }
  };
  return {
    async deliver(events, signal) {
      const outcomes: Outcome[] = [];
      for (const part of reached.lacking(action.to, events)) outcomes.push(await sendTo(part, signal));
      const not = outcomes.find(({ kind }) => kind !== 'done');
      if (not === undefined) reached.clear();
      return not ?? done;
    },
    stop: async () => transport.close(),
  };
}

async function mailOf(
  { from, timeout }: MailAction,
  to: readonly string[],
  events: readonly EventRecord[],
  parts: Parts,
): Promise<SendMailOptions> {
  const { host, lineOf } = parts;
  const domain = /^[\w.-]+$/.test(host) ? host : 'localhost';
  const id = idOfAll(events);
  const lookUpTimeout = Math.min(LOOKING_UP, timeout / 4);
  return {
    ...composeMail(
      withAbouts(withEntries(events, lineOf), await aboutBanned(events, { ...parts, timeout: lookUpTimeout })),
    ),
    from: { name: 'f2b', address: from ?? `f2b@${domain}` },
    to: to.map((address) => ({ name: '', address })),
    // The same each time it tells of the same events: whoever gets it twice sees it once.
    messageId: `<${id}@${domain}>`,
    date: new Date(events[0]?.time ?? 0),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-F2B-Delivery': id },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function withEntries(events: readonly EventRecord[], lineOf: MailParts['lineOf']): readonly MailedEvent[] {
  let left = MOST_IN_MAIL;
  return events.map((event) => {
    const cursors = left === 0 ? [] : (event.entries ?? []).slice(-Math.min(MOST_ENTRIES, left));
    // Also those that are gone were looked for: a mail of many events is not to take minutes.
    left -= cursors.length;
    return { event, entries: cursors.map(lineOf).filter((line) => line !== undefined) };
  });
}

/** Only bans: who is let in again was told of. */
function withAbouts(mailed: readonly MailedEvent[], abouts: ReadonlyMap<string, About>): readonly MailedEvent[] {
  return mailed.map((one) => {
    const about = one.event.event === 'ban' ? abouts.get(one.event.address ?? '') : undefined;
    return about === undefined ? one : { ...one, about };
  });
}

function transportOf(
  { user, timeout }: MailAction,
  { host, port, isTls }: SmtpServer,
  password: string | undefined,
): Transporter {
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
export function outcomeOf(error: unknown, hide: (text: string) => string): Outcome {
  if (!(error instanceof Error)) return failed(String(error));
  const status = 'responseCode' in error ? Number(error.responseCode) : 0;
  const code = systemCode(error) ?? '';
  const reason = `the mail server: ${hide(messageOf(error))}`;
  return status >= 500 && ['EENVELOPE', 'EMESSAGE'].includes(code) ? refused(reason) : failed(reason);
}
