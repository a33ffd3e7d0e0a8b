/** What mails say of the addresses of bans, and that nothing of it keeps one from being sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aboutBanned, aboutLines } from '../../../src/actions/mail/about.js';
import type { NamesOf } from '../../../src/actions/mail/reverse-names.js';
import { type EventRecord, exampleRecord } from '../../../src/actions/record.js';
import { NOON } from '../../fakes/values.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import '../../support/seed.js';

const nowhere = async () => () => ({});
const nameless: NamesOf = async () => [];
/** µs */
const TIMEOUT = 2_000_000;
const parts = { locator: nowhere, namesOf: nameless, clock: new VirtualClock(), timeout: TIMEOUT, whois: undefined };

function record(event: 'ban' | 'unban', address: string): EventRecord {
  return { ...exampleRecord('it', 'mail', NOON, event), address };
}

test('each address of a ban is located once, prefixes too, and the databases are not opened when nobody is banned', async () => {
  let opened = 0;
  const located: string[] = [];
  const locator = async () => {
    opened += 1;
    return ({ text }: { readonly text: string }) => {
      located.push(text);
      return { country: 'DE' };
    };
  };
  const bans = ['192.0.2.1', '2001:db8::/64', '192.0.2.1'].map((address) => record('ban', address));
  const abouts = await aboutBanned([...bans, record('unban', '192.0.2.2')], { ...parts, locator });
  assert.deepEqual([...abouts.keys()], ['192.0.2.1', '2001:db8::/64']);
  assert.deepEqual(located, ['192.0.2.1', '2001:db8::/64']);
  await aboutBanned([record('unban', '192.0.2.2'), exampleRecord('it', 'mail', NOON, 'problem')], {
    ...parts,
    locator,
  });
  assert.equal(opened, 1);
});

test('databases that cannot be opened or read leave the mail without a line', async () => {
  const broken = () => {
    throw new Error('broken');
  };
  for (const locator of [async () => broken(), async () => broken]) {
    const abouts = await aboutBanned([record('ban', '192.0.2.1')], { ...parts, locator });
    assert.deepEqual([...abouts], [['192.0.2.1', {}]]);
  }
});

test('the first name that can be one of a host is told, whatever else a name server says', async () => {
  const answers: Readonly<Record<string, readonly string[]>> = {
    '192.0.2.1': ['a b.example', 'x\r\nBcc: a@b', '<b>.example', 'Scan-1.example.NET.'],
    '192.0.2.2': ['1.2.3.4', '', '.', `${'a'.repeat(64)}.example`, 'a..b', '-a.example', 'bücher.example'],
    '192.0.2.3': [...Array.from({ length: 1_000 }, () => '<'), 'host.example'],
  };
  const events = [...Object.keys(answers), '2001:db8::/64'].map((address) => record('ban', address));
  const asked: string[] = [];
  const namesOf: NamesOf = async (address) => {
    asked.push(address);
    return answers[address] ?? ['host.example'];
  };
  const abouts = await aboutBanned(events, { ...parts, namesOf });
  assert.deepEqual([...abouts.values()], [{ name: 'scan-1.example.net' }, {}, {}, {}]);
  assert.deepEqual(asked, Object.keys(answers));
});

test('whatever a name server says, a line is of bounded length and has letters, digits, dots and hyphens alone', async () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('.', '-', 'a', '9', '\r\n', '<', 'x'.repeat(70)),
  );
  const name = fc.array(part, { maxLength: 300 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.array(name), async (names) => {
      const abouts = await aboutBanned([record('ban', '192.0.2.1')], { ...parts, namesOf: async () => names });
      assert.match(aboutLines(abouts.get('192.0.2.1') ?? {}).join('\n'), /^(?:reverse name [a-z0-9._-]{1,253})?$/);
    }),
  );
});

test('of more than ten addresses none is looked up', async () => {
  let asked = 0;
  const namesOf: NamesOf = async () => {
    asked += 1;
    return ['host.example'];
  };
  const bans = Array.from({ length: 11 }, (_, n) => record('ban', `192.0.2.${n + 1}`));
  await aboutBanned(bans, { ...parts, namesOf });
  assert.equal(asked, 0);
  await aboutBanned(bans.slice(1), { ...parts, namesOf });
  assert.equal(asked, 10);
});

test('names that do not come in time, or not at all, are left out, and those that did are told', async () => {
  const clock = new VirtualClock();
  const aborted: string[] = [];
  const namesOf: NamesOf = (address, signal) => {
    if (address === '192.0.2.1') return Promise.resolve(['host.example']);
    if (address === '192.0.2.2') return Promise.reject(new Error('no answer'));
    return new Promise(() => signal.addEventListener('abort', () => aborted.push(address)));
  };
  const bans = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => record('ban', address));
  const told = aboutBanned(bans, { ...parts, namesOf, clock });
  await clock.advance(TIMEOUT);
  assert.deepEqual([...(await told).values()], [{ name: 'host.example' }, {}, {}]);
  assert.deepEqual(aborted, ['192.0.2.3']);
});
