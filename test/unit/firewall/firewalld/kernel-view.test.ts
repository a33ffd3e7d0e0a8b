/** What is read from nft's listings, and what it says about the bans. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipsetName } from '../../../../src/firewall/firewalld/ipset-name.js';
import { Kernel } from '../../../../src/firewall/firewalld/kernel.js';
import { compareWithKernel, KernelCheck } from '../../../../src/firewall/firewalld/kernel-check.js';
import { forwarders, kernelView } from '../../../../src/firewall/firewalld/kernel-view.js';
import { Pools } from '../../../../src/firewall/firewalld/pools/pools.js';

const chain = (name: string, hook?: string) => ({ chain: { name, ...(hook === undefined ? {} : { hook }) } });
const rule = (home: string, ...expr: unknown[]) => ({ rule: { chain: home, expr } });
const set = (name: string, ...elem: unknown[]) => ({ set: { name, ...(elem.length === 0 ? {} : { elem }) } });
const asks = (name: string) => ({ match: { left: { payload: {} }, op: '==', right: `@${name}` } });
const listing = (...objects: object[]) => JSON.stringify({ nftables: [{ metainfo: {} }, ...objects] });

test('addresses, prefixes and ranges of a set are written as f2b writes them', () => {
  const view = kernelView(
    listing(
      set(
        'one',
        '192.0.2.1',
        { prefix: { addr: '198.51.100.0', len: 24 } },
        { elem: { val: '192.0.2.9', timeout: 3 } },
      ),
      // As inet_ntop(3) writes what lies in ::/96.
      set('six', '::1.2.3.4', '2001:db8::1', { prefix: { addr: '::1.2.3.0', len: 120 } }),
      set('two', { range: ['192.0.2.3', '192.0.2.7'] }),
      set('none'),
    ),
  );
  assert.deepEqual(
    [...view.sets],
    [
      ['one', ['192.0.2.1', '198.51.100.0/24', '192.0.2.9']],
      ['six', ['::102:304', '2001:db8::1', '::102:300/120']],
      ['two', ['192.0.2.3-192.0.2.7']],
      ['none', []],
    ],
  );
});

test('a set counts as asked when rules ask it on the way of what comes to this machine', () => {
  const view = kernelView(
    listing(
      chain('in', 'input'),
      chain('out', 'output'),
      chain('zones'),
      chain('lost'),
      rule('in', { jump: { target: 'zones' } }),
      rule('zones', asks('a'), { drop: null }),
      rule('zones', { vmap: { key: {}, data: { set: [['eth0', { goto: { target: 'deep' } }]] } } }),
      rule('deep', { jump: { target: 'zones' } }, asks('b'), asks('e')),
      rule('out', asks('c')),
      rule('lost', asks('d')),
    ),
  );
  assert.deepEqual([...view.asked].sort(), ['a', 'b', 'e']);
});

test('what is no listing is refused', () => {
  for (const text of ['', '[]', 'null', '{"nftables": 3}', '{']) assert.throws(() => kernelView(text), text);
});

const RULESET = `table inet firewalld {
	chain filter_INPUT {
		ct status dnat accept
		icmpv6 type nd-redirect accept
	}
}
`;

for (const [what, more, expected] of [
  ['nobody', '', []],
  [
    'Docker through nftables',
    'table ip nat {\n\tchain DOCKER {\n\t\ttcp dport 80 dnat to 172.17.0.2:80\n\t}\n}\n',
    ['docker (table ip nat)'],
  ],
  [
    'Docker through iptables',
    'table ip nat {\n\tchain DOCKER {\n\t\tmeta l4proto tcp counter packets 0 bytes 0 xt target "DNAT"\n\t}\n}\n',
    ['docker (table ip nat)'],
  ],
  [
    'podman',
    'table inet netavark {\n\tchain nv_1 {\n\t\ttcp dport 80 dnat ip to 10.88.0.2:80\n\t}\n}\n',
    ['netavark (table inet netavark)'],
  ],
  ['an administrator', 'table ip mine {\n\tchain p {\n\t\ttcp dport 2222 redirect to :22\n\t}\n}\n', ['table ip mine']],
  ['Docker without published ports', 'table ip nat {\n\tchain DOCKER {\n\t\tiifname "docker0" return\n\t}\n}\n', []],
] as const) {
  test(`ports forwarded by ${what} are seen`, () => assert.deepEqual(forwarders(RULESET + more), expected));
}

test('ports forwarded by firewalld itself are seen', () => {
  const listing = RULESET.replace('ct status', 'tcp dport 81 dnat ip to 10.0.0.2:80\n\t\tct status');
  assert.deepEqual(forwarders(listing), ['firewalld']);
  const owned = listing.replace('firewalld {', 'firewalld { # progname firewalld');
  assert.deepEqual(forwarders(owned), ['firewalld']);
});

const NAMES = [0, 1].map((index) => ipsetName({ group: 'drop', family: 4, kind: 'host' }, index));
const [FULL = '', SPARE = ''] = NAMES.map(({ text }) => text);

function pools(): Pools {
  const made = new Pools(NAMES, new Map());
  for (const pool of made.all()) {
    pool.want('192.0.2.1', 'urgent', 0);
    pool.done({ kind: 'read', set: FULL }, ['192.0.2.1'], 0);
    pool.done({ kind: 'read', set: SPARE }, [], 0);
  }
  return made;
}

for (const [what, sets, asked, verdict, repairs] of [
  ['the same everywhere', [['192.0.2.1'], []], [FULL, SPARE], 'whole', { added: 0, removed: 0 }],
  ['a flushed set', [[], []], [FULL, SPARE], 'differing', { added: 1, removed: 0 }],
  ['a foreign entry', [['192.0.2.1'], ['192.0.2.2']], [FULL, SPARE], 'differing', { added: 0, removed: 1 }],
  ['a set that no rule asks', [['192.0.2.1'], []], [FULL], 'gone', { added: 0, removed: 0 }],
  ['a set that is not there', [['192.0.2.1']], [FULL, SPARE], 'gone', { added: 0, removed: 0 }],
] as const) {
  test(`${what} in the kernel is found ${verdict}`, () => {
    const view = {
      sets: new Map(sets.map((entries, index) => [[FULL, SPARE][index] ?? '', entries])),
      asked: new Set(asked),
    };
    const known = pools();
    assert.equal(
      compareWithKernel(view, known, () => true),
      verdict,
    );
    const [pool] = known.all();
    assert.deepEqual(pool?.repairs.take(), repairs);
    const task = known.next();
    assert.equal(task === undefined, verdict !== 'differing');
    if (task !== undefined) assert.equal(task.step.kind, 'replace');
  });
}

test('entries that one look does not find and the next one does were there all the time', async () => {
  const views = [[], ['192.0.2.1'], []].map((found) => ({
    sets: new Map([
      [FULL, found],
      [SPARE, []],
    ]),
    asked: new Set([FULL, SPARE]),
    forwarders: [],
  }));
  const kernel = { look: async () => views.shift(), prepareReload: async () => {} };
  const check = new KernelCheck({ backend: async () => 'nftables' }, kernel);
  const known = pools();
  assert.equal(await check.run(known, () => true), 'none');
  assert.deepEqual(known.all()[0]?.repairs.take(), { added: 0, removed: 0 });
  // Now nobody finds them: there is no further look.
  assert.equal(await check.run(known, () => true), 'rewrite');
});

test('without nft, nothing is rejected, and what it means is told until it works again', async () => {
  let works = false;
  const nft = {
    run: async (args: readonly string[]) => {
      if (!works) throw new Error('spawn nft ENOENT');
      return args[0] === '-j' ? listing(set(FULL)) : 'table inet firewalld {\n}\n';
    },
  };
  const kernel = new Kernel(nft);
  assert.equal(await kernel.look(), undefined);
  assert.match(kernel.problem ?? '', /compared with the kernel.*spawn nft ENOENT.*install the package nftables/);
  works = true;
  assert.deepEqual([...((await kernel.look())?.sets.keys() ?? [])], [FULL]);
  assert.equal(kernel.problem, undefined);
});
