/** f2bctl log prints what journalctl prints of the same journal files, in each of its forms, and is safer where it differs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { JOURNAL_REMOTE, missingJournalRemote } from '../support/journal-files.js';
import { repository } from '../support/repository.js';
import { type Answer, HOSTILE, HOSTILE_USER, LATER, type LogJournal, logJournal } from './log-journal.js';

const skip = missingJournalRemote ?? false;
const needsRoot = process.getuid?.() === 0 ? false : 'needs root';
const F2BCTL = join(repository, 'dist/f2bctl.js');

/** journalctl writes zones as +0200 before systemd 255. */
const withColons = (text: string) => text.replace(/^(\S{19}(?:\.\d{6})?[+-]\d\d)(\d\d) /gm, '$1:$2 ');

/** What both print, and that it is something. */
async function same(journal: LogJournal, argv: string, environment = {}): Promise<string> {
  const words = argv.split(' ');
  const [ours, theirs] = await Promise.all([
    journal.f2bctl(words, environment),
    journal.journalctl(words, environment),
  ]);
  assert.equal(ours.output.toString(), withColons(theirs.output.toString()), argv);
  assert.notEqual(ours.output.length, 0, argv);
  assert.deepEqual([ours.status, ours.errors], [0, ''], argv);
  return ours.output.toString();
}

test('lines are those of journalctl, in all its forms with times', { skip }, async (t) => {
  const journal = logJournal(t);
  const forms = ['short', 'short-iso', 'short-iso-precise', 'short-precise', 'short-unix', 'short-monotonic'];
  const more = ['short-full', 'short-delta', 'with-unit', 'cat'];
  const [short = ''] = await Promise.all([...forms, ...more].map((form) => same(journal, `-o ${form}`)));
  assert.match(short, /^May 01 12:00:01 host f2bd\[7\]: ssh\.service: banned 192\.0\.2\.1 .*\n-- Boot b{32} --$/m);
  for (const form of ['short', 'short-iso-precise', 'short-unix'])
    await same(journal, `-o ${form}`, { TZ: '<+0530>-5:30' });
});

/** Options that choose, order and shorten. `FIRST` stands for the cursor of the first entry. */
const choices = [
  ...['-p notice', '-p notice..info', '-g ^ssh.*(failure|unban)'],
  ...['-g BANNED --case-sensitive=no', '-e -n 2 --no-pager', '-r', '-r -n 2', '-n 3 --show-cursor'],
  ...['-b', `-b ${'a'.repeat(32)}`, '-q -r -o short-delta', '-S @1777636801.25'],
  ...['-U @1777636812.000001 -r', '-S 2026-05-01 -U 2026-05-02', '--utc --no-hostname'],
  ...['--cursor=FIRST -n 2', '--after-cursor=FIRST', '-o verbose --output-fields=MESSAGE'],
];

test('what chooses among entries chooses those that journalctl chooses', { skip }, async (t) => {
  const journal = logJournal(t);
  const { output } = await journal.f2bctl(['-o', 'json', '-n', '+1']);
  const first: string = JSON.parse(output.toString()).__CURSOR;
  await Promise.all(choices.map((argv) => same(journal, argv.replace('FIRST', first))));
});

test('who greps for what no message has is told so by the exit status that journalctl has', { skip }, async (t) => {
  const journal = logJournal(t);
  for (const argv of [
    ['-g', 'BANNED'],
    ['-q', '-g', 'nobody'],
    ['-q', '-g', '^ssh'],
    ['-q', '-u', 'nobody.service'],
  ]) {
    const [ours, theirs] = await Promise.all([journal.f2bctl(argv), journal.journalctl(argv)]);
    assert.equal(ours.status, theirs.status, argv.join(' '));
  }
});

/** The texts of a stream of JSON, by what ends them in each form. */
const ENDS: readonly (readonly [form: string, end: RegExp])[] = [
  ['json', /(?<=\})\n/],
  ['json-pretty', /(?<=^\})\n/m],
  ['json-seq', /\n(?=\u001e|$)/],
  ['json-sse', /\n\n/],
];

test('the forms of JSON have what journalctl’s have, each framed as its kind asks', { skip }, async (t) => {
  const journal = logJournal(t);
  for (const [form, end] of ENDS) {
    const [ours, theirs] = await Promise.all([
      journal.f2bctl(['-o', form, '-x']),
      journal.journalctl(['-o', form, '-x']),
    ]);
    const objects = ({ output }: Answer) => {
      const texts = output.toString().split(end);
      assert.equal(texts.pop(), '', form);
      const frame = form === 'json-seq' ? '\u001e' : form === 'json-sse' ? 'data: ' : '';
      assert.ok(texts.every((text) => text.startsWith(`${frame}{`)));
      // systemd 254 and newer also tell the number of the entry.
      // There may be several cursors, so f2bctl has a list of them always.
      return texts.map((text) =>
        JSON.parse(text.slice(frame.length), (name, value) => {
          if (/^__SEQ/.test(name)) return undefined;
          return name === 'F2B_CURSOR' ? [value].flat() : value;
        }),
      );
    };
    assert.equal(objects(ours).length, 5);
    assert.deepEqual(objects(ours), objects(theirs), form);
  }
});

