/** Which journals jails read, and whose jails an entry finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJournals, haveHostsChanged, unreadHosts } from '../../../../../src/daemon/reading/journals/journals.js';

const name = 'LogNamespace=web';
const { routing } = createJournals(
  [
    { selection: { units: ['ssh.service'], matches: [] } },
    { selection: { units: ['nginx.service'], matches: [], source: { name, namespace: 'web' } } },
  ],
  () => [],
);

const dropped: readonly (readonly [string, string | undefined, boolean])[] = [
  ['ssh.service', undefined, true],
  ['nginx.service', undefined, false],
  ['nginx.service', name, true],
  ['ssh.service', name, false],
  ['ssh.service', 'LogNamespace=db', false],
];

for (const [unit, source, expected] of dropped) {
  test(`${unit} in ${source ?? 'the machine’s own journal'} is ${expected ? '' : 'not '}read`, () => {
    assert.equal(routing.isRead(unit, source === undefined ? {} : { source }), expected);
  });
}

const directory = '/var/log/journal/remote';
const ofHost = (host: string) => ({
  selection: { units: ['ssh.service'], matches: [], source: { name: `Remote=${host}`, directory, host } },
});

test('a jail of any host reads a journal for each host that there is, beside those that name one', () => {
  const [any, web] = [ofHost('*'), ofHost('web')];
  const journals = createJournals([any, web], () => ['db', 'web']);
  assert.deepEqual(
    journals.others.map(({ source }) => source),
    ['db', 'web'].map((host) => ({ name: `Remote=${host}`, directory, host })),
  );
  const fields = { _SYSTEMD_UNIT: 'ssh.service' };
  const entry = (source?: string) => ({
    cursor: '',
    at: 0,
    receivedAt: 0,
    line: '',
    messageAt: 0,
    fields: { ...fields },
    ...(source && { source }),
  });
  assert.deepEqual(journals.routing.jailsOf(entry('Remote=db')), [any]);
  assert.deepEqual(journals.routing.jailsOf(entry('Remote=web')), [any, web]);
  assert.deepEqual(journals.routing.jailsOf(entry()), []);
  assert.deepEqual(journals.routing.jailsOf(entry('Remote=other')), []);
});

test('that hosts came or went is seen, as far as jails are for any host', () => {
  const named = (...hosts: readonly string[]) => hosts.map((host) => ({ name: `Remote=${host}` }));
  const changed = (jail: string, hosts: readonly string[], read: readonly string[]) =>
    haveHostsChanged([ofHost(jail)], () => hosts, named(...read));
  assert.equal(changed('*', ['a', 'b'], ['a', 'b']), false);
  assert.equal(changed('*', ['a', 'b'], ['a']), true);
  assert.equal(changed('*', ['b'], ['a']), true);
  assert.equal(changed('a', ['a', 'b'], ['a']), false);
});

test('no more than 64 hosts are read, and how many are not is known', () => {
  const hosts = Array.from({ length: 70 }, (_, n) => `host${n}`);
  assert.equal(createJournals([ofHost('*')], () => hosts).others.length, 64);
  assert.equal(
    unreadHosts([ofHost('*')], () => hosts),
    6,
  );
  assert.equal(
    unreadHosts([ofHost('web')], () => hosts),
    0,
  );
});
