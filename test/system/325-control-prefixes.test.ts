/** Prefixes, host names and the address one comes from, asked of a real agent. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingJournalRemote } from '../support/journal-files.js';
import { type F2bctl, f2bctlOn, withAgent } from './control-lab.js';

const skip = process.getuid?.() === 0 ? (missingJournalRemote ?? false) : 'needs root to own a name on a strict bus';

const bansOf = async (f2bctl: F2bctl): Promise<readonly string[]> =>
  JSON.parse((await f2bctl('bans', '-o', 'json')).output)
    .map(({ jail, address }: Record<string, string>) => `${jail} ${address}`)
    .sort();

test('what was folded into a prefix is unfolded when one of it is lifted, and lifted with the prefix', {
  skip,
}, async (t) => {
  const attackers = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '198.51.100.9'];
  const { f2bctl } = await withAgent(t, attackers, 'AggregateAfter=3');
  assert.deepEqual(await bansOf(f2bctl), ['ssh.service 198.51.100.9', 'ssh.service 203.0.113.0/24']);
  const lifted = await f2bctl('unban', '203.0.113.2');
  assert.equal(lifted.status, 0, lifted.errors);
  assert.deepEqual(await bansOf(f2bctl), [
    'ssh.service 198.51.100.9',
    'ssh.service 203.0.113.1',
    'ssh.service 203.0.113.3',
  ]);
  assert.equal((await f2bctl('ban', '203.0.113.200', '--for', '1h')).status, 0);
  const all = await f2bctl('unban', '203.0.113.0/24', '-o', 'json');
  assert.deepEqual(
    JSON.parse(all.output)
      .map(({ address }: { address: string }) => address)
      .sort(),
    ['203.0.113.1', '203.0.113.200', '203.0.113.3'],
  );
  assert.deepEqual(await bansOf(f2bctl), ['ssh.service 198.51.100.9']);
  assert.equal((await f2bctl('unban', '203.0.113.0/24')).status, 66);
  assert.equal((await f2bctl('unban', '0.0.0.0/0', '-j', 'manual')).status, 66);
  assert.equal((await f2bctl('unban', '0.0.0.0/0')).status, 0, 'everybody may be forgiven');
  assert.deepEqual(await bansOf(f2bctl), []);
});

test('a host name stands for all its addresses, to ban and to unban', { skip }, async (t) => {
  const { f2bctl, folder, bus } = await withAgent(t, []);
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 localhost\n203.0.113.77 scanner.example\n2001:db8::77 scanner.example\n');
  const wrapper = ['unshare', '--mount', 'sh', '-c', `mount --bind ${hosts} /etc/hosts && exec "$@"`, 'sh'];
  const withHosts = f2bctlOn(bus, {}, wrapper);
  assert.equal((await withHosts('ban', 'scanner.example', '--for', '1h')).status, 0);
  assert.deepEqual(await bansOf(f2bctl), ['manual 2001:db8::77', 'manual 203.0.113.77']);
  assert.match((await withHosts('why', 'scanner.example')).output, /203\.0\.113\.77|2001:db8::77/);
  assert.equal((await withHosts('unban', 'scanner.example')).status, 0);
  assert.deepEqual(await bansOf(f2bctl), []);
  const unknown = await withHosts('ban', 'nobody.invalid');
  assert.equal(unknown.status, 64);
  assert.match(unknown.errors, /no address, prefix or host name that resolves/);
});

for (const [peer, target] of [
  ['198.51.100.7', '198.51.100.7'],
  ['198.51.100.7', '198.51.0.0/16'],
  ['::ffff:198.51.100.7', '198.51.100.0/24'],
  ['2001:db8:5::7', '2001:db8::/32'],
  ['fe80::5%eth0', 'fe80::5'],
] as const) {
  test(`who comes from ${peer} does not shut himself out with ${target} but by --force`, { skip }, async (t) => {
    const { f2bctl, bus } = await withAgent(t, []);
    const remote = f2bctlOn(bus, { SSH_CONNECTION: `${peer} 50000 192.0.2.1 22` });
    const refused = await remote('ban', target, '--for', '1h');
    assert.equal(refused.status, 65);
    assert.match(refused.errors, /^f2bctl: this ban would shut you out: .*\nhint: use --force/);
    assert.deepEqual(await bansOf(f2bctl), []);
    assert.equal((await remote('ban', target, '--for', '1h', '--force')).status, 0);
    assert.deepEqual(await bansOf(f2bctl), [`manual ${target}`]);
  });
}
