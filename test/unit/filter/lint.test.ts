/** What lets a client say who failed is found in filters, and none of the shipped ones has it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lintFilter } from '../../../src/filter/lint.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { readFileIfThere } from '../../../src/host/files/read-file.js';
import { libraryOf } from '../../support/filter-library.js';
import { repository } from '../../support/repository.js';

const CATCH_ALL = 'takes any text before the address, and does not say how the line ends';
const OPEN_END = 'ends with the address';

const cases: readonly (readonly [regex: string, found: readonly string[]])[] = [
  ['^login failed from <ADDR> port \\d+$', []],
  ['^login of <F-USER>.*</F-USER> failed from <ADDR>$', []],
  ['^login failed from <ADDR>: .*', []],
  ['^login of (?!.* from .* from )<F-USER>.*</F-USER> from <ADDR> .*', []],
  ['^login of "<F-USER>[^"]*</F-USER>" from <ADDR> port', []],
  ['login failed from <ADDR>$', ['may match anywhere in a line']],
  ['^login failed from <ADDR>', [OPEN_END]],
  ['^login failed from <ADDR>(?: port \\d+)?', [OPEN_END]],
  ['^login failed from <ADDR>\\b', []],
  ['^login of <F-USER>.*</F-USER> from <ADDR> port \\d+', [CATCH_ALL]],
  ['^login of <F-USER>.*</F-USER> from <ADDR>', [CATCH_ALL, OPEN_END]],
  ['^login of .* from <ADDR>: .*$', [CATCH_ALL]],
  ['^(?:a .*|b) from <ADDR> .*$', [CATCH_ALL]],
  ['^<F-MLFID>\\w+</F-MLFID>: .* it began', []],
];

test('free text on the side of an address that nothing ends, and open ends, are found', () => {
  for (const [regex, expected] of cases) {
    const library = libraryOf({ '/etc/f/a.conf': `[Definition]\nfailregex = ${regex}` });
    const { value, problems } = loadFilter({ name: 'a', options: {} }, library);
    assert.ok(value, problems.map(({ message }) => message).join());
    const found = lintFilter(value).map(({ message }) => message.replace(/^failregex ".*" /, ''));
    assert.deepEqual(found, expected, regex);
  }
});

test('a regex that stands there twice is found', () => {
  const text = '[Definition]\nfailregex = ^a <ADDR>$\n  ^b <ADDR>$\n  ^a <ADDR>$';
  const { value } = loadFilter({ name: 'a', options: {} }, libraryOf({ '/etc/f/a.conf': text }));
  assert.ok(value);
  assert.deepEqual(
    lintFilter(value).map(({ line, message }) => [line, message]),
    [[4, 'failregex "^a <ADDR>$" is the same as that in line 2']],
  );
});

/** The names behind `mode-`, which are what the parameter may be. */
function modesOf(text: string): readonly string[] {
  return ['', ...[...text.matchAll(/^mode-([a-z]+)\s*=/gm)].map(([, mode = '']) => mode)];
}

test('no shipped filter lets a client say who failed, in any mode', () => {
  const folder = join(repository, 'filters');
  const names = readdirSync(folder).filter((name) => name.endsWith('.conf') && !/common\.conf$/.test(name));
  for (const name of names.map((file) => file.slice(0, -'.conf'.length))) {
    for (const mode of modesOf(readFileSync(join(folder, `${name}.conf`), 'utf8'))) {
      for (const logtype of ['journal', 'file']) {
        const options = { logtype, ...(mode === '' ? {} : { mode }) };
        const { value, problems } = loadFilter({ name, options }, { path: [folder], read: readFileIfThere });
        assert.deepEqual(problems, [], `${name} ${mode}`);
        assert.ok(value);
        assert.deepEqual(
          lintFilter(value).map(({ line, message }) => `${line}: ${message}`),
          [],
          `${name} ${JSON.stringify(options)}`,
        );
      }
    }
  }
});
