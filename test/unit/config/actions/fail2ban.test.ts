/** Type=fail2ban: which file is meant, what it comes to for a jail, and every problem at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAction } from '../../../../src/config/actions/action.js';
import { propertiesOf } from '../../../../src/config/actions/fail2ban/properties.js';
import { substituteTags } from '../../../../src/config/actions/fail2ban/substitute-tags.js';
import type { Problem } from '../../../../src/core/problem.js';
import { problemsOf } from '../../../support/config-texts.js';

/** In place of the text of a file that may not be read. */
const SECRET = '0600';

const files: Readonly<Record<string, string>> = {
  '/etc/fail2ban/action.d/block.conf':
    '[INCLUDES]\nbefore = common.conf\n[Definition]\nactionban = <tool> add <ip> <port>\n[Init]\ntimeout = 90\n',
  '/etc/fail2ban/action.d/block.local': '[Init]\ntool = /opt/%(known/tool)s\n',
  '/etc/fail2ban/action.d/common.conf': '[Definition]\nactionstart = <tool> start <name>\n[Init]\ntool = tool\n',
  '/etc/fail2ban/action.d/smtp.py': 'import smtplib',
  '/etc/fail2ban/action.d/circle.conf': '[Definition]\nactionban = a <b>\nb = <c>\nc = <b>\n',
  '/etc/fail2ban/action.d/broken.conf': '[INCLUDES]\nbefore = absent.conf\n[Definition]\nactionban = %(nothing)s\nx\n',
  '/etc/fail2ban/action.d/endless.conf': '[Definition]\nactionban = ban <ip>\n[Init]\ntimeout = infinity\n',
  '/etc/fail2ban/action.d/secret.conf': SECRET,
  '/etc/fail2ban/action.d/local.conf': '[Definition]\nactionban = ban <ip>\n',
  '/etc/fail2ban/action.d/local.local': SECRET,
  '/etc/fail2ban/action.d/includes.conf': '[INCLUDES]\nbefore = secret.conf\n[Definition]\nactionban = ban <ip>\n',
  '/etc/fail2ban/action.d/sections.conf': `[INCLUDES]
before = sections-base.conf
[Definition]
tool = own
word = mine
alone = %(default/other)s
actionban = <known/tool> <known/word> <word> <known/alone> <default/other> <default/word> <extra/text> <extra/word> <known/none>
`,
  '/etc/fail2ban/action.d/sections-base.conf':
    '[DEFAULT]\nword = default\nother = %(extra/text)s and %(word)s\n[Definition]\ntool = base\n[extra]\ntext = extra\n',
  '/srv/actions/own.conf': '[Definition]\nactionban = own <ip>\n',
};

const unreadable = (file: string, reason: string): Problem => ({
  ...{ file, line: 0, message: `cannot be read (${reason})` },
  hint: 'it must be readable',
});

/** As `createDisk` answers. */
const machine = {
  isUsable: () => true,
  names: (folder: string) => ({
    value: Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
    problems: folder === '/locked' ? [unreadable(folder, 'EACCES')] : [],
  }),
  text: (path: string) => {
    const text = files[path];
    if (text === SECRET) return { value: undefined, problems: [unreadable(path, 'EACCES')] };
    if (text === undefined) return { value: undefined, problems: [unreadable(path, 'ENOENT')] };
    return { value: { path, text }, problems: [] };
  },
};

function parse(...lines: readonly string[]) {
  const text = `[Action]\nType=fail2ban\n${lines.join('\n')}\n`;
  return parseAction({ name: 'it', texts: [{ path: 'it.conf', text }] }, machine);
}

test('a file is read with what it includes, its .local and the options, for each jail by its name', () => {
  const { value, problems } = parse('Name=block[port="ssh,80"]');
  assert.deepEqual(problems, []);
  assert.ok(value?.type === 'fail2ban');
  const properties = propertiesOf(value.file, 'ssh.service').value;
  assert.equal(properties?.get('actionban'), '/opt/tool add <ip> ssh,80');
  assert.equal(properties?.get('actionstart'), '/opt/tool start ssh.service');
  assert.equal(value.timeout, 90_000_000);
  const named = parse('Name=block[name=web]', 'Timeout=5s').value;
  assert.ok(named?.type === 'fail2ban');
  assert.equal(propertiesOf(named.file, 'ssh.service').value?.get('actionstart'), '/opt/tool start web');
  assert.equal(named.timeout, 5_000_000);
});

test('a tag with the name of a section is looked up as by fail2ban', () => {
  const { value, problems } = parse('Name=sections');
  assert.deepEqual(problems, []);
  assert.ok(value?.type === 'fail2ban');
  // Its own classes give this for these files.
  const expected = 'base default mine extra and mine extra and default default extra default <known/none>';
  assert.equal(propertiesOf(value.file, 'ssh.service').value?.get('actionban'), expected);
});

