/** Holds the import rules of ARCHITECTURE.md: the folder list is the architecture, and imports go one way only. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { repository } from './support/repository.js';

const adapters = ['journal', 'store', 'firewall', 'control', 'notify', 'dbus', 'host'];
const contracts = ['ports', 'agent', 'errors'];

/**
 * For each folder of src: the folders and root files it may import, its npm packages, and whether `node:` is allowed.
 */
const rules: Record<
  string,
  { readonly may: readonly string[]; readonly npm?: readonly string[]; readonly node?: boolean }
> = {
  core: { may: ['core'] },
  filter: { may: ['filter', 'core'] },
  budget: { may: ['budget', 'filter'], node: true },
  text: { may: ['text', 'filter', 'core', 'errors'], npm: ['luxon', 'string-width'] },
  config: { may: ['config', 'text', 'filter', 'core', 'errors'] },
  import: { may: ['import', 'config', 'text', 'filter', 'core'] },
  async: { may: ['async', 'ports', 'errors'] },
  host: { may: ['host', 'async', 'dbus', 'core', ...contracts], npm: ['ansi-escapes'], node: true },
  journal: { may: ['journal', 'core', ...contracts], npm: ['ffi-napi'], node: true },
  store: { may: ['store', 'fleet', 'async', 'core', ...contracts], npm: ['sqlite3'], node: true },
  dbus: { may: ['dbus', 'async', 'core', ...contracts], npm: ['dbus-next'], node: true },
  firewall: { may: ['firewall', 'dbus', 'async', 'text', 'core', ...contracts], node: true },
  control: { may: ['control', 'dbus', 'async', 'core', ...contracts], node: true },
  notify: { may: ['notify', 'text', 'core', ...contracts], node: true },
  events: { may: ['events', 'async', 'core', ...contracts] },
  outbox: { may: ['outbox', 'store', 'async', 'core', ...contracts], node: true },
  actions: {
    may: ['actions', 'events', 'outbox', 'geoip', 'host', 'async', 'config', 'text', 'core', ...contracts],
    npm: ['nodemailer'],
    node: true,
  },
  geoip: { may: ['geoip', 'core', ...contracts], node: true },
  metrics: { may: ['metrics', 'core', ...contracts], node: true },
  fleet: { may: ['fleet', 'events', 'config', 'async', 'core', ...contracts] },
  nats: { may: ['nats', 'fleet', 'core', ...contracts], npm: ['@nats-io'], node: true },
  fail2ban: { may: ['fail2ban', 'control', 'config', 'core', ...contracts], node: true },
  client: { may: ['client', 'control', 'dbus', 'host', 'async', 'core', ...contracts, 'error-kinds'] },
  tail: { may: ['tail', 'core', ...contracts] },
  daemon: { may: ['daemon', 'async', 'core', 'filter', 'config', 'text', ...contracts] },
  cli: {
    may: [
      'cli',
      'events',
      'metrics',
      'fleet',
      'nats',
      'control',
      'host',
      'async',
      'config',
      'import',
      'geoip',
      'core',
      'filter',
      'text',
      ...contracts,
    ],
    npm: ['commander'],
    node: true,
  },
  bin: {
    may: [
      ...adapters,
      ...contracts,
      'bin',
      'async',
      'core',
      'filter',
      'budget',
      'config',
      'text',
      'tail',
      'fleet',
      'nats',
      'events',
      'outbox',
      'actions',
      'metrics',
      'geoip',
      'fail2ban',
      'daemon',
      'cli',
    ],
    npm: ['commander'],
    node: true,
  },
  agent: { may: ['agent', 'ports', 'core', 'errors'] },
  ports: { may: ['ports', 'agent', 'core', 'errors'] },
  errors: { may: ['error-kinds'] },
  'error-kinds': { may: [] },
};

/** The only files of otherwise disk-free folders that may import `node:`. */
const diskReaders = ['src/config/files/disk.ts'];

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/^\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|import\('([^']+)'\)/gm),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The folder of src a path lies in, or the file's own name for files directly in src. */
function area(path: string): string {
  const [head = ''] = relative(join(repository, 'src'), path).split('/');
  return head.replace(/\.[jt]s$/, '');
}

function violation(file: string, imported: string): string | undefined {
  const rule = rules[area(file)];
  const name = relative(repository, file);
  if (rule === undefined) return `${name}: no rule for this folder`;
  if (imported.startsWith('.')) {
    const target = area(join(dirname(file), imported));
    return rule.may.includes(target) ? undefined : `${name}: must not import ${target}`;
  }
  if (imported.startsWith('node:')) {
    return rule.node || diskReaders.includes(name) ? undefined : `${name}: must not import ${imported}`;
  }
  const [package_ = ''] = imported.split('/');
  return rule.npm?.includes(package_) ? undefined : `${name}: must not import the package ${imported}`;
}

