/**
 * The forms in which services on the web are told of events. Invariant: in each of them what an event holds is text and
 * nothing else: it mentions nobody, links nowhere and formats nothing.
 */
import type { WebhookAction } from '../../config/actions/action-config.js';
import { filledIn, type Json } from '../../config/actions/template.js';
import type { WebhookFormat } from '../../config/keys/action-keys.js';
import { type EventRecord, idOfAll, textsOf } from '../record.js';

/** A request, all but who signs it. */
export interface WebhookRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a form is made of. Secrets are read already. */
export interface FormInput extends Pick<WebhookAction, 'recipient' | 'template' | 'categories'> {
  /** Undefined where the form knows it. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly events: readonly EventRecord[];
}

type Form = (input: FormInput) => WebhookRequest;

/** So many events have a line of their own in a message to a chat. */
const MOST_LINES = 15;
/** The longest line in a chat, characters. */
const LONGEST_LINE = 300;

/** Forms that tell of one event at a time. */
export const oneByOne: readonly WebhookFormat[] = ['template', 'pagerduty', 'abuseipdb'];

const JSON_TYPE = { 'content-type': 'application/json' };

function post(url: string, body: Json, headers: Readonly<Record<string, string>> = {}): WebhookRequest {
  return { method: 'POST', url, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body, wellFormed) };
}

/** A text that was cut within a character ends in half of it: services refuse that, with all that it tells. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\p{Surrogate}/gu, '\ufffd') : value;
}

/** A line for each event, and how many more there are. `asText` makes text of it where it is shown. */
export function chatLines(events: readonly EventRecord[], asText: (text: string) => string): readonly string[] {
  const shown = events.slice(0, MOST_LINES).map(({ host, message }) => {
    const line = `${host}: ${message}`;
    return asText(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line);
  });
  const left = events.length - shown.length;
  return left === 0 ? shown : [...shown, asText(`and ${left} more: f2bctl log shows them`)];
}

function chatText(events: readonly EventRecord[], asText: (text: string) => string): string {
  return chatLines(events, asText).join('\n');
}

/** What servers and programs make links and mentions of in any text: a name that somebody chose may be one. */
function unlinked(text: string): string {
  return text
    .replaceAll('@', '@\u200b')
    .replaceAll('://', ':\u200b//')
    .replace(/\bwww\./gi, '$&\u200b');
}

/** api.slack.com: three characters steer what is shown, mentions and links too. */
function forSlack(text: string): string {
  return unlinked(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
}

/** Markdown's own characters with a backslash. */
function forMarkdown(text: string): string {
  return unlinked(text.replace(/[\\`*_{}[\]()<>#+!|~&-]/g, '\\$&'));
}

function withPath(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}

function subjectOf(events: readonly EventRecord[]): string {
  const [first] = events;
  return events.length === 1 ? `f2b: ${first?.event ?? ''}` : `f2b: ${events.length} events`;
}

const slack: Form = ({ url = '', events }) =>
  post(url, { text: chatText(events, forSlack), mrkdwn: false, unfurl_links: false, unfurl_media: false });

const discord: Form = ({ url = '', events }) =>
  post(url, { content: chatText(events, forMarkdown).slice(0, 2_000), allowed_mentions: { parse: [] } });

/** Without parse_mode it is plain text. */
const telegram: Form = ({ url = 'https://api.telegram.org', token = '', recipient = '', events }) =>
  post(withPath(url, `/bot${token}/sendMessage`), {
    chat_id: recipient,
    text: chatText(events, unlinked).slice(0, 4_096),
    link_preview_options: { is_disabled: true },
  });

/** The server takes a transaction's id once, so what is repeated is shown once. */
const matrix: Form = ({ url = '', token = '', recipient = '', events }) => ({
  ...post(
    withPath(
      url,
      `/_matrix/client/v3/rooms/${encodeURIComponent(recipient)}/send/m.room.message/${encodeURIComponent(idOfAll(events))}`,
    ),
    { msgtype: 'm.notice', body: chatText(events, unlinked), 'm.mentions': {} },
    { authorization: `Bearer ${token}` },
  ),
  method: 'PUT',
});

const ntfy: Form = ({ url = '', token, recipient = '', events }) =>
  post(
    url,
    { topic: recipient, title: subjectOf(events), message: chatText(events, unlinked), tags: ['no_entry'] },
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );

const gotify: Form = ({ url = '', token = '', events }) =>
  post(
    withPath(url, '/message'),
    { title: subjectOf(events), message: chatText(events, unlinked), priority: 5 },
    { 'x-gotify-key': token },
  );

/** A card, as workflows in Teams take it. */
const teams: Form = ({ url = '', events }) => {
  const lines = chatLines(events, forMarkdown).map((text) => ({ type: 'TextBlock', text, wrap: true }));
  const heading = { type: 'TextBlock', text: subjectOf(events), weight: 'bolder' };
  const content = { type: 'AdaptiveCard', version: '1.4', body: [heading, ...lines] };
  return post(url, {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  });
};

const mattermost: Form = ({ url = '', recipient, events }) =>
  post(url, {
    text: chatText(events, forMarkdown),
    props: { disable_mentions: true },
    ...(recipient !== undefined && { channel: recipient }),
  });

/** Events API v2: what has the same key is one alert, which an unban or the end of a problem resolves. */
const pagerduty: Form = ({ url = 'https://events.pagerduty.com/v2/enqueue', token = '', events }) => {
  const [event] = events;
  const isOver = event?.event === 'unban' || event?.event === 'resolved';
  const about = event?.code ?? `${event?.jail ?? event?.event} ${event?.address ?? ''}`;
  return post(url, {
    routing_key: token,
    event_action: isOver ? 'resolve' : 'trigger',
    dedup_key: `f2b ${event?.host} ${about}`.slice(0, 255),
    payload: {
      summary: (event?.message ?? '').slice(0, 1_024),
      source: event?.host ?? '',
      severity: event?.event === 'problem' ? 'error' : 'warning',
      timestamp: event?.time ?? '',
      ...(event?.jail !== undefined && { component: event.jail }),
    },
  });
};

/** The comment says nothing of this machine or its users. */
const abuseipdb: Form = ({ url = 'https://api.abuseipdb.com/api/v2/report', token = '', categories, events }) => {
  const [event] = events;
  const fields = new URLSearchParams({
    ip: event?.address ?? '',
    categories: categories.join(','),
    comment: `banned by f2b (${event?.jail}) after ${event?.failures ?? 0} failures`,
    timestamp: event?.since ?? event?.time ?? '',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', key: token };
  return { method: 'POST', url, headers, body: fields.toString() };
};

const json: Form = ({ url = '', events, token }) =>
  post(
    url,
    { version: 1, events: events.map(asJson) },
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );

function asJson(event: EventRecord): Json {
  return Object.fromEntries(Object.entries(event));
}

const template: Form = ({ url = '', token, template = {}, events }) => {
  const [event] = events;
  return post(
    url,
    filledIn(template, event === undefined ? {} : textsOf(event)),
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
};

export const forms: Readonly<Record<WebhookFormat, Form>> = {
  ...{ json, template, slack, discord, telegram, matrix, ntfy, gotify, teams },
  ...{ pagerduty, mattermost, abuseipdb },
};
