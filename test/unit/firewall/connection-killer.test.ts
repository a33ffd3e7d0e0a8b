/** What ss(8) is asked to end, and what is told when it fails. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAddress } from '../../../src/core/address/address.js';
import { type Cut, cutFilter, SocketKiller } from '../../../src/firewall/connection-killer.js';

function cutsOf(texts: readonly string[], ports?: readonly string[]): readonly Cut[] {
  const purpose = ports === undefined ? ({ kind: 'drop' } as const) : ({ kind: 'ports', ports } as const);
  return texts.flatMap((text) => {
    const address = parseAddress(text);
    return address === undefined ? [] : [{ address, purpose }];
  });
}

for (const [what, cuts, filter] of [
  ['addresses and prefixes', cutsOf(['192.0.2.1', '198.51.100.0/24']), 'dst 192.0.2.1 or dst 198.51.100.0/24'],
  ['IPv6', cutsOf(['2001:db8::1', '2001:db8::/32']), 'dst [2001:db8::1] or dst [2001:db8::/32]'],
  [
    'TCP ports and ranges of them',
    cutsOf(['192.0.2.1'], ['22/tcp', '53/udp', '6000-6010/tcp']),
    '( dst 192.0.2.1 ) and ( sport = :22 or ( sport >= :6000 and sport <= :6010 ) )',
  ],
  ['UDP ports alone: nothing', cutsOf(['192.0.2.1'], ['53/udp']), undefined],
  ['a prefix that ss would take for all of IPv4: nothing', cutsOf(['::/64']), undefined],
  ['nobody: nothing', [], undefined],
] as const) {
  test(`the filter for ${what}`, () => assert.equal(cutFilter(cuts), filter));
}

test('however many connections an attacker holds, ss is left to end and name them all', async () => {
  const killer = new SocketKiller(['sh', '-c', 'head -c 8000000 /dev/zero']);
  await killer.cut(cutsOf(['192.0.2.1']));
  assert.equal(killer.problem, undefined);
});

for (const [what, command, reason] of [
  ['is missing', ['/nonexistent/ss'], /were not ended: .*ENOENT.*install the package iproute2/],
  [
    'says why it fails',
    ['sh', '-c', 'echo "no such\u009b thing" >&2; exit 1'],
    /were not ended: no such\\u009b thing$/,
  ],
  ['fails without a word', ['sh', '-c', 'exit 3'], /were not ended: ss ended with status 3$/],
] as const) {
  test(`an ss that ${what} is told of until it works again`, async () => {
    const killer = new SocketKiller(command);
    await killer.cut(cutsOf(['192.0.2.1']));
    assert.match(killer.problem ?? '', reason);
  });
}

const skip = spawnSync('ss', ['-V']).error === undefined ? false : 'needs ss, of iproute2';

test('as many as are banned together are ended by one run of ss, in a filter that the kernel takes', {
  skip,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-cut-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const runs = join(folder, 'runs');
  const killer = new SocketKiller(['sh', '-c', `echo run >>${runs}; exec ss "$@"`, 'ss']);
  const prefixes = Array.from({ length: 700 }, (_, index) => `2001:db8:${index.toString(16)}:ffff::/64`);
  await killer.cut(cutsOf(prefixes, ['22/tcp', '6000-6010/tcp']));
  assert.deepEqual([killer.problem, readFileSync(runs, 'utf8')], [undefined, 'run\n']);
});