test('imports go only the way ARCHITECTURE.md says', () => {
  const wrong = sourceFiles(join(repository, 'src')).flatMap((file) =>
    importsOf(file)
      .map((imported) => violation(file, imported))
      .filter((problem) => problem !== undefined),
  );
  assert.deepEqual(wrong, []);
});

test('no source file is longer than 400 lines, no test longer than 600', () => {
  const lengths = [...sourceFiles(join(repository, 'src')), ...sourceFiles(join(repository, 'test'))].map((file) => ({
    file: relative(repository, file),
    lines: readFileSync(file, 'utf8').split('\n').length,
  }));
  const tooLong = lengths.filter(({ file, lines }) => lines > (file.startsWith('src') ? 400 : 600));
  assert.deepEqual(tooLong, []);
});

test('one file alone imports each native package', () => {
  for (const name of ['ffi-napi', 'sqlite3']) {
    const users = sourceFiles(join(repository, 'src')).filter((file) => importsOf(file).includes(name));
    assert.equal(users.length, 1, `${name} is imported by ${users.join(', ')}`);
  }
});

test('nothing calls fetch(), which needs WebAssembly: f2b-actiond runs without', () => {
  const users = sourceFiles(join(repository, 'src')).filter((file) => callsFetch(readFileSync(file, 'utf8')));
  assert.deepEqual(
    users.map((file) => relative(repository, file)),
    [],
  );
  for (const text of [
    "await fetch('https://x/')",
    'globalThis.fetch(url)',
    'const ask = fetch;',
    'use(1, fetch)',
    '({ ask: fetch })',
  ])
    assert.ok(callsFetch(text), text);
});

/** Whether it mentions fetch outside of comments and texts and has none of its own. */
function callsFetch(text: string): boolean {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*|'[^'\n]*'/gm, '');
  return /\bfetch\b/.test(code) && !/\b(?:const|function) fetch\b/.test(code);
}

test('of the programs f2bctl alone imports the verbs', () => {
  const users = sourceFiles(join(repository, 'src/bin')).filter((file) =>
    importedBy(file).some((imported) => imported.startsWith('src/cli/')),
  );
  assert.deepEqual(
    users.map((file) => relative(repository, file)),
    ['src/bin/f2bctl.ts'],
  );
});

/** What a file of the project imports of it, by paths from the top. */
function importedBy(file: string): string[] {
  return importsOf(file)
    .filter((imported) => imported.startsWith('.'))
    .map((imported) => relative(repository, join(dirname(file), imported)).replace(/\.js$/, '.ts'));
}

/** A way from the file back to itself, or undefined. `done`: files from which there is none. */
function circle(file: string, way: readonly string[], done: Set<string>): readonly string[] | undefined {
  const before = way.indexOf(file);
  if (before >= 0) return [...way.slice(before), file];
  if (done.has(file)) return undefined;
  for (const imported of importedBy(join(repository, file))) {
    const found = circle(imported, [...way, file], done);
    if (found !== undefined) return found;
  }
  done.add(file);
  return undefined;
}

test('no file imports itself by way of others, not even for a type', () => {
  const done = new Set<string>();
  for (const file of [...sourceFiles(join(repository, 'src')), ...sourceFiles(join(repository, 'test'))]) {
    assert.equal(circle(relative(repository, file), [], done)?.join(' -> '), undefined);
  }
});

test('what tests of several kinds share lies in test/support, test/fakes or test/hostile', () => {
  const kindOf = (path: string) => path.split('/')[1] ?? '';
  const shared = ['support', 'fakes', 'hostile'];
  const wrong = sourceFiles(join(repository, 'test')).flatMap((file) => {
    const own = kindOf(relative(repository, file));
    const borrowed = importedBy(file).filter((path) => path.startsWith('test/') && kindOf(path) !== own);
    // The suite of a port is there to be run on whatever else is one.
    return borrowed
      .filter((path) => !shared.includes(kindOf(path)) && kindOf(path) !== 'contract')
      .map((path) => `${relative(repository, file)}: ${path}`);
  });
  assert.deepEqual(wrong, []);
});

test('numbered tests have numbers of their own', () => {
  for (const kind of ['simulation', 'system', 'e2e']) {
    const numbers = readdirSync(join(repository, 'test', kind)).flatMap((name) => /^\d+/.exec(name)?.[0] ?? []);
    const twice = numbers.filter((number, index) => numbers.indexOf(number) !== index);
    assert.deepEqual(twice, [], `in test/${kind}`);
  }
});
