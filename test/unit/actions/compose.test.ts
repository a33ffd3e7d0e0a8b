/** Mails as they are put together: one event or many, and nothing in them but what they are to say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { composeMail } from '../../../src/actions/mail/compose.js';
import { recordOf } from '../../../src/actions/record.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import '../../support/seed.js';

function mailed(n: number, message = `banned number ${n}`, entries: readonly string[] = []) {
  const ban = aBan({ address: anAddress(`10.0.${n >> 8}.${n & 255}`) });
  return { event: recordOf('mail', { kind: 'ban', ban, cursor: `s=${n}`, at: NOON, host: 'gate', message }), entries };
}

test('one event is its own subject, with the entries behind it', () => {
  const { subject, text, html } = composeMail([mailed(1, 'banned 10.0.0.1', ['sshd: Failed password'])]);
  assert.equal(subject, '[f2b] gate: banned 10.0.0.1');
  assert.equal(text, '2026-05-01T12:00:00.000Z  banned 10.0.0.1\n    sshd: Failed password\n\n');
  assert.match(html, /<td>banned 10\.0\.0\.1<pre>sshd: Failed password<\/pre><\/td>/);
});

test('country and network owner stand below the ban, as text in both forms, and not in the subject', () => {
  const about = { country: 'DE', owner: 'AS64496 <b>Net</b>\r\nBcc: a@b' };
  const { subject, text, html } = composeMail([{ ...mailed(1, 'banned 10.0.0.1'), about }]);
  assert.equal(subject, '[f2b] gate: banned 10.0.0.1');
  assert.equal(text, '2026-05-01T12:00:00.000Z  banned 10.0.0.1\n  DE, AS64496 <b>Net</b>\\u000d\\u000aBcc: a@b\n');
  assert.match(html, /banned 10\.0\.0\.1<br>DE, AS64496 &lt;b&gt;Net&lt;\/b&gt;\\u000d/);
});

test('what the registry says stands in a line of its own, as text in both forms', () => {
  const network = { name: '<b>NET</b>', handle: 'NET-10-1', country: 'DE', abuse: 'abuse@example.net' };
  const { subject, text, html } = composeMail([{ ...mailed(1, 'banned 10.0.0.1'), about: { country: 'FR', network } }]);
  assert.equal(subject, '[f2b] gate: banned 10.0.0.1');
  assert.match(text, /^ {2}FR\n {2}registered network <b>NET<\/b>, NET-10-1, DE, abuse@example\.net$/m);
  assert.match(html, /<br>FR<br>registered network &lt;b&gt;NET&lt;\/b&gt;, NET-10-1, DE, abuse@example\.net</);
});

test('a storm is numbers first, then the first hundred', () => {
  const { subject, text } = composeMail(Array.from({ length: 1_000 }, (_, n) => mailed(n)));
  assert.equal(subject, '[f2b] gate: 1,000 bans');
  assert.match(text, /^1,000 bans of 1,000 addresses\n {2}ssh\.service: 1,000 bans\n/);
  assert.match(text, /\nand 900 more events; all of them: f2bctl log\n$/);
  assert.ok(text.length < 20_000);
});

test('whatever an event and its entries hold, a subject is one line and nothing is a tag', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('x\r\nBcc: a@b', '<img src=x onerror=y>', '</pre></td>', '&lt;', '\u2028', '\u0000'),
  );
  fc.assert(
    fc.property(hostile, fc.array(hostile, { maxLength: 3 }), (message, entries) => {
      const { subject, text, html } = composeMail([mailed(1, message, entries)]);
      assert.doesNotMatch(subject, /[\u0000-\u001f\u007f\u2028\u2029]/);
      assert.ok(subject.length <= 161);
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\u0000-\u001f\u007f]/);
      const tags = new Set([...html.matchAll(/<(\/?!?\w+)/g)].map(([, tag]) => tag));
      const own = [
        '!DOCTYPE',
        'html',
        '/html',
        'body',
        '/body',
        'table',
        '/table',
        'tr',
        '/tr',
        'td',
        '/td',
        'pre',
        '/pre',
      ];
      assert.deepEqual(
        [...tags].filter((tag) => !own.includes(tag ?? '')),
        [],
      );
      assert.equal(html.match(/<\/pre>/g)?.length ?? 0, entries.length > 0 ? 1 : 0);
    }),
  );
});
