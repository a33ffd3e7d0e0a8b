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

for (const name of readdirSync(folder).filter((one) => !OTHER_FORMAT.includes(one))) {
  test(`no sample of ${name} is taken for one of another program, whatever it tells`, () => {
    for (const { options, lines } of readSamples(readFileSync(join(folder, name), 'utf8'))) {
      const { value } = loadFilter({ name, options }, library);
      const opens = value && openingsOf(value);
      const headed = lines.flatMap(({ text, expected, number }) => {
        const head = HEAD.exec(text);
        return head === null ? [] : [{ number, expected, program: head[1], line: text.replace(HEAD, '') }];
      });
      const programs = headed.filter(({ expected }) => expected.match === true).map(({ program }) => program);
      const unlike = headed.filter(({ program, line }) => programs.includes(program) && opens?.(line, true) === false);
      assert.deepEqual(unlike, [], JSON.stringify(options));
    }
  });
}

test('lines of other programs are nothing for most filters', () => {
  const line = 'web some-program[7]: 203.0.113.9 did something';
  const filters = readdirSync(folder).map((name) => {
    const { value } = loadFilter({ name, options: {} }, library);
    return value && openingsOf(value);
  });
  const telling = filters.filter((opens) => opens?.(line, true) === false);
  assert.ok(telling.length > filters.length / 2, `${telling.length} of ${filters.length}`);
});
