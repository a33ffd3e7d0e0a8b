import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FOREVER } from '../../../../src/core/time.js';
import { type Content, encodeContent, LONGEST_MESSAGE, parseMessage } from '../../../../src/fleet/messages/message.js';
import { parseSubject, type Subject, subjectsOf, subjectText } from '../../../../src/fleet/messages/subject.js';
import { anAddress, NOON } from '../../../fakes/values.js';
import '../../../support/seed.js';

const subjects: readonly (readonly [Subject, string])[] = [
  [
    { kind: 'ban', host: 'web1.example.org', jail: 'ssh.service', address: anAddress('192.0.2.1') },
    'f2b.ban.web1=2Eexample=2Eorg.ssh=2Eservice.192=2E0=2E2=2E1',
  ],
  [
    { kind: 'ban', host: 'a', jail: 'user@1000.service', address: anAddress('2001:db8::/64') },
    'f2b.ban.a.user=401000=2Eservice.2001=3Adb8=3A=3A=2F64',
  ],
  [{ kind: 'order', address: anAddress('198.51.100.0/24') }, 'f2b.order.198=2E51=2E100=2E0=2F24'],
  [{ kind: 'allowance', address: anAddress('198.51.100.0/24') }, 'f2b.allowance.198=2E51=2E100=2E0=2F24'],
  [{ kind: 'member', host: 'web1' }, 'f2b.member.web1'],
  [{ kind: 'withdrawal', host: 'web1' }, 'f2b.withdrawal.web1'],
];

test('every subject is read back as it was written', () => {
  for (const [subject, text] of subjects) {
    assert.equal(subjectText(subject), text);
    assert.deepEqual(parseSubject(text), subject);
  }
});

test('what is no subject of ours, or another spelling of one, is none', () => {
  const wrong = [
    ...['', 'f2b', 'f2b.ban', 'f2b.ban.web1.ssh', 'g2b.member.web1', 'f2b.member.web1.x', 'f2b.member.', 'f2b.other.x'],
    ...['f2b.ban.WEB1.ssh.192=2E0=2E2=2E1', 'f2b.ban.web1.a b.192=2E0=2E2=2E1', 'f2b.ban.web1.ssh.192=2e0=2e2=2e1'],
    ...['f2b.ban.web1.ssh.192=2E0=2E2=2E01', 'f2b.ban.web1.ssh.nobody', 'f2b.ban.web1.ssh=0A.192=2E0=2E2=2E1'],
    ...[
      'f2b.order.',
      'f2b.ban.web1.ssh.192=2E0=2E2=2E7=2F24',
      `f2b.member.${'a'.repeat(700)}`,
      'f2b.member.a=2F..=2Fb',
    ],
  ];
  for (const text of wrong) assert.equal(parseSubject(text), undefined, text);
});

test('a host may publish its own bans and no others', () => {
  const [bans = '', member] = subjectsOf('web1.example.org');
  assert.equal(member, 'f2b.member.web1=2Eexample=2Eorg');
  const own = subjectText({ kind: 'ban', host: 'web1.example.org', jail: 'a.b', address: anAddress('::1') });
  assert.equal(own.split('.').length, bans.split('.').length);
  assert.ok(own.startsWith(bans.replace(/\*.*$/, '')));
});

const ban = (content: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(content));
const [[, banSubject] = [undefined, '']] = subjects;

test('each message is read back as it was written', () => {
  const contents: readonly (readonly [string, Content])[] = [
    [banSubject, { kind: 'ban', at: NOON, since: NOON - 5, until: NOON + 5 }],
    [banSubject, { kind: 'ban', at: NOON, since: NOON - 5, until: FOREVER }],
    [banSubject, { kind: 'unban', at: NOON }],
    ['f2b.order.192=2E0=2E2=2E1', { kind: 'ban', at: 1, since: 1, until: 2, reason: 'scans us' }],
    ['f2b.allowance.192=2E0=2E2=2E1', { kind: 'allow', at: 1, until: FOREVER, by: 'admin', reason: 'the office' }],
    ['f2b.allowance.192=2E0=2E2=2E1', { kind: 'disallow', at: 1 }],
    ['f2b.withdrawal.web1', { kind: 'withdrawal', at: 7 }],
    [
      'f2b.member.web1',
      { kind: 'member', at: 1, version: '0.1.0', addresses: [anAddress('192.0.2.1')], sequence: 7, applied: 9 },
    ],
    [
      'f2b.member.web1',
      { kind: 'member', at: 1, version: '1', addresses: [], sequence: 7, applied: 9, interval: 300_000_000 },
    ],
  ];
  for (const [subject, content] of contents)
    assert.deepEqual(parseMessage({ subject, data: encodeContent(content) })?.content, content);
});

test('a message that is not whole, too long, or of another kind than its subject is none', () => {
  const whole = { v: 1, kind: 'ban', at: 1, since: 1, until: 2 };
  const wrong: readonly (readonly [string, unknown])[] = [
    ...[null, 7, [], 'ban', {}, { ...whole, v: 2 }, { ...whole, kind: 'member' }].map(
      (one) => [banSubject, one] as const,
    ),
    ...[{ until: -1 }, { until: 1.5 }, { until: '2' }, { until: null }, { at: 2 ** 60 }, { since: undefined }].map(
      (part) => [banSubject, { ...whole, ...part }] as const,
    ),
    ...['', 'a\nb', 'a\u202eb', 'x'.repeat(201), 7].map((reason) => ['f2b.order.::1', { ...whole, reason }] as const),
    ...[{ by: 'A B' }, { by: 7 }, { until: -1 }, { until: undefined }, { reason: 'a\nb' }, { kind: 'ban' }].map(
      (part) => {
        const allow = { v: 1, kind: 'allow', at: 1, until: 2, by: 'admin', ...part };
        return ['f2b.allowance.192=2E0=2E2=2E1', allow] as const;
      },
    ),
    ['f2b.withdrawal.web1', whole.kind],
    ...[
      { addresses: ['192.0.2.0/24'] },
      { addresses: Array(33).fill('192.0.2.1') },
      { addresses: 'x' },
      { version: 'a b' },
      { sequence: -1 },
    ].map((part) => {
      const member = { v: 1, kind: 'member', at: 1, version: '1', addresses: [], sequence: 1, applied: 1, ...part };
      return ['f2b.member.web1', member] as const;
    }),
  ];
  for (const [subject, content] of wrong)
    assert.equal(parseMessage({ subject, data: ban(content) }), undefined, JSON.stringify([subject, content]));
  const long = new Uint8Array(LONGEST_MESSAGE + 1).fill(32);
  long.set(ban(whole));
  assert.equal(parseMessage({ subject: banSubject, data: long }), undefined);
  assert.notEqual(parseMessage({ subject: banSubject, data: ban(whole) }), undefined);
});

test('no bytes and no subject make reading fail', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constant(banSubject)), fc.uint8Array({ maxLength: 300 }), (subject, data) => {
      parseMessage({ subject, data });
    }),
  );
  fc.assert(
    fc.property(fc.json(), (json) => {
      parseMessage({ subject: banSubject, data: new TextEncoder().encode(json) });
    }),
  );
});
