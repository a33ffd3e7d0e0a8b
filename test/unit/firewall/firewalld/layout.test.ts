/** What the package ships in debian/firewalld is what the agent expects to find. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ipsetType, parseIpsetName } from '../../../../src/firewall/firewalld/ipset-name.js';
import {
  POLICY,
  PORTS_POLICY,
  portsOf,
  richRules,
  shippedSets,
  zones,
} from '../../../../src/firewall/firewalld/layout.js';
import { repository } from '../../../support/repository.js';

const shipped = join(repository, 'debian/firewalld');
const names = (kind: string) =>
  readdirSync(join(shipped, kind))
    .map((file) => file.replace(/\.xml$/, ''))
    .sort();
const xml = (kind: string, name: string) => readFileSync(join(shipped, kind, `${name}.xml`), 'utf8');
const attributes = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

test('an ipset file is shipped for each set, of its type and family', () => {
  assert.deepEqual(names('ipsets'), shippedSets.map((set) => set.text).sort());
  for (const set of shippedSets) {
    const text = xml('ipsets', set.text);
    assert.deepEqual(attributes(text, /<ipset type="([^"]+)"/g), [ipsetType(set)]);
    assert.deepEqual(attributes(text, /<option name="family" value="(\w+)"/g), [set.family === 4 ? 'inet' : 'inet6']);
    assert.ok(!text.includes('timeout'), 'with a timeout, firewalld can neither list nor remove entries');
  }
});

test('the zones show the first set of each kind', () => {
  assert.deepEqual(names('zones'), zones.map(({ name }) => name).sort());
  for (const zone of zones) {
    const text = xml('zones', zone.name);
    assert.deepEqual(attributes(text, /<zone target="([^"]+)"/g), [zone.target]);
    assert.deepEqual(
      attributes(text, /<source ipset="([^"]+)"/g),
      zone.sources.map((set) => set.text),
    );
  }
});

test('the policy has a rule for each set that drops or rejects', () => {
  assert.deepEqual(names('policies'), [POLICY, PORTS_POLICY].sort());
  const rules = xml('policies', POLICY).matchAll(
    /<rule family="(\w+)">\s*<source ipset="([^"]+)"\/>\s*<(\w+)\/>\s*<\/rule>/g,
  );
  assert.deepEqual(
    [...rules].map(([, family, set, action]) => `rule family="${family}" source ipset="${set}" ${action}`),
    shippedSets.filter((set) => !set.group.startsWith('ports')).flatMap((set) => richRules(set, [])),
  );
  for (const name of [POLICY, PORTS_POLICY]) {
    assert.match(xml('policies', name), /target="CONTINUE" priority="-15000"/);
    assert.match(xml('policies', name), /<ingress-zone name="ANY"\/>\s*<egress-zone name="HOST"\/>/);
  }
});

test('names of sets are read back as they were written, and fit into the 31 characters of ipset(8)', () => {
  for (const set of shippedSets) {
    assert.deepEqual(parseIpsetName(set.text), set);
    assert.ok(set.text.length <= 31);
  }
});

test('sets of others are not taken for ours', () => {
  for (const name of [
    'fail2ban-ssh',
    'f2b',
    'f2b-drop-ipv4',
    'f2b-drop-ipv5-0',
    'f2b-drop-ipv4-0x',
    'xf2b-drop-ipv4-0',
    '',
  ]) {
    assert.equal(parseIpsetName(name), undefined, name);
  }
});

test('the ports that rules close are read back from them', () => {
  const set = parseIpsetName('f2b-ports1-ipv6-0');
  assert.ok(set !== undefined);
  const rules = richRules(set, ['22/tcp', '1000-2000/udp']);
  assert.deepEqual(rules, [
    'rule family="ipv6" source ipset="f2b-ports1-ipv6-0" port port="22" protocol="tcp" reject',
    'rule family="ipv6" source ipset="f2b-ports1-ipv6-0" port port="1000-2000" protocol="udp" reject',
  ]);
  assert.deepEqual(portsOf(set.text, ['rule family="ipv4" source ipset="other" drop', ...rules]), [
    '22/tcp',
    '1000-2000/udp',
  ]);
});
