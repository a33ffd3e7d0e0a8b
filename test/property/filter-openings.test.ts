/** Lines of the program that a filter is written for are never taken for another’s; other programs’ lines mostly are. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFilter } from '../../src/filter/load-filter.js';
import { openingsOf } from '../../src/filter/openings.js';
import { readFileIfThere } from '../../src/host/files/read-file.js';
import { readSamples } from '../support/read-samples.js';
import { repository } from '../support/repository.js';

const readIfThere = (path: string) => (existsSync(path) ? readFileIfThere(path) : undefined);
const library = { path: [join(repository, 'filters')], read: readIfThere };
const folder = join(repository, 'test/samples');
/** What stands before the program in the journal's lines, in samples after a date that is not theirs; and the program. */
const HEAD = /^(?:\w{3} [ \d]\d [\d:]{8} )?(?=[\w.-]+ ([a-z]\w+)[\w./-]*(?:\[\d+\])?: )/;
/** The first reads JSON alone, and of the other it is a part of the program: no line of the others is for them. */
const OTHER_FORMAT = ['elasticsearch', 'recidive'];

/** None of their lines has a program before it, or the filter may match anywhere in a line: there is nothing to judge. */
const NOTHING_TO_JUDGE = '3proxy authentik bitwarden horde nextcloud oracleims postgresql routeros-auth'.split(' ');
/** How many lines were judged, by file. */
const judged = new Map<string, number>();

for (const name of readdirSync(folder).filter((one) => !OTHER_FORMAT.includes(one))) {
  test(`no sample of ${name} is taken for one of another program, whatever it tells`, () => {
    for (const { options, lines } of readSamples(readFileSync(join(folder, name), 'utf8'))) {
      const { value, problems } = loadFilter({ name, options }, library);
      assert.ok(value !== undefined, `${JSON.stringify(options)}: ${problems[0]?.message}`);
      const opens = openingsOf(value);
      const headed = lines.flatMap(({ text, expected, number }) => {
        const head = HEAD.exec(text);
        return head === null ? [] : [{ number, expected, program: head[1], line: text.replace(HEAD, '') }];
      });
      const programs = headed.filter(({ expected }) => expected.match === true).map(({ program }) => program);
      const own = headed.filter(({ program }) => programs.includes(program));
      judged.set(name, (judged.get(name) ?? 0) + (opens === undefined ? 0 : own.length));
      const unlike = own.filter(({ line }) => opens?.(line, true) === false);
      assert.deepEqual(unlike, [], JSON.stringify(options));
    }
  });
}

test('in the samples of nearly all filters there are lines to judge, and many of them', () => {
  const nothing = [...judged]
    .filter(([, lines]) => lines === 0)
    .map(([name]) => name)
    .toSorted();
  assert.deepEqual(nothing, NOTHING_TO_JUDGE);
  const lines = [...judged.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(lines >= 1_000, `${lines}`);
});

test('lines of other programs are nothing for most filters', () => {
  const line = 'web some-program[7]: 203.0.113.9 did something';
  const filters = readdirSync(folder).map((name) => {
    const { value } = loadFilter({ name, options: {} }, library);
    assert.ok(value !== undefined, name);
    return openingsOf(value);
  });
  const telling = filters.filter((opens) => opens?.(line, true) === false);
  assert.ok(telling.length > filters.length / 2, `${telling.length} of ${filters.length}`);
});
