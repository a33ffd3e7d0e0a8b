/** The documents say what the program does: every key is in them with its default, every exit status, every link. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAction } from '../src/config/actions/action.js';
import { templateNames } from '../src/config/actions/template.js';
import { parseFleet } from '../src/config/fleet.js';
import { countKeys, fleetKeys } from '../src/config/keys/fleet-keys.js';
import type { KnownKey } from '../src/config/keys/key.js';
import { agentKeys, banKeys, keysOf } from '../src/config/keys/keys.js';
import { parseTail } from '../src/config/tail.js';
import { methods, signals } from '../src/control/interface.js';
import { errorKinds } from '../src/errors.js';
import { EVENT_FIELDS } from '../src/events/fields.js';
import { definitionOptions } from '../src/filter/definition.js';
import { loadFilter } from '../src/filter/load-filter.js';
import { createMatcher } from '../src/filter/matching/matcher.js';
import { messageIds } from '../src/notify/message-ids.js';
import { configOf } from './support/config-texts.js';
import { repository } from './support/repository.js';

const read = (name: string) => readFileSync(join(repository, name), 'utf8');
/** Where the options of a daemon are named. */
const optionSources = (daemon: string) =>
  ['daemon-command', `${daemon}-options`].map((name) => read(`src/bin/options/${name}.ts`)).join('');
const pages = readdirSync(join(repository, 'src/man')).map((file) => ({ file, text: read(join('src/man', file)) }));
const page = (name: string) => pages.find(({ file }) => file === `${name}.scd`)?.text ?? '';