/** Fields of entries in the export format, each with its bytes, in the order of their names. */
function fieldsOf(bytes: Buffer): readonly (readonly string[])[] {
  const entries: string[][] = [[]];
  for (let at = 0; at < bytes.length; ) {
    const line = bytes.subarray(at, bytes.indexOf('\n', at)).toString('latin1');
    at += line.length + 1;
    if (line === '') entries.push([]);
    else if (line.includes('=')) entries.at(-1)?.push(line);
    else {
      const length = Number(bytes.readBigUInt64LE(at));
      entries.at(-1)?.push(`${line}=${bytes.subarray(at + 8, at + 8 + length).toString('latin1')}`);
      at += 8 + length + 1;
    }
  }
  return entries.map((fields) => fields.filter((field) => !field.startsWith('__SEQ')).sort());
}

test('an export is journalctl’s, whatever a value holds, and is read back by systemd-journal-remote', {
  skip,
}, async (t) => {
  const journal = logJournal(t);
  journal.append(HOSTILE);
  const [ours, theirs] = await Promise.all([journal.f2bctl(['-o', 'export']), journal.journalctl(['-o', 'export'])]);
  assert.deepEqual(fieldsOf(ours.output), fieldsOf(theirs.output));
  const user = Buffer.from(HOSTILE_USER);
  const binary = Buffer.concat([Buffer.from('F2B_USER\n'), Buffer.from([user.length, 0, 0, 0, 0, 0, 0, 0]), user]);
  assert.ok(ours.output.includes(binary));
  const copy = join(journal.folder, 'copy.journal');
  const imported = spawnSync(JOURNAL_REMOTE, [`--output=${copy}`, '-'], { input: ours.output });
  assert.equal(imported.status, 0, String(imported.stderr));
  const read = (...argv: readonly string[]) =>
    spawnSync('journalctl', [...argv, '-o', 'export', '--output-fields=F2B_USER,MESSAGE']).stdout;
  const withoutCursors = (bytes: Buffer) =>
    fieldsOf(bytes).map((fields) => fields.filter((field) => !/^__CURSOR/.test(field)));
  const original = read('-D', journal.files, '_SYSTEMD_UNIT=f2bd.service');
  assert.deepEqual(withoutCursors(read('--file', copy)), withoutCursors(original));
});

