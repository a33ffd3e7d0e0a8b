/** What mails say of the addresses of bans, and that nothing of it keeps one from being sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutBanned } from '../../../src/actions/mail/about.js';
import { type EventRecord, exampleRecord } from '../../../src/actions/record.js';
import { NOON } from '../../fakes/values.js';

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
  const abouts = await aboutBanned([...bans, record('unban', '192.0.2.2')], { locator });
  assert.deepEqual([...abouts.keys()], ['192.0.2.1', '2001:db8::/64']);
  assert.deepEqual(located, ['192.0.2.1', '2001:db8::/64']);
  await aboutBanned([record('unban', '192.0.2.2'), exampleRecord('it', 'mail', NOON, 'problem')], { locator });
  assert.equal(opened, 1);
});

test('databases that cannot be opened or read leave the mail without a line', async () => {
  const broken = () => {
    throw new Error('broken');
  };
  for (const locator of [async () => broken(), async () => broken]) {
    assert.equal((await aboutBanned([record('ban', '192.0.2.1')], { locator })).size, 0);
  }
});