test('the sample f2bd.conf lists every key with its default, and holds nothing else', () => {
  const sample = read('debian/f2bd.conf');
  const listed = [...sample.matchAll(/^#([A-Z][A-Za-z0-9]+=.*)$/gm)].map((match) => match[1]);
  const known = [...Object.values(agentKeys), ...Object.values(banKeys)];
  assert.deepEqual(
    listed,
    known.map(({ name, initial }) => `${name}=${initial}`),
  );
});

test('the sample f2bd.conf is valid, as it is and with its comments taken off', () => {
  const sample = read('debian/f2bd.conf');
  const jail = '[Jail]\nFilter=sshd';
  assert.deepEqual(configOf(jail, sample).problems, []);
  assert.deepEqual(configOf(jail, sample.replace(/^#(?=[A-Z]\w+=)/gm, '')).problems, []);
});

/** The description of a key: from the line with its name to the next one that starts with a key or heading. */
function entryOf(key: KnownKey, text: string): string | undefined {
  const section = text.split(/^# /m).find((part) => part.startsWith(`[${key.section.toUpperCase()}] SECTION`)) ?? '';
  return section.split(/\n\n(?=\*)/).find((entry) => entry.split('\n')[0]?.includes(`*${key.name}=*`));
}

const documented: readonly (readonly [string, readonly KnownKey[]])[] = [
  ['f2b.unit.5', keysOf.jail],
  ['f2b.conf.5', Object.values(agentKeys)],
  ['f2b-tail.8', keysOf.tail],
  ['f2b.action.5', keysOf.action],
  ['f2b-fleetd.8', keysOf.fleet],
];

for (const [name, keys] of documented) {
  for (const key of keys) {
    test(`${name} describes ${key.name}= in [${key.section}], with its default`, () => {
      const entry = entryOf(key, page(name));
      assert.ok(entry !== undefined, `no *${key.name}=* in the section`);
      if (key.initial !== '')
        assert.match(entry, new RegExp(`[Dd]efault[^]*_${key.initial}_|_${key.initial}_ \\(the\\s+default\\)`));
    });
  }
}

test('f2b.unit.5 and f2b.conf.5 describe no key that does not exist', () => {
  const known = new Set([...keysOf.jail, ...keysOf.agent].map(({ name }) => name));
  for (const name of ['f2b.unit.5', 'f2b.conf.5']) {
    const keys = [...page(name).matchAll(/\*([A-Z][A-Za-z0-9]+)=\*/g)].map((match) => match[1] ?? '');
    assert.deepEqual(
      keys.filter((key) => !known.has(key)),
      [],
    );
  }
});

test('the configurations that f2b-tail.8 shows are valid', () => {
  const blocks = [...page('f2b-tail.8').matchAll(/^```\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  const [tail = ''] = blocks.filter((text) => text.startsWith('[Tail]'));
  assert.deepEqual(parseTail({ path: 'web.conf', text: tail }).problems, []);
  const [jail = ''] = blocks.filter((text) => text.startsWith('[Jail]'));
  assert.deepEqual(configOf(jail).problems, []);
});

test('the actions that f2b.action.5 and README.md show are valid', () => {
  const shown = [...`${page('f2b.action.5')}${read('README.md')}`.matchAll(/^```(?:ini)?\n(.*?)^```$/gms)]
    .map((match) => match[1] ?? '')
    .filter((text) => text.startsWith('[Action]'));
  assert.equal(shown.length, 5);
  // fail2ban need not be installed for it.
  const machine = {
    isUsable: () => true,
    names: () => ({ value: ['nftables-multiport.conf'], problems: [] }),
    text: (path: string) => ({
      value: { path, text: '[Definition]\nactionban = nft add element <ip>\n' },
      problems: [],
    }),
  };
  for (const text of shown) {
    const { problems } = parseAction({ name: 'shown', texts: [{ path: 'shown.conf', text }] }, machine);
    assert.deepEqual(problems, [], text);
  }
});

test('f2b.action.5 names all that a template may hold, and f2b-actiond.8 every option', () => {
  for (const name of templateNames) assert.match(page('f2b.action.5'), new RegExp(`\\b${name}\\b`), name);
  const known = [...optionSources('f2b-actiond').matchAll(/'(--[a-z-]+) /g)].map((match) => match[1]);
  const options = page('f2b-actiond.8').split('# OPTIONS')[1]?.split(/^# /m)[0] ?? '';
  const described = [...options.matchAll(/^\*(--[a-z-]+)\*/gm)].map((match) => match[1]);
  assert.deepEqual(described.sort(), known.sort());
});

test('the configurations that f2b-fleet.7 shows are valid', () => {
  const shown = [...page('f2b-fleet.7').matchAll(/^```\n(\[Fleet\].*?)^```$/gms)].map((match) => match[1] ?? '');
  assert.equal(shown.length, 2);
  for (const text of shown) {
    const whole = text.includes('Server=') ? text : text.replace('[Fleet]', '[Fleet]\nServer=tls://nats1.example.org');
    assert.deepEqual(parseFleet({ path: 'fleet.conf', text: whole }).problems, []);
  }
});

test('f2b-fleetd.8 describes every key of fleet.conf, with its default', () => {
  for (const { name, initial } of [...Object.values(fleetKeys), ...Object.values(countKeys)]) {
    const [, described = ''] = new RegExp(`^\\*${name}=\\*\\n(.*?)\\n\\n`, 'ms').exec(page('f2b-fleetd.8')) ?? [];
    assert.notEqual(described, '', name);
    if (initial !== '') assert.ok(described.includes(`_${initial}_`), name);
  }
});

test('f2b-fleetd.8 describes every option of f2b-fleetd, and no other', () => {
  const known = [...optionSources('f2b-fleetd').matchAll(/'(?:-\w, )?(--[a-z-]+)[ ']/g)].map((match) => match[1]);
  const options = page('f2b-fleetd.8').split('# OPTIONS')[1]?.split(/^# /m)[0] ?? '';
  const described = [...options.matchAll(/\*(--[a-z-]+)\*/g)].map((match) => match[1]);
  assert.deepEqual(described.sort(), known.sort());
});

test('f2b-fail2ban-client.1 describes every option of f2b-fail2ban-client, and no other', () => {
  const source = read('src/bin/options/f2b-fail2ban-client-options.ts');
  const known = [...source.matchAll(/'(?:-\w, )?(--[a-z-]+|-V)[ ']/g)].map((match) => match[1]);
  const options = page('f2b-fail2ban-client.1').split('# OPTIONS')[1]?.split(/^# /m)[0] ?? '';
  const described = [...options.matchAll(/^\*.*?(--[a-z-]+|-V)\*/gm)].map((match) => match[1]);
  assert.deepEqual(described.sort(), known.sort());
});

test('f2b.conf.5 lists the default of every key in [Ban]', () => {
  const table = [...page('f2b.conf.5').matchAll(/^\|\s+(\w+)=\n:\s+(.*)$/gm)].map((match) => [match[1], match[2]]);
  assert.deepEqual(
    table,
    Object.values(banKeys).map(({ name, initial }) => [name, initial === '' ? '(none)' : initial]),
  );
});

test('the configurations that the manual pages show are valid', () => {
  const blocks = [...page('f2b.unit.5').matchAll(/^```\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  const shown = blocks.filter((text) => !text.includes('[Service]'));
  assert.ok(shown.length >= 3);
  for (const text of shown) {
    const isWhole = text.includes('Filter=');
    const parsed = configOf(isWhole ? text : '[Jail]\nFilter=sshd\n[Ban]\nPorts=22', '', isWhole ? '' : text);
    assert.deepEqual(parsed.problems, [], text);
  }
  const [agent = ''] = [...page('f2b.conf.5').matchAll(/^```\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  assert.deepEqual(configOf('[Jail]\nFilter=sshd', agent).problems, []);
});

test('f2b.filter.5 describes every option, and the filter that it shows finds what it should', () => {
  const text = page('f2b.filter.5');
  for (const option of definitionOptions) assert.ok(text.includes(`\n*${option}*\n`), option);
  const example = /^\/etc\/f2b\/filters\/door\.conf:\n\n```\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
  const found = (mode: string, message: string) => {
    const library = { path: ['/f'], read: (path: string) => (path === '/f/door.conf' ? example : undefined) };
    const { value, problems } = loadFilter({ name: 'door', options: mode === '' ? {} : { mode } }, library);
    assert.deepEqual(problems, []);
    const verdict = value && createMatcher(value).match({ text: `host doord[7]: ${message}`, at: 0, cursor: '1' });
    return verdict?.outcome === 'failure' ? verdict.hits.map(({ id }) => id) : verdict?.outcome;
  };
  assert.deepEqual(found('', 'login of joe refused (192.0.2.1)'), ['192.0.2.1']);
  assert.deepEqual(found('', 'too many attempts from 2001:db8::1'), ['2001:db8::1']);
  assert.equal(found('', 'connection reset from 192.0.2.1'), 'none');
  assert.deepEqual(found('aggressive', 'connection reset from 192.0.2.1'), ['192.0.2.1']);
  assert.equal(found('', 'login of monitor refused (192.0.2.1)'), 'ignored');
});

/** Errors that no agent ends with. */
const OF_F2BCTL: readonly string[] = [
  ...['CONFIG_UNWRITABLE', 'EDITOR_FAILED', 'HOST_UNREACHABLE', 'JAIL_NOT_ACTIVE', 'JAIL_STOPPED', 'UNKNOWN_JAIL'],
];

for (const name of ['f2bd.8', 'f2bctl.1']) {
  test(`${name} names every exit status that an error has`, () => {
    const table = page(name).split('# EXIT STATUS')[1]?.split('\n# ')[0] ?? '';
    const named = new Set([...table.matchAll(/(?<=^\| +(?:\d+, )?)\d+/gm)].map(([status]) => Number(status)));
    const elsewhere: readonly string[] = name === 'f2bd.8' ? OF_F2BCTL : [];
    const missing = Object.entries(errorKinds).filter(
      ([code, { exitStatus }]) => !named.has(exitStatus) && !elsewhere.includes(code),
    );
    assert.deepEqual(
      missing.map(([code]) => code),
      [],
    );
  });
}

/** The fields of the agent's events, by what writes them. */
function writtenFields(): ReadonlySet<string> {
  const source = read('src/notify/describe-event.ts') + read('src/notify/journal-events.ts');
  return new Set([...source.matchAll(/'(F2B_[A-Z_]+)'/g)].map((match) => match[1] ?? ''));
}

test('f2bd.8 lists every event with its MESSAGE_ID, and every field', () => {
  const text = page('f2bd.8');
  const events = [...text.matchAll(/^\*([\w-]+)\* ([0-9a-f]{32})$/gm)].map((match) => [match[1], match[2]]);
  assert.deepEqual(Object.fromEntries(events), messageIds);
  const fields = writtenFields();
  assert.ok(fields.size > 10);
  const listed = new Set(text.match(/F2B_[A-Z_]+(?=,|\n)/g));
  assert.deepEqual([...listed].sort(), [...fields].sort());
});

test('every field that the agent writes is brought along for who reads its events', () => {
  assert.deepEqual(
    [...writtenFields()].filter((field) => !EVENT_FIELDS.includes(field)),
    [],
  );
});

test('f2bd.8 describes every option of f2bd, and no other', () => {
  const known = [...optionSources('f2bd').matchAll(/'(--[a-z-]+)[ ']/g)].map((match) => match[1]);
  const options = page('f2bd.8').split('# OPTIONS')[1]?.split(/^# /m)[0] ?? '';
  const described = [...options.matchAll(/^\*(--[a-z-]+)\*/gm)].map((match) => match[1]);
  assert.deepEqual(described.filter((option) => option !== '--help').sort(), known.sort());
});

test('f2bd.8 lists every method with its polkit action, and every signal', () => {
  const text = page('f2bd.8').split('# ON THE BUS')[1] ?? '';
  const listed = [...text.matchAll(/^\| {2}(\w+)\n: {2}(\w+)$/gm)].map((match) => [match[1], `org.f2b.${match[2]}`]);
  assert.deepEqual(
    listed,
    Object.values(methods).map(({ name, action }) => [name, action]),
  );
  for (const { name } of Object.values(signals)) assert.ok(text.includes(`_${name}_`), name);
});

test('manual pages refer only to pages of ours that exist', () => {
  const ours = new Set(pages.map(({ file }) => file.replace(/\.(\d)\.scd$/, '($1)')));
  for (const { file, text } of pages) {
    const links = [...text.matchAll(/\*(f2b[\w.-]*)\*(\(\d\))/g)].map((match) => `${match[1]}${match[2]}`);
    assert.ok(links.length > 0, file);
    assert.deepEqual(
      links.filter((link) => !ours.has(link)),
      [],
      file,
    );
  }
});

test('scdoc accepts every manual page, and man has nothing to warn of at 60 to 120 columns', (context) => {
  if (spawnSync('scdoc', { input: '' }).error !== undefined) return context.skip('scdoc is not installed');
  for (const { file, text } of pages) {
    const { status, stdout, stderr } = spawnSync('scdoc', { input: text, encoding: 'utf8' });
    assert.equal(status, 0, `${file}: ${stderr}`);
    // As the Makefile makes them.
    const input = stdout.replace(/T\{$/gm, 'T{\n.ad l');
    for (const width of [60, 80, 100, 120]) {
      const argv = ['-t', '-mandoc', '-Kutf8', '-Tutf8', `-rLL=${width}n`, '-z', '-ww'];
      const shown = spawnSync('groff', argv, { input, encoding: 'utf8' });
      if (shown.error !== undefined) return context.skip('groff is not installed');
      assert.equal(shown.stderr, '', `${file} at ${width}`);
    }
  }
});

/** Paths of this repository as the documents write them. */
const repositoryPath = /^(?:src|test|units|filters|debian)(?:\/[\w.{}-]+)*\/?$|^[A-Z]+\.md$|^LICENSE$/;

for (const name of ['README.md', 'ARCHITECTURE.md', 'NEWS.md']) {
  test(`${name} names only files and make targets that exist`, () => {
    const text = read(name);
    const quotedCode = [...text.matchAll(/`([^`\n]+)`|\]\(([^)]+)\)/g)].map((match) => match[1] ?? match[2] ?? '');
    const missing = quotedCode.filter(
      (path) => repositoryPath.test(path) && !path.includes('NAME') && !existsSync(join(repository, path)),
    );
    assert.deepEqual(missing, []);
    const makefile = read('Makefile');
    const targets = [...text.matchAll(/\bmake ([a-z]+)\b(?=`|\n| {2,}#)/g)].map((match) => match[1] ?? '');
    assert.deepEqual(
      targets.filter((target) => !new RegExp(`^${target}:`, 'm').test(makefile)),
      [],
    );
  });
}

test('ARCHITECTURE.md says of every folder of src what it holds and what it may import', () => {
  const [, folders = '', imports = ''] = read('ARCHITECTURE.md').split('\n| folder | ');
  const inSource = readdirSync(join(repository, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of inSource) {
    assert.ok(folders.includes(`| \`src/${name}\``), `src/${name} in the table of folders`);
    if (name !== 'man')
      assert.match(imports, new RegExp(`^\\|.*\\b${name}\\b.* \\|.*\\|$`, 'm'), `${name} in the table of imports`);
  }
});

test('the jail that f2b-migration.7 shows is valid', () => {
  const [text = ''] = /(?<=^```\n)\[Jail\].*?(?=^```$)/ms.exec(page('f2b-migration.7')) ?? [];
  assert.match(text, /^User=my-app$/m);
  assert.deepEqual(configOf(text, '', '').problems, []);
});

test('the configurations that README.md shows are valid', () => {
  const shown = [...read('README.md').matchAll(/^ *```ini\n(.*?)^ *```$/gms)].map((match) => match[1] ?? '');
  assert.equal(shown.length, 4);
  for (const text of shown) {
    if (text.startsWith('[Action]')) continue;
    const isAgent = /^ *\[Agent\]|^Action=/m.test(text);
    const parsed = configOf('[Jail]\nFilter=sshd', isAgent ? text : '', isAgent ? '' : text);
    assert.deepEqual(parsed.problems, [], text);
  }
});

test('the tests that ARCHITECTURE.md calls a proof exist', () => {
  const table = read('ARCHITECTURE.md').split('## Promises')[1] ?? '';
  const proofs = [...table.matchAll(/\| `(test\/[\w./-]+)`: (.*) \|$/gm)];
  assert.ok(proofs.length > 10);
  const missing = proofs.filter(([, file = '', name = '']) => !read(file).includes(name));
  assert.deepEqual(
    missing.map(([line]) => line),
    [],
  );
});
