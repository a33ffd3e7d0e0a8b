import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTail } from '../../../src/config/tail.js';
import { configOf } from '../../support/config-texts.js';

const parse = (text: string) => parseTail({ path: 'tail/web.conf', text });

test('files add up, and each counts once', () => {
  assert.deepEqual(parse('[Tail]\nFile=/var/log/a.log /var/log/b/*.log\nFile=/var/log/a.log\nLineMax=1000\n'), {
    value: { files: ['/var/log/a.log', '/var/log/b/*.log'], lineMax: 1000 },
    problems: [],
  });
});

test('all problems are told at once, with what was meant', () => {
  const { value, problems } = parse('[Tail]\nFiles=/a\nFile=b.log\nFile=/[9-0]\nLineMax=3\n[Tails]\n');
  assert.equal(value, undefined);
  assert.deepEqual(
    problems.map(({ line, message, hint = '' }) => `${line}: ${message}; ${hint}`),
    [
      '2: there is no key "Files" in [Tail]; did you mean File=?',
      '3: File=: "b.log" is not an absolute path; write the whole path, from / on',
      '4: File=: "/[9-0]" has a range that ends before it starts; write its lower end first, such as [0-9]',
      '5: LineMax=: "3" is outside 256 to 49152; LineMax= is the length, in bytes, of which a longer line is cut',
      '6: there is no section [Tails]; did you mean [Tail]?',
    ],
  );
});

test('a file that names no file is a problem', () => {
  assert.deepEqual(
    parse('').problems.map(({ message }) => message),
    ['no file is named'],
  );
});

/** Lines of a jail's [Journal], and whether its messages are lines of a file. */
const journals: readonly (readonly [string, boolean])[] = [
  ['Unit=f2b-tail@web.service', true],
  ['Unit=f2b-tail@web.service f2b-tail@*.service', true],
  ['Unit=f2b-tail@web.service nginx.service', false],
  ['Unit=f2b-tail@web.service\nLogType=journal', false],
  ['Unit=nginx.service\nLogType=file', true],
  ['Unit=nginx.service', false],
];

for (const [journal, isFile] of journals) {
  test(`with ${journal.replace('\n', ', ')} messages are ${isFile ? '' : 'not '}judged as lines of a file`, () => {
    const { value, problems } = configOf(`[Jail]\nFilter=sshd\n[Journal]\n${journal}`);
    assert.deepEqual(problems, []);
    assert.equal(value?.jails[0]?.journal.isFile === true, isFile);
  });
}
