import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUser } from '../../../src/host/find-user.js';

test('the system’s name services are asked for a user', () => {
  assert.equal(findUser('root'), 0);
  assert.equal(findUser('no-such-user-anywhere'), undefined);
});

test('a name that looks like an option, or like a number, is a name', () => {
  assert.equal(findUser('--help'), undefined);
  assert.equal(findUser(''), undefined);
});
