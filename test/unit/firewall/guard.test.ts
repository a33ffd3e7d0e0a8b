/** The table beside firewalld: what nft is given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardScript } from '../../../src/firewall/guard.js';
import { type Claim, claimOf } from '../../../src/firewall/ledger.js';
import { banOf } from '../../contract/firewall.js';

const claims = (...bans: readonly Parameters<typeof banOf>[]): readonly Claim[] =>
  bans.map((ban) => claimOf(banOf(...ban)));
const linesOf = (script: string, pattern: RegExp) =>
  script
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => pattern.test(line));

test('the table is replaced as a whole, and holds no address unless it stands in', () => {
  const script = guardScript();
  assert.match(script, /^\nadd table inet f2b-guard\ndelete table inet f2b-guard\ntable inet f2b-guard \{/);
  assert.deepEqual(linesOf(script, /^set |saddr/), []);
  assert.deepEqual(linesOf(script, /mark/), [
    'meta mark 0xf2b00001 goto dropped',
    'meta mark 0xf2b00002 goto rejected',
  ]);
});

test('each purpose has sets by family, addresses and prefixes apart, that end by themselves', () => {
  const script = guardScript(
    claims(
      ['192.0.2.1'],
      ['192.0.2.2'],
      ['198.51.100.0/24'],
      ['2001:db8::1', { disposition: 'reject' }],
      ['192.0.2.3', { disposition: 'ports', ports: ['80/tcp', '22/tcp', '6000-6100/udp'] }],
    ),
  );
  assert.deepEqual(linesOf(script, /^set /), [
    'set f2b-0-ipv4 { type ipv4_addr; flags timeout; timeout 60s; elements = { 192.0.2.1, 192.0.2.2 }; }',
    'set f2b-0-ipv4-net { type ipv4_addr; flags interval, timeout; auto-merge; timeout 60s; elements = { 198.51.100.0/24 }; }',
    'set f2b-1-ipv6 { type ipv6_addr; flags timeout; timeout 60s; elements = { 2001:db8::1 }; }',
    'set f2b-2-ipv4 { type ipv4_addr; flags timeout; timeout 60s; elements = { 192.0.2.3 }; }',
  ]);
  assert.deepEqual(linesOf(script, /saddr/), [
    'ip saddr @f2b-0-ipv4 goto dropped',
    'ip saddr @f2b-0-ipv4-net goto dropped',
    'ip6 saddr @f2b-1-ipv6 goto rejected',
    'ip saddr @f2b-2-ipv4 meta l4proto tcp th dport { 22, 80 } goto rejected',
    'ip saddr @f2b-2-ipv4 meta l4proto udp th dport { 6000-6100 } goto rejected',
  ]);
});

test('how long the kernel keeps what it holds can be said', () => {
  assert.deepEqual(linesOf(guardScript(claims(['192.0.2.1']), 4), /^set /), [
    'set f2b-0-ipv4 { type ipv4_addr; flags timeout; timeout 4s; elements = { 192.0.2.1 }; }',
  ]);
});

test('ports that are no ports do not reach nft', () => {
  const script = guardScript(claims(['192.0.2.3', { disposition: 'ports', ports: ['22/tcp }; flush ruleset', 'x'] }]));
  assert.doesNotMatch(script, /flush/);
});
