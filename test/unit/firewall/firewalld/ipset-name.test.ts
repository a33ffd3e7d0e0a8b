import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipsetName, LAST_PORTS, parseIpsetName } from '../../../../src/firewall/firewalld/ipset-name.js';

test('each name of a set of f2b’s is read back, up to the last slot of ports', () => {
  for (const group of ['drop', 'reject', 'ports0', 'ports99', 'ports100', `ports${LAST_PORTS}`] as const) {
    for (const kind of ['host', 'net'] as const) {
      const name = ipsetName({ group, family: 6, kind }, 100);
      assert.deepEqual(parseIpsetName(name.text), name);
      // ipset(8) allows no more.
      assert.ok(name.text.length <= 31);
    }
  }
});
