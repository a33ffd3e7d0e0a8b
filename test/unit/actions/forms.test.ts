/** What is sent to services on the web: each form as its service documents it, whatever an event holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { idOfAll, recordOf, textsOf } from '../../../src/actions/record.js';
import { type FormInput, forms, type WebhookRequest } from '../../../src/actions/webhook/forms.js';
import { signed } from '../../../src/actions/webhook/webhook.js';
import { webhookFormats } from '../../../src/config/keys/action-keys.js';
import type { ToldEvent } from '../../../src/events/told-event.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import '../../support/seed.js';

function banEvent(message: string, reason = 'a reason'): ToldEvent {
  const ban = aBan({ address: anAddress('192.0.2.1'), reason });
  return { kind: 'ban', ban, cursor: 's=1', at: NOON, host: 'mail', message };
}

const input = (...events: readonly ToldEvent[]): FormInput => ({
  url: 'https://chat.example/hook',
  token: 'the-token',
  recipient: '!room:chat.example',
  template: { text: '{{message}} at {{address}}', list: ['{{reason}}', 1], nothing: null },
  categories: [18, 22],
  events: events.map((event) => recordOf('it', event)),
});

const MESSAGE = 'ssh.service: banned 192.0.2.1 for 10min';

function bodyOf({ body }: WebhookRequest) {
  return JSON.parse(body);
}

test('each form has its address, its headers and its body', () => {
  const of = (format: keyof typeof forms) => forms[format](input(banEvent(MESSAGE)));
  const text = `mail: ${MESSAGE}`;
  assert.equal(bodyOf(of('slack')).text, text);
  assert.deepEqual(bodyOf(of('discord')).allowed_mentions, { parse: [] });
  const telegram = forms.telegram({ ...input(banEvent(MESSAGE)), url: undefined });
  assert.equal(telegram.url, 'https://api.telegram.org/botthe-token/sendMessage');
  assert.deepEqual([bodyOf(telegram).chat_id, bodyOf(telegram).parse_mode], ['!room:chat.example', undefined]);
  const matrix = of('matrix');
  assert.equal(matrix.method, 'PUT');
  assert.match(matrix.url, /\/rooms\/!room%3Achat\.example\/send\/m\.room\.message\/[0-9a-f]{32}$/);
  assert.equal(matrix.headers['authorization'], 'Bearer the-token');
  assert.equal(bodyOf(of('ntfy')).topic, '!room:chat.example');
  assert.equal(of('gotify').headers['x-gotify-key'], 'the-token');
  assert.equal(bodyOf(of('teams')).attachments[0].content.body.length, 2);
  assert.equal(bodyOf(of('mattermost')).channel, '!room:chat.example');
  const alert = bodyOf(of('pagerduty'));
  assert.deepEqual(
    [alert.routing_key, alert.event_action, alert.dedup_key],
    ['the-token', 'trigger', 'f2b mail ssh.service 192.0.2.1'],
  );
  assert.deepEqual(bodyOf(of('template')), { text: `${MESSAGE} at 192.0.2.1`, list: ['a reason', 1], nothing: null });
});

test('an unban resolves the alert that the ban triggered', () => {
  const event: ToldEvent = { ...banEvent(MESSAGE), kind: 'unban', ban: aBan(), cause: 'expired' };
  const [alert, end] = [banEvent(MESSAGE), event].map((one) => bodyOf(forms.pagerduty(input(one))));
  assert.deepEqual([end.event_action, end.dedup_key], ['resolve', alert.dedup_key]);
});

test('a report to AbuseIPDB says nothing of the host, its users or a person’s reason', () => {
  const { body, headers, url } = forms.abuseipdb({
    ...input(banEvent('host and user', 'private words')),
    url: undefined,
  });
  assert.equal(url, 'https://api.abuseipdb.com/api/v2/report');
  assert.equal(headers['key'], 'the-token');
  const fields = Object.fromEntries(new URLSearchParams(body));
  assert.deepEqual(fields, {
    ip: '192.0.2.1',
    categories: '18,22',
    comment: 'banned by f2b (ssh.service) after 5 failures',
    timestamp: '2026-05-01T12:00:00.000Z',
  });
});

test('a storm is a message of a few lines', () => {
  const { text } = bodyOf(forms.slack(input(...Array.from({ length: 500 }, () => banEvent(MESSAGE)))));
  const lines = String(text).split('\n');
  assert.equal(lines.length, 16);
  assert.equal(lines.at(-1), 'and 485 more: f2bctl log shows them');
});

/** What people read, and where it stands in the body. */
const chats = [
  ['slack', 'text'],
  ['discord', 'content'],
  ['telegram', 'text'],
  ['matrix', 'body'],
  ['ntfy', 'message'],
  ['gotify', 'message'],
  ['mattermost', 'text'],
] as const;

