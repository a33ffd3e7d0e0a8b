import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BAN_PORTION } from '../../../src/control/ban-in-portions.js';
import { CAPACITY } from '../../../src/firewall/firewalld/pools/next-call.js';

test('what is banned by one call fills one of firewalld’s sets', () => {
  assert.equal(BAN_PORTION, CAPACITY);
});
