/**
 * Type=webhook: events sent over HTTP. Invariants: nothing is sent anywhere but to the address that was set; whatever is
 * answered, a bounded part of it is read.
 */
import { createHmac } from 'node:crypto';
import type { WebhookAction } from '../../config/actions/action-config.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { systemCode } from '../../errors.js';
import type { ReadCredential } from '../credentials.js';
import type { Deliverer } from '../deliver.js';
import { answerTo, beginning } from '../http-answer.js';
import { done, failed, hiding, type Outcome, refused } from '../outcome.js';
import { type EventRecord, idOfAll } from '../record.js';
import { isReportable } from '../takes.js';
import { forms, type WebhookRequest } from './forms.js';
import { Reported } from './reported.js';

/** The most of an answer that is read, bytes: what is wrong stands in the first line. */
const MOST_ANSWER = 2_048;
/** The longest pause that the other side can ask for, s. */
const LONGEST_PAUSE = 3_600;
/** Answers by which the other side says that this very content is wrong. */
const REFUSALS: readonly number[] = [400, 405, 406, 409, 410, 411, 413, 414, 415, 422];
/** Answers that may have an age at which to try again, RFC 9110 and RFC 6585. */
const BUSY: readonly number[] = [429, 503];

export interface WebhookParts {
  readonly credential: ReadCredential;
  readonly version: string;
  /** Seconds since the epoch. */
  readonly seconds: () => number;
}

/** Throws CREDENTIAL_MISSING. */
export function webhookDeliverer(action: WebhookAction, { credential, version, seconds }: WebhookParts): Deliverer {
  const secretOf = (name: string | undefined) => (name === undefined ? undefined : credential(name));
  const token = secretOf(action.token);
  const secret = secretOf(action.secret);
  const hiddenUrl = secretOf(action.urlCredential);
  const secrets = [token, secret].filter((text) => text !== undefined);
  const hide = hiding([...secrets, ...(hiddenUrl === undefined ? [] : partsOf(hiddenUrl))]);
  const url = hiddenUrl ?? action.url;
  const reported = action.format === 'abuseipdb' ? new Reported() : undefined;
  const isDue = (event: EventRecord) =>
    reported === undefined || (isReportable(event) && !reported.isRecent(event.address, seconds()));
  return {
    async deliver(events, signal) {
      const wanted = events.filter(isDue);
      if (wanted.length === 0) return done;
      const { recipient, template, categories } = action;
      const request = forms[action.format]({ url, token, recipient, template, categories, events: wanted });
      const stamp = Math.floor(seconds());
      const headers = {
        ...request.headers,
        'user-agent': `f2b/${version}`,
        'f2b-delivery': idOfAll(wanted),
        ...(secret !== undefined && signed(secret, stamp, request.body)),
      };
      const outcome = await send({ ...request, headers }, signal, hide);
      if (outcome.kind === 'done') for (const { address } of wanted) reported?.add(address, stamp);
      return outcome;
    },
    stop: async () => {},
  };
}

/** Whoever knows the secret can tell that the request is ours, and when it was made. */
export function signed(secret: string, stamp: number, body: string): Readonly<Record<string, string>> {
  const digest = createHmac('sha256', secret).update(`${stamp}.${body}`).digest('hex');
  return { 'f2b-timestamp': String(stamp), 'f2b-signature': `sha256=${digest}` };
}

/** What of an address that is a secret may be repeated in an answer. */
function partsOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [url];
  const { pathname, search } = new URL(url);
  return [url, `${pathname}${search}`, pathname, search].filter((part) => part !== '/');
}

async function send(request: WebhookRequest, signal: AbortSignal, hide: (text: string) => string): Promise<Outcome> {
  try {
    const answer = await answerTo(request, signal);
    const { statusCode: status = 0, headers } = answer;
    if (status >= 200 && status < 300) {
      // It has been taken, whatever becomes of the rest of the answer.
      answer.destroy();
      return done;
    }
    return outcomeOf(status, headers['retry-after'], hide(await beginning(answer, MOST_ANSWER)));
  } catch (error) {
    if (signal.aborted) throw error;
    return failed(`${hostOf(request.url)} cannot be reached (${hide(reasonOf(error))})`);
  }
}

function outcomeOf(status: number, retryAfter: string | undefined, text: string): Outcome {
  const said = text.trim() === '' ? '' : `: ${text}`;
  if (status >= 300 && status < 400) {
    return failed(
      `it answered with status ${status}, a redirection, which is not followed: set URL= to where it leads`,
    );
  }
  const reason = `it answered with status ${status}${said}`;
  if (REFUSALS.includes(status)) return refused(reason);
  return failed(reason, BUSY.includes(status) ? pauseOf(retryAfter) : undefined);
}

/** Retry-After in seconds → µs; undefined when it says nothing, or a date, which another clock chose. */
function pauseOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Math.min(Number(text), LONGEST_PAUSE) * MICROS_PER_SECOND;
}

/** The path may be a secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the address';
}

function reasonOf(error: unknown): string {
  return systemCode(error) ?? (error instanceof Error ? error.message : String(error));
}