test('whatever a message holds, it mentions nobody, links nowhere, formats nothing and stays within its text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<!channel> <@U1>',
      'https://evil.example www.evil.example WWW.evil.example',
      '@everyone @here',
      '[x](https://evil.example)',
      '```',
      '{{reason}}',
      '"}, {"',
      '\r\n\u001b[31m\u202e',
      '<script>',
    ),
    fc
      .array(fc.constantFrom('<', '>', '@', '`', '*', '_', '[', ']', '(', ')', '{', '}', '"', '\\', '\n', '\0'))
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hostile, hostile, (message, reason) => {
      for (const format of webhookFormats) {
        const { url, headers, body } = forms[format](input(banEvent(message, reason)));
        assert.ok(URL.canParse(url));
        for (const value of Object.values(headers)) assert.match(value, /^[\x20-\x7e]*$/);
        assert.doesNotMatch(body, /[\u0000-\u001f\u202a-\u202e]/, format);
        if (format !== 'abuseipdb') JSON.parse(body);
      }
      assert.doesNotMatch(bodyOf(forms.slack(input(banEvent(message)))).text, /[<>]/);
      for (const [format, name] of chats) {
        const text = JSON.stringify(bodyOf(forms[format](input(banEvent(message))))[name]);
        assert.doesNotMatch(text, /@(?!\u200b)|:\/\/|www\.(?!\u200b)/i, format);
      }
      for (const format of ['discord', 'mattermost'] as const) {
        const body = bodyOf(forms[format](input(banEvent(message))));
        const text = String(format === 'discord' ? body.content : body.text);
        assert.doesNotMatch(text, /@(?!\u200b)|(?<!\\)(?:\\\\)*[`*_[\]<>]/);
      }
      assert.equal(bodyOf(forms.template(input(banEvent(message, reason)))).list.length, 2);
    }),
  );
});

test('wherever a text is cut, no character is cut in half: the whole message would be refused', () => {
  // Cut at 300 characters in a chat, and at 255, 1,024, 2,000 or 4,096 by services.
  for (const start of ['', 'x']) {
    const message = start + '\u{1f600}'.repeat(1_000);
    const events = Array.from({ length: 20 }, () => banEvent(message, message));
    for (const format of webhookFormats) {
      const { body } = forms[format]({ ...input(...events), recipient: '!room:chat.example' });
      assert.doesNotMatch(body, /\\ud[89a-f]|\p{Surrogate}/iu, format);
    }
  }
});

test('no text of a record has control characters, and none is a surprise to a program’s environment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, reason) => {
      for (const value of Object.values(textsOf(recordOf('it', banEvent(message, reason))))) {
        assert.doesNotMatch(value, /[\u0000-\u001f\u007f-\u009f]/);
      }
    }),
  );
});

test('the id is the same for the same event and another one for another action', () => {
  const ids = [recordOf('a', banEvent('x')), recordOf('a', banEvent('y')), recordOf('b', banEvent('x'))].map(
    ({ id }) => id,
  );
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
});

test('what is sent together has another id once another event is among it', () => {
  const [one, two, three] = ['s=1', 's=2', 's=3'].map((cursor) => ({ ...banEvent(MESSAGE), cursor }));
  assert.ok(one && two && three);
  const records = [one, two, three].map((event) => recordOf('it', event));
  assert.equal(idOfAll(records.slice(0, 1)), records[0]?.id);
  assert.match(idOfAll(records), /^[0-9a-f]{32}$/);
  assert.equal(new Set([1, 2, 3].map((length) => idOfAll(records.slice(0, length)))).size, 3);
  const urls = [input(one), input(one, two), input(one, two, three)].map((it) => forms.matrix(it).url);
  assert.equal(new Set(urls).size, 3, 'a server that knows the transaction would drop the added event');
});

test('the signature is of the time and the body', () => {
  assert.deepEqual(signed('secret', 1_777_636_800, '{}'), {
    'f2b-timestamp': '1777636800',
    // printf '1777636800.{}' | openssl dgst -sha256 -hmac secret
    'f2b-signature': 'sha256=56a95b7e46d1b9440dbd9fbaea911c1ed19339dc3341c12a8152cc53661b8eff',
  });
});
