import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expand } from '../../../src/tail/expand.js';

const tree: Readonly<Record<string, readonly string[]>> = {
  '/': ['var', 'srv'],
  '/var': ['log'],
  '/var/log': ['a.log', 'b.log', '.hidden.log', 'c.log.1', 'evil\nMESSAGE=x.log', 'nginx'],
  '/var/log/nginx': ['access.log', 'access.log.2.gz'],
  '/srv': ['one', 'two'],
  '/srv/one': ['web.log'],
  '/srv/two': [],
};

/** A pattern, the paths that it names, and the folders to watch. */
const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['/var/log/a.log', ['/var/log/a.log'], ['/var/log']],
  ['/var/log/new.log', ['/var/log/new.log'], ['/var/log']],
  // What is to come is watched for from the nearest folder above.
  ['/var/log/app/x/a.log', [], ['/var/log']],
  // c.log was put aside.
  ['/var/log/*.log', ['/var/log/a.log', '/var/log/b.log', '/var/log/c.log'], ['/var/log']],
  ['/var/log/.*.log', ['/var/log/.hidden.log'], ['/var/log']],
  ['/srv/*/web.log', ['/srv/one/web.log', '/srv/two/web.log'], ['/srv', '/srv/one', '/srv/two']],
  // Nothing is read of what is compressed.
  ['/var/log/nginx/access.*', ['/var/log/nginx/access.log'], ['/var/log/nginx']],
];

for (const [pattern, paths, folders] of cases) {
  test(`${pattern} names what it meets, and the folders in which that may change`, () => {
    assert.deepEqual(
      expand([pattern], (folder) => tree[folder]),
      { paths, folders },
    );
  });
}
