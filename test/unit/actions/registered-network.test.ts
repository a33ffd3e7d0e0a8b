/** What registries say of a network, as real ones do and as nobody should. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isIn, readRdapNetwork, registeredText } from '../../../src/actions/mail/whois/registered-network.js';
import { anAddress } from '../../fakes/values.js';
import '../../support/seed.js';

const vcard = (...properties: readonly unknown[]) => ['vcard', [['version', {}, 'text', '4.0'], ...properties]];
const abuse = {
  objectClassName: 'entity',
  roles: ['abuse', 'technical'],
  vcardArray: vcard(['fn', {}, 'text', 'Abuse desk'], ['email', {}, 'text', 'abuse@example.net']),
};
const answer = {
  objectClassName: 'ip network',
  ...{ handle: 'NET-192-0-2-0-1', startAddress: '192.0.2.0', endAddress: '192.0.2.255', ipVersion: 'v4' },
  ...{ name: 'EXAMPLE-NET', country: 'DE', parentHandle: 'NET-192-0-0-0-0', port43: 'whois.example.net' },
  entities: [{ objectClassName: 'entity', roles: ['registrant'], vcardArray: vcard(), entities: [abuse] }],
};
const read = (value: unknown) => readRdapNetwork(JSON.stringify(value));

test('the name, the handle, the country and the address for abuse are told, wherever a registry puts that', () => {
  const network = { name: 'EXAMPLE-NET', handle: 'NET-192-0-2-0-1', country: 'DE', abuse: 'abuse@example.net' };
  for (const entities of [answer.entities, [abuse], [{}, { roles: 'abuse' }, { entities: [{ entities: [abuse] }] }]])
    assert.deepEqual(read({ ...answer, entities })?.network, network);
  assert.equal(registeredText(network), 'EXAMPLE-NET, NET-192-0-2-0-1, DE, abuse@example.net');
  const { range } = read(answer) ?? assert.fail();
  assert.ok(range);
  const within = ['192.0.2.0', '192.0.2.7', '192.0.2.255', '192.0.3.0', '192.0.1.255', '2001:db8::1'];
  assert.deepEqual(
    within.map((text) => isIn(range, anAddress(text))),
    [true, true, true, false, false, false],
  );
});

test('the prefix of an IPv6 client is in the network that it begins in', () => {
  const { range } = read({ ...answer, startAddress: '2001:db8::', endAddress: '2001:db8:ffff::' }) ?? assert.fail();
  assert.ok(range);
  assert.ok(isIn(range, anAddress('2001:db8::/64')) && isIn(range, anAddress('2001:db8:1:2::/64')));
  assert.ok(!isIn(range, anAddress('2001:db9::/64')));
});

test('an answer of another kind is none, and what of one looks wrong is left out', () => {
  for (const text of [
    '',
    'null',
    '[]',
    '"ip network"',
    '{"objectClassName":"domain"}',
    '<html>',
    '{"objectClassName":',
  ])
    assert.equal(readRdapNetwork(text), undefined, text);
  const odd = { name: ['x'], handle: ' \r\n ', country: 'Germany', startAddress: '192.0.2.9', endAddress: '192.0.2.1' };
  const entities = { length: 1, 0: abuse };
  assert.deepEqual(read({ ...answer, ...odd, entities }), { network: {}, range: undefined });
  for (const range of [
    { startAddress: '192.0.2.0/24', endAddress: '192.0.2.0/24' },
    { startAddress: '::', endAddress: '192.0.2.1' },
    { startAddress: 1, endAddress: 2 },
  ])
    assert.equal(read({ ...answer, ...range })?.range, undefined);
  for (const email of ['abuse', 'a b@example.net', 'a@b', '<b>@example.net', 'x\r\nBcc: a@example.net', 7, null])
    assert.equal(
      read({ ...answer, entities: [{ ...abuse, vcardArray: vcard(['email', {}, 'text', email]) }] })?.network.abuse,
      undefined,
    );
});

test('an answer that is nested without end is looked into a little, and crashes nothing', () => {
  const deep = `${'['.repeat(130_000)}${']'.repeat(130_000)}`;
  const whole = `{"objectClassName":"ip network","name":"DEEP","entities":${deep}}`;
  assert.deepEqual(readRdapNetwork(whole)?.network, { name: 'DEEP' });
  const nested = `${'{"entities":['.repeat(20_000)}${']}'.repeat(20_000)}`;
  assert.deepEqual(readRdapNetwork(`{"objectClassName":"ip network","entities":[${nested}]}`)?.network, {});
});

test('whatever a registry answers, what is told of it is one short printable line', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('x\r\nBcc: a@b', '\u001b]0;owned\u0007', '\u202e', 'DE', 'abuse@example.net', '192.0.2.1', '::'),
    fc.jsonValue(),
  );
  const entity = fc.record({
    roles: fc.oneof(fc.constant(['abuse']), fc.jsonValue()),
    vcardArray: fc.oneof(
      hostile.map((email) => vcard(['email', {}, 'text', email])),
      fc.jsonValue(),
    ),
    entities: fc.oneof(fc.constant([abuse]), fc.jsonValue()),
  });
  const any = fc.record({
    objectClassName: fc.constant('ip network'),
    ...{ name: hostile, handle: hostile, country: hostile, startAddress: hostile, endAddress: hostile },
    entities: fc.oneof(fc.array(entity, { maxLength: 4 }), fc.jsonValue()),
  });
  fc.assert(
    fc.property(any, (value) => {
      const line = registeredText(read(value)?.network ?? assert.fail());
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]|\p{Cs}/u);
      assert.ok(line.length <= 2_500, line);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readRdapNetwork(text)));
});
