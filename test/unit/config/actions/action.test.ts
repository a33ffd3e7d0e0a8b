/** Files of actions: what they may say, and every problem at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAction } from '../../../../src/config/actions/action.js';
import { loadActions } from '../../../../src/config/actions/load-actions.js';
import { createDisk } from '../../../../src/config/files/disk.js';
import { onKinds } from '../../../../src/config/keys/action-keys.js';
import { eventKinds } from '../../../../src/events/decode.js';
import { configOf, problemsOf } from '../../../support/config-texts.js';

function parse(...lines: readonly string[]) {
  const text = `[Action]\n${lines.join('\n')}\n`;
  return parseAction(
    { name: 'it', texts: [{ path: 'it.conf', text }] },
    { ...createDisk(), isUsable: (path) => path !== '/missing' },
  );
}

test('what is not said is as usual for its type', () => {
  const { value } = parse('Type=mail', 'To=root');
  assert.ok(value?.type === 'mail');
  const { on, every, batch, limit, timeout, server } = value;
  assert.deepEqual([on, every, batch, limit, timeout], [['ban', 'unban'], 60_000_000, 1_000, 10_000, 30_000_000]);
  assert.deepEqual(server, { kind: 'smtp', host: 'localhost', port: 25, isTls: false });
});

test('registries are asked when that is said, and one on this machine may be asked without TLS', () => {
  const serverOf = (...lines: readonly string[]) => {
    const { value } = parse('Type=mail', 'To=root', ...lines);
    return value?.type === 'mail' ? value.rdapServer : assert.fail();
  };
  assert.equal(serverOf(), undefined);
  assert.equal(serverOf('Whois=no'), undefined);
  assert.equal(serverOf('Whois=yes'), 'https://rdap.org');
  for (const server of ['http://127.0.0.1:8080', 'http://[::1]', 'http://localhost/rdap', 'https://rdap.db.ripe.net'])
    assert.equal(serverOf('Whois=yes', `RDAPServer=${server}`), server);
});

test('every kind of event can be asked for', () => {
  assert.deepEqual([...onKinds].sort(), [...eventKinds].sort());
});

const wrong: readonly (readonly [string, readonly string[], readonly RegExp[]])[] = [
  ['no type', ['To=root'], [/^it\.conf: Type= is missing \| write Type=command, webhook, mail, denylist or fail2ban/]],
  ['an unknown type', ['Type=smoke'], [/^it\.conf:2: Type=: "smoke" is not one of command, webhook, mail, denylist/]],
  [
    'a key of another type',
    ['Type=mail', 'To=root', 'URL=https://x/'],
    [/:4: URL= means nothing with Type=mail \| .*Type=webhook/],
  ],
  ['an unknown key', ['Type=mail', 'To=root', 'Sever=x'], [/:4: there is no key "Sever".*did you mean Server=\?/]],
  ['nobody to mail to', ['Type=mail'], [/To= is missing \| write To=root/]],
  ['a header in an address', ['Type=mail', 'To="root\\nBcc: x"'], [/is not a mail address/]],
  [
    'a password in the address',
    ['Type=webhook', 'URL=https://me:secret@x/'],
    [/:3: URL=: the address has a password in it \|/],
  ],
  [
    'a file for a secret',
    ['Type=webhook', 'URL=https://x/', 'Secret=/etc/passwd'],
    [/is not the name of a credential/],
  ],
  ['no address', ['Type=webhook'], [/URL= is missing/]],
  ['a scheme', ['Type=webhook', 'URL=file:///etc/passwd'], [/is not an address of the web/]],
  [
    'forms that need more',
    ['Type=webhook', 'Format=telegram'],
    [/Token= is missing, which Format=telegram needs/, /Recipient= is missing/],
  ],
  ['no form', ['Type=webhook', 'URL=https://x/', 'Format=slak'], [/Format=: "slak" is not one of json/]],
  [
    'a template that is none',
    ['Type=webhook', 'URL=https://x/', 'Format=template', 'Template={{{'],
    [/Template=: .*this is no JSON/],
  ],
  [
    'a name that is none',
    ['Type=webhook', 'URL=https://x/', 'Format=template', 'Template={"a":"{{adress}}"}'],
    [/nothing is called "adress" \| did you mean {{address}}\?/],
  ],
  ['nothing to run', ['Type=command'], [/Ban= is missing, and so are Unban= and Event=/]],
  ['a program without its path', ['Type=command', 'Ban=mail root'], [/Ban=: "mail" is not an absolute path/]],
  ['no file', ['Type=denylist'], [/File= is missing/]],
  [
    'a list of no bans',
    ['Type=denylist', 'File=/x', 'On=unban'],
    [/:4: On= without ban leaves the list empty \| drop On=/],
  ],
  [
    'a socket where nobody listens to one',
    ['Type=denylist', 'File=/x', 'Socket=/run/haproxy/f2b.sock'],
    [/:4: Socket= means nothing with Format=plain \| drop it, or write Format=haproxy-map/],
  ],
  ['a list with a queue', ['Type=denylist', 'File=/x', 'Limit=5'], [/:4: Limit= means nothing with Type=denylist/]],
  [
    'a registry that is asked so that anybody on the way reads it',
    ['Type=mail', 'To=root', 'Whois=yes', 'RDAPServer=http://rdap.example'],
    [/:5: RDAPServer=: .* is not encrypted/],
  ],
  [
    'a registry with a question of its own',
    ['Type=mail', 'To=root', 'Whois=yes', 'RDAPServer=https://rdap.example/?x'],
    [/:5: RDAPServer=: .* has more than a path/],
  ],
  ...['?', '/?', '#', '/#'].map(
    (end) =>
      [
        `a registry whose address ends with ${end}`,
        ['Type=mail', 'To=root', 'Whois=yes', `RDAPServer=https://rdap.example${end}`],
        [/:5: RDAPServer=: .* has more than a path/],
      ] as const,
  ),
  ['a user without a password', ['Type=mail', 'To=root', 'User=x'], [/Password= is missing, which User= needs/]],
  [
    'much at once',
    ['Type=mail', 'Every=never', 'Limit=0', 'Timeout=1y', 'Server=x'],
    [/:3: Every=/, /:4: Limit=/, /:5: Timeout=/, /:6: Server=/, /To= is missing/],
  ],
];

for (const [what, lines, expected] of wrong) {
  test(`is told of: ${what}`, () => {
    const { value, problems } = parse(...lines);
    assert.equal(value, undefined);
    const told = problemsOf({ value, problems });
    for (const pattern of expected)
      assert.ok(
        told.some((line) => pattern.test(line)),
        `${pattern}\n${told.join('\n')}`,
      );
    assert.equal(told.length, expected.length, told.join('\n'));
  });
}

test('a program that is not there is warned of: it may come later', () => {
  const { value, problems } = parse('Type=command', 'Ban=/missing');
  assert.equal(value?.type, 'command');
  assert.deepEqual(
    problems.map(({ severity }) => severity),
    ['warning'],
  );
});

const WEB = ['Type=webhook', 'URL=https://x/'];
const withoutEffect: readonly (readonly [readonly string[], readonly RegExp[]])[] = [
  [[...WEB, 'Template={}'], [/:4: warning: Template= has no effect with Format=json \| .*Format=template/]],
  [
    [...WEB, 'Format=slack', 'Token=t', 'Recipient=r'],
    [/:5: warning: Token= has no effect/, /:6: warning: Recipient=/],
  ],
  [[...WEB, 'Format=ntfy', 'Token=t', 'Recipient=r'], []],
  [[...WEB, 'Categories=18'], [/:4: warning: Categories= has no effect with Format=json/]],
  [['Type=mail', 'To=root', 'RDAPServer=https://x'], [/:4: warning: RDAPServer= has no effect without Whois=yes/]],
  [['Type=command', 'Ban=/x', 'Event=/x'], [/:4: warning: Event= is never run/]],
  [['Type=command', 'Ban=/x', 'On=ban problem'], [/:4: warning: On=problem has no effect/]],
  [['Type=command', 'Unban=/x', 'On=ban unban'], [/:4: warning: On=ban has no effect/]],
  [['Type=command', 'Ban=/x', 'Repair=/x'], [/:4: warning: Repair= has no effect without Check=/]],
  [['Type=command', 'Ban=/x', 'Flush=/x'], [/:4: warning: Flush= has no effect without Unban=/]],
  [['Type=command', 'Ban=/x', 'Unban=/x', 'Flush=/x', 'On=ban'], [/:5: warning: Flush= has no effect without Unban=/]],
  [['Type=command', 'Ban=/x', 'Unban=/x', 'Flush=/x'], []],
  [['Type=command', 'Ban=/x'], []],
];

for (const [lines, expected] of withoutEffect) {
  test(`${expected.length} settings without effect in: ${lines.join(' ')}`, () => {
    const parsed = parse(...lines);
    assert.notEqual(parsed.value, undefined);
    const told = problemsOf(parsed);
    assert.equal(told.length, expected.length, told.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(told[index] ?? '', pattern);
  });
}

test('a jail names its actions after those of f2bd.conf, each once, and drops them by an empty one', () => {
  const agent = '[Ban]\nAction=mail chat';
  assert.deepEqual(configOf('[Jail]\nFilter=sshd\n[Ban]\nAction=chat list', agent).value.jails[0]?.actions, [
    'mail',
    'chat',
    'list',
  ]);
  assert.deepEqual(configOf('[Jail]\nFilter=sshd\n[Ban]\nAction=\nAction=list', agent).value.jails[0]?.actions, [
    'list',
  ]);
  assert.deepEqual(configOf('[Jail]\nFilter=sshd', agent).value.actions, ['mail', 'chat']);
});

test('a folder of actions that cannot be listed is said to hide some, and one that is not there is not', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-load-actions-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const places = { configDirectory: folder, shippedDirectory: join(folder, 'shipped') };
  assert.equal(loadActions(places, undefined).isWhole, true);
  symlinkSync('actions', join(folder, 'actions'));
  const { isWhole, problems } = loadActions(places, undefined);
  assert.equal(isWhole, false);
  assert.match(problems[0]?.message ?? '', /cannot be read \(ELOOP\)/);
});

test('names without a file, and files that nobody names, are told of', () => {
  const files: Readonly<Record<string, string>> = {
    '/etc/f2b/actions/mail.conf': '[Action]\nType=mail\nTo=root\n',
    '/etc/f2b/actions/spare.conf': '[Action]\nType=mail\nTo=root\n',
  };
  const disk = {
    ...createDisk(),
    names: (folder: string) => ({
      value: Object.keys(files).flatMap((path) =>
        path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [],
      ),
      problems: [],
    }),
    isMask: () => false,
    text: (path: string) => ({ value: { path, text: files[path] ?? '' }, problems: [] }),
  };
  const places = { configDirectory: '/etc/f2b', shippedDirectory: '/usr/lib/f2b', disk };
  const { value: naming } = configOf('[Jail]\nFilter=sshd\n[Ban]\nAction=mail mails', '');
  const { actions, problems } = loadActions(places, naming);
  assert.deepEqual(
    actions.map(({ name }) => name),
    ['mail', 'spare'],
  );
  assert.deepEqual(problemsOf({ value: undefined, problems }), [
    '/etc/f2b/actions/mails.conf: is missing, and the jail ssh.service names it | did you mean Action=mail?',
    '/etc/f2b/actions/spare.conf: warning: no jail names it, so it is told of no ban | add Action=spare to [Ban] of a jail, or of f2bd.conf for all',
  ]);
});