test('what an attacker wrote is told in every form, where journalctl tells its length, and steers no terminal', {
  skip,
}, async (t) => {
  const journal = logJournal(t);
  journal.append(HOSTILE);
  const escaped = 'ro\\u001b[2Jot\\u000aF2B_ADDRESS=198.51.100.9';
  const verbose = (await journal.f2bctl(['-o', 'verbose', '-n', '1'])).output.toString();
  assert.match(verbose, /^Fri 2026-05-01 12:00:30\.000000 UTC \[s=/);
  assert.ok(verbose.includes(`\n    F2B_USER=${escaped}\n`), verbose);
  const onTerminal = spawnSync(
    'script',
    ['-qc', `node ${F2BCTL} log -D ${journal.files} -o export -n 1 --no-pager`, '/dev/null'],
    {
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm' },
    },
  );
  assert.ok(onTerminal.stdout.includes(`F2B_USER=${escaped}\r\n`), onTerminal.stdout);
  for (const form of ['short', 'cat', 'verbose', 'json', 'json-pretty', 'json-seq']) {
    const { output } = await journal.f2bctl(['-o', form, '-n', '1']);
    assert.ok(!output.includes('\u001b'), form);
    assert.ok(!/^ *"?F2B_ADDRESS"?[=:] ?"?198/m.test(output.toString()), form);
  }
});

test('a file with a cursor goes on where it stood, and is the one that journalctl goes on from', {
  skip,
}, async (t) => {
  const journal = logJournal(t);
  const file = (name: string) => join(journal.folder, name);
  const option = (name: string) => ['-q', '-o', 'cat', `--cursor-file=${file(name)}`];
  const both = async () => {
    const [ours, theirs] = [await journal.f2bctl(option('ours')), await journal.journalctl(option('theirs'))];
    assert.equal(String(ours.output), String(theirs.output));
    assert.equal(readFileSync(file('ours'), 'utf8'), readFileSync(file('theirs'), 'utf8'));
    return String(ours.output).split('\n').length - 1;
  };
  assert.equal(await both(), 5);
  assert.equal(await both(), 0);
  journal.append(LATER);
  assert.equal(await both(), 1);
});

test('explanations are those of the catalog, below the forms that journalctl has them below', {
  skip: skip || needsRoot,
}, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'f2b-catalog-'));
  t.after(() => rmSync(root, { recursive: true }));
  const [sources, built] = ['usr/lib/systemd/catalog', 'var/lib/systemd/catalog'].map((name) => join(root, name));
  for (const folder of [sources, built]) mkdirSync(folder ?? '', { recursive: true });
  cpSync(join(repository, 'debian/f2b.catalog'), join(sources ?? '', 'f2b.catalog'));
  assert.equal(spawnSync('journalctl', ['--update-catalog', `--root=${root}`]).status, 0);
  const mounted = `mount --bind ${built} /var/lib/systemd/catalog && exec "$@"`;
  const journal = logJournal(t, ['unshare', '--mount', 'sh', '-c', mounted, 'sh']);
  // f2bctl leaves out who made the explanation, and blanks at the end of a line.
  const plain = ({ output }: Answer) =>
    withColons(
      output
        .toString()
        .replace(/^░░ Defined-By: .*\n/gm, '')
        .replace(/ +$/gm, ''),
    );
  for (const form of ['short', 'short-iso', 'with-unit', 'verbose', 'cat']) {
    const argv = ['-x', '-o', form, ...(form === 'verbose' ? ['--output-fields=MESSAGE'] : [])];
    const [ours, theirs] = await Promise.all([journal.f2bctl(argv), journal.journalctl(argv)]);
    assert.equal(plain(ours), plain(theirs), form);
    assert.equal(/^░░ /m.test(plain(ours)), form !== 'cat', form);
  }
});

test('a terminal has the pager that is asked for, and none with --no-pager', { skip }, (t) => {
  const { files } = logJournal(t);
  const shown = (options: string, environment = {}) => {
    const command = `node ${F2BCTL} log -D ${files} -o cat -n 1 ${options}`;
    const env = { ...process.env, TERM: 'xterm', SYSTEMD_PAGER: 'sed s/^/PAGED:/', NO_COLOR: '1', ...environment };
    return spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', env }).stdout.replaceAll('\r', '');
  };
  const line = 'ssh.service: banned 192.0.2.1 for 10min after 5 failures\n';
  assert.equal(shown(''), `PAGED:${line}`);
  for (const text of [shown('--no-pager'), shown('', { SYSTEMD_PAGER: '' }), shown('', { TERM: 'dumb' })])
    assert.equal(text, line);
});

test('who may not read the journal is told so, where journalctl tells it, and how that is mended', {
  skip: skip || needsRoot,
}, async (t) => {
  const { folder, files } = logJournal(t);
  // The programs may lie where only root may look.
  const place = join(folder, 'program');
  mkdirSync(join(place, 'node_modules'), { recursive: true });
  cpSync(join(repository, 'dist'), place, { recursive: true });
  for (const path of [place, folder, files]) chmodSync(path, 0o755);
  chmodSync(join(files, 'system.journal'), 0o640);
  const mounted = `mount --bind ${join(repository, 'node_modules')} ${place}/node_modules && exec "$@"`;
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const asNobody = (...argv: readonly string[]) =>
    spawnSync('unshare', ['--mount', 'sh', '-c', mounted, 'sh', ...nobody, ...argv], { encoding: 'utf8', cwd: '/' });
  const theirs = asNobody('journalctl', '-D', files);
  assert.match(theirs.stderr, /insufficient permissions/);
  assert.match(theirs.stderr, /groups 'adm', 'systemd-journal'/);
  for (const argv of [[], ['-f'], ['-q'], ['-o', 'json']]) {
    const { status, stdout, stderr } = asNobody('node', join(place, 'f2bctl.js'), 'log', '-D', files, ...argv);
    assert.deepEqual([status, stdout], [77, ''], argv.join(' '));
    assert.match(
      stderr,
      /^f2bctl: this user may not read the journal: .*system\.journal\nhint: .*systemd-journal or adm/,
    );
  }
  chmodSync(join(files, 'system.journal'), 0o644);
  const allowed = asNobody('node', join(place, 'f2bctl.js'), 'log', '-D', files, '-n', '1', '-o', 'cat');
  assert.equal(allowed.stdout, 'ssh.service: banned 192.0.2.1 for 10min after 5 failures\n', allowed.stderr);
});
