/** Who asks for a path as long as a web server takes it is judged all the same: the work grows with its length alone. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { repository } from '../../support/repository.js';

/** Of the regex machine, for a line of 8,000 characters: some 8 ms. */
const STEPS = 400_000;
const LENGTH = 7_800;

const pieces = ['/', '/a', '/..', '/./', '/%', '.', '.png/', 'favicon.ico/', 'http://'];

for (const name of ['apache-404', 'nginx-404']) {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const { value } = loadFilter({ name, options: {} }, { path: [join(repository, 'filters')], read });

  for (const piece of pieces)
    test(`${name}: a long path of ${piece} that is not there is found`, () => {
      const path = `/${piece.repeat(LENGTH / piece.length)}x`;
      const line = `198.51.100.66 - - [28/Nov/2026:20:00:00 +0000] "GET ${path} HTTP/1.1" 404 153 "-" "x"\n`;
      const matches = value?.failregex.map(({ regex }) => regex.bounded(STEPS).exec(line) !== undefined);
      assert.ok(matches?.includes(true));
    });
}
