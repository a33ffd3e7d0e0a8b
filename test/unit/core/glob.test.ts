import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globPattern, isGlob } from '../../../src/core/glob.js';

/** glob, name, whether it matches. */
const cases: readonly (readonly [string, string, boolean])[] = [
  ['ssh@*.service', 'ssh@3-10.0.0.1:22-10.0.0.2:4711.service', true],
  ['ssh@*.service', 'ssh.service', false],
  ['ssh@*.service', 'ssh@a.service.evil', false],
  ['ssh@*.service', 'xssh@a.service', false],
  ['postfix@?.service', 'postfix@-.service', true],
  ['postfix@?.service', 'postfix@ab.service', false],
  ['php[78].service', 'php8.service', true],
  ['php[!78].service', 'php8.service', false],
  ['a.service', 'abservice', false],
  ['*', 'anything\nat all', true],
  ['php[9-0].service', 'php9.service', false],
  ['[!9-0]', 'a', false],
];

for (const [glob, name, expected] of cases) {
  test(`${JSON.stringify(name)} is ${expected ? '' : 'not '}a unit of ${glob}`, () => {
    assert.equal(globPattern(glob).test(name), expected);
  });
}

test('a plain unit name is not a glob', () => {
  assert.equal(isGlob('ssh.service'), false);
  assert.equal(isGlob('ssh@*.service'), true);
});
