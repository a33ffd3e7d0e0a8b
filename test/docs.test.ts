/** The documents say what the program does: every key is in them, with its section and default. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentKeys, banKeys } from '../src/config/keys.js';
import { repository } from './repository.js';
import { configOf } from './unit/config/fixtures.js';

const read = (name: string) => readFileSync(join(repository, name), 'utf8');

test('the sample f2bd.conf lists every key with its default, and holds nothing else', () => {
  const sample = read('debian/f2bd.conf');
  const listed = [...sample.matchAll(/^#([A-Z][A-Za-z0-9]+=.*)$/gm)].map((match) => match[1]);
  const known = [...Object.values(agentKeys), ...Object.values(banKeys)].map(
    ({ name, initial }) => `${name}=${initial}`,
  );
  assert.deepEqual(listed, known);
});

test('the sample f2bd.conf is valid, as it is and with its comments taken off', () => {
  const sample = read('debian/f2bd.conf');
  const jail = '[Jail]\nFilter=sshd';
  assert.deepEqual(configOf(jail, sample).problems, []);
  assert.deepEqual(configOf(jail, sample.replace(/^#(?=[A-Z]\w+=)/gm, '')).problems, []);
});