test('files may lie in other folders', () => {
  assert.equal(parse('Name=own', 'ActionPath=/etc/fail2ban/action.d /srv/actions').value?.type, 'fail2ban');
});

const wrong: readonly (readonly [string, readonly string[], readonly RegExp[]])[] = [
  ['no name', [], [/^it\.conf: Name= is missing \| write the name of an action file/]],
  ['a name that is none', ['Name=../x'], [/^it\.conf:3: Name=: "\.\.\/x" does not name an action of fail2ban/]],
  [
    'options that are none',
    ['Name=block[port]'],
    [/:3: Name=: .* does not name an action .* \| write a name, then options/],
  ],
  [
    'a file that is not there',
    ['Name=blok'],
    [/:3: Name=: there is no "blok\.conf" in .* \| did you mean Name=block\?/],
  ],
  ['another name', ['Name=firewall'], [/no "firewall\.conf" in \/etc\/fail2ban\/action\.d \| install fail2ban/]],
  ['Python', ['Name=smtp'], [/:3: Name=: "smtp\.py" is a part of fail2ban in Python.* \| Type=mail sends mails/]],
  ['Python by its name', ['Name=badips.py[x=y]'], [/"badips\.py" is a part of fail2ban in Python.*Type=webhook/]],
  ['tags that refer to themselves', ['Name=circle'], [/circle\.conf:\d: "\w+" refers to itself.* \| break the circle/]],
  [
    'all that is wrong in the files',
    ['Name=broken'],
    [/broken\.conf:2: included file "absent\.conf" does not exist/, /broken\.conf:5: "x" is neither an option/],
  ],
  ['keys of other types', ['Name=block', 'Ban=/x'], [/:4: Ban= means nothing with Type=fail2ban/]],
  ['a file that may not be read', ['Name=secret'], [/^\S+\/secret\.conf: cannot be read \(EACCES\) \| it must be/]],
  ['its .local', ['Name=local'], [/^\S+\/local\.local: cannot be read \(EACCES\)/]],
  ['one that it includes', ['Name=includes'], [/^\S+\/secret\.conf: cannot be read \(EACCES\)/]],
  ['a folder that may not be listed', ['Name=own', 'ActionPath=/locked'], [/^\/locked: cannot be read \(EACCES\)/]],
  ['a time that is none, once', ['Name=block', 'Timeout=0'], [/:4: Timeout=: "0" is outside 100ms to 1h/]],
  ['a relative folder', ['Name=own', 'ActionPath=actions'], [/:4: ActionPath=: "actions" is not an absolute path/]],
];

for (const [what, lines, expected] of wrong) {
  test(`is told of: ${what}`, () => {
    const parsed = parse(...lines);
    assert.equal(parsed.value, undefined);
    const told = problemsOf(parsed);
    assert.equal(told.length, expected.length, told.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(told[index] ?? '', pattern);
  });
}

for (const name of ['endless', 'block[timeout=0]', 'block[timeout=2months]', 'block[timeout=soon]']) {
  test(`a time that no command may have is warned of, and the usual one taken: ${name}`, () => {
    const { value, problems } = parse(`Name=${name}`);
    assert.ok(value?.type === 'fail2ban');
    assert.equal(value.timeout, 60_000_000);
    const told = problemsOf({ value, problems });
    assert.equal(told.length, 1, told.join('\n'));
    assert.match(told[0] ?? '', /^it\.conf:3: warning: Name=: the timeout of its file: .* \| write Timeout=/);
    assert.deepEqual(parse(`Name=${name}`, 'Timeout=1min').problems, []);
  });
}

test('events that fail2ban does not know are warned of', () => {
  const { value, problems } = parse('Name=block', 'On=ban problem');
  assert.equal(value?.type, 'fail2ban');
  assert.match(problemsOf({ value, problems })[0] ?? '', /:4: warning: On=problem has no effect/);
});

test('values that grow without end are refused', () => {
  const tags = new Map([['a', '<b><b>']]);
  for (const [name, next] of ['bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi', 'ij', 'jk', 'kl', 'lm', 'mn', 'no', 'op'].map(
    (pair) => [...pair],
  ))
    tags.set(name ?? '', `<${next}><${next}><${next}><${next}>`);
  tags.set('p', 'x'.repeat(100));
  assert.ok('circular' in substituteTags(tags, { ignored: new Set() }));
});

test('values with so many tags that each would be sought through all of them are refused', () => {
  const some = (count: number) => {
    const names = Array.from({ length: count }, (_, n) => `t${n}`);
    const tags = new Map(names.map((name) => [name, 'z']));
    return substituteTags(tags.set('a', names.map((name) => `<${name}>`).join('')), { ignored: new Set() });
  };
  const few = some(1_000);
  assert.equal('tags' in few && few.tags.get('a'), 'z'.repeat(1_000));
  assert.ok('circular' in some(60_000));
});
