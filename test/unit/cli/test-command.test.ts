import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repository } from '../../support/repository.js';

const folder = mkdtempSync(join(tmpdir(), 'f2b-test-command-'));
after(() => rmSync(folder, { recursive: true }));

function f2bctl(args: readonly string[], input = '') {
  const env = { ...process.env, TZ: 'CET-01CEST-02,M3.5.0,M10.5.0' };
  const path = ['--filter-path', join(repository, 'filters')];
  const program = join(repository, 'dist', 'f2bctl.js');
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'test', ...args, ...path], { input, env });
  return { out: stdout.toString(), error: stderr.toString(), status };
}

const at = ['--now', '2005-08-14T12:00:00+02:00'];
const failed = 'Aug 14 11:59:59 host sshd[7]: Failed password for root from 192.0.2.1 port 22 ssh2';

test('f2bctl test: a filter is found in the folders that FilterPath= names', () => {
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'mine.conf'), '[Definition]\nfailregex = ^\\S+ mine: <HOST>$\n');
  writeFileSync(join(folder, 'f2bd.conf'), `[Agent]\nFilterPath=${elsewhere}\n[Ban]\nMaxRetri=1\n`);
  const { out, error, status } = f2bctl(['mine', 'host mine: 192.0.2.1', '--config-directory', folder]);
  assert.deepEqual([status, error], [0, '']);
  assert.match(out, /192\.0\.2\.1/);
});

test('f2bctl test: json tells every line of a file in order', () => {
  const input = `${failed}\nAug 14 11:59:59 host cron[1]: hello\n\n\xff\0\u2028\r\n`;
  const { out, status } = f2bctl(['sshd', '--file', '-', '--output', 'json', ...at], input);
  assert.equal(status, 0);
  assert.deepEqual(
    out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])),
    [
      {
        line: 1,
        outcome: 'failure',
        failures: [
          {
            id: '192.0.2.1',
            time: '2005-08-14T11:59:59+02:00',
            matches: 1,
            fields: { user: 'root', ip4: '192.0.2.1', users: ['root'] },
          },
        ],
      },
      { line: 2, outcome: 'none' },
      { line: 3, outcome: 'none' },
      { line: 4, outcome: 'none' },
    ],
  );
});

test('f2bctl test: summary-json counts', () => {
  const path = join(folder, 'log');
  writeFileSync(path, `${failed}\n`.repeat(3000) + 'other\n'.repeat(2000));
  const { out } = f2bctl(['sshd', '--file', path, '--output', 'summary-json', ...at]);
  const { entries, failures, ignored, missed, seconds, entriesPerSecond } = JSON.parse(out);
  assert.deepEqual({ entries, failures, ignored, missed }, { entries: 5000, failures: 3000, ignored: 0, missed: 2000 });
  assert.ok(seconds > 0 && entriesPerSecond > 0);
});

test('f2bctl test: a line is explained with place, match and captures', () => {
  const { out } = f2bctl(['sshd', 'host sshd[7]: Failed password for root from 192.0.2.1 port 22 ssh2']);
  assert.match(out, /^failure of 192\.0\.2\.1\n/);
  assert.match(out, /failregex {2}\S*filters\/sshd\.conf:\d+ {2}\^<F-ONCE>Failed<\/F-ONCE> /);
  assert.match(out, /\n {4}user +root\n/);
  assert.match(out, /\n {4}~{50,}\n/);
});

test('f2bctl test: a line with the date journalctl shows is understood', () => {
  assert.match(f2bctl(['sshd', failed]).out, /^failure of 192\.0\.2\.1\n/);
});

test('f2bctl test: for a line that misses, the regex that came closest is shown', () => {
  const { out } = f2bctl(['^Login of <F-USER>\\S+</F-USER> failed from <HOST>$', 'Login of me failed for 192.0.2.1']);
  assert.match(out, /^not matched\n/);
  assert.match(out, /closest: /);
  assert.match(out, /~{18}\n/);
});

test('f2bctl test: nothing in a line can steer the terminal', () => {
  const { out } = f2bctl(['x <HOST>', 'x 192.0.2.1 \u001b[2J\u202e\u009b\u0007']);
  assert.match(out, /\\u001b\[2J\\u202e\\u009b\\u0007/);
  assert.doesNotMatch(out, /[\u001b\u202e\u009b\u0007]/);
  const json = f2bctl(['x <F-USER>.*</F-USER> <HOST>', 'x \u009b2J\u202e 192.0.2.1', '-o', 'json']).out;
  assert.match(json, /^[\n -~]+$/);
  assert.equal(JSON.parse(json).failures[0].fields.user, '\u009b2J\u202e');
});

test('f2bctl test: nothing in a filter can steer the terminal', () => {
  const path = join(folder, 'hostile.conf');
  writeFileSync(path, '[Definition]\nfailregex = ^x <HOST>$\n[Bad\u001b[31mSection\n');
  const { error, status } = f2bctl([path, 'x 192.0.2.1']);
  assert.equal(status, 78);
  assert.match(error, /hostile\.conf:3: "\[Bad\\u001b\[31mSection" is neither/);
});

test('f2bctl test: a bad filter is told with file, line and remedy, and exit status 78', () => {
  const path = join(folder, 'bad.conf');
  writeFileSync(path, '[INCLUDES]\nbefore = gone.conf\n[Definition]\nfailregex = ^nobody$\n');
  const { error, status } = f2bctl([path, 'x']);
  assert.equal(status, 78);
  assert.match(error, /bad\.conf:2: included file "gone\.conf" does not exist\n {2}hint: /);
});

test('f2bctl test: an unknown option names the one that was meant', () => {
  const { error, status } = f2bctl(['sshd[mod=ddos]', 'x']);
  assert.equal(status, 78);
  assert.match(error, /filter "sshd" has no option "mod"\n {2}hint: did you mean "mode"\?/);
});

test('f2bctl test: without anything to test on it says what to give', () => {
  const { error, status } = f2bctl(['sshd']);
  assert.equal(status, 64);
  assert.match(error, /hint: give one of them/);
});

test('f2bctl test: a line made to stall a regex is passed over and told, also when it is to be explained', () => {
  const path = join(folder, 'slow.conf');
  writeFileSync(path, '[Definition]\nfailregex = ^(?:\\w+\\s?)+(?<!-)! from <ADDR>$\n');
  const line = `${'a'.repeat(60)}! from nobody`;
  assert.match(f2bctl([path, line]).out, /^passed over: \^\(\?:\\w\+.* takes too long on it\n/);
  const { out } = f2bctl([path, '--file', '-', '--output', 'json'], `${line}\nok! from 192.0.2.1\n`);
  const [slow, hit] = out.split('\n').flatMap((row) => (row === '' ? [] : [JSON.parse(row)]));
  assert.deepEqual(slow, { line: 1, outcome: 'none', slow: '^(?:\\w+\\s?)+(?<!-)! from <ADDR>$' });
  assert.equal(hit.outcome, 'failure');
});

test('f2bctl test: a line made to stall a datepattern is one without a date', () => {
  const path = join(folder, 'slow-date.conf');
  const definition = 'failregex = from <ADDR>$\ndatepattern = ^(?:\\w+\\s?)+(?<!-)! %%Y-%%m-%%d\n';
  writeFileSync(path, `[Definition]\n${definition}`);
  const { out } = f2bctl(
    [path, '--file', '-', ...at],
    `${'a'.repeat(60)} from 192.0.2.1\nb! 2005-08-14 from 192.0.2.2\n`,
  );
  assert.match(out, /\n +2 {2}failures\n/);
  assert.match(out, /\n +1 {2}without a date; see datepattern/);
});

test('f2bctl test: a line of a megabyte takes time as it is long, not more', () => {
  const input = `${'x '.repeat(500_000)}\n${'12:34:5 '.repeat(125_000)}\n${failed}\n`;
  const { out } = f2bctl(['sshd', '--file', '-', '--output', 'json', ...at], input);
  assert.deepEqual(
    out.split('\n').flatMap((row) => (row === '' ? [] : [JSON.parse(row).outcome])),
    ['none', 'none', 'failure'],
  );
});

test('f2bctl test: all lines of a kind are shown when they are asked for', () => {
  const input = `${failed}\nhello\nworld\n`;
  const { out } = f2bctl(['sshd', '--file', '-', '--show', 'missed', ...at], input);
  assert.match(out, /^2: hello\n3: world\n3 lines in /);
  assert.match(f2bctl(['sshd', '--file', '-', '--show', 'all'], input).error, /failures, ignored, known, missed, slow/);
});

test('f2bctl test: a mistyped name of a filter and a line nothing is like are told as such', () => {
  assert.match(f2bctl(['ssh', 'x']).error, /there is no filter "ssh" in .*\n {2}hint: did you mean "sshd"\?/);
  assert.match(
    f2bctl(['sshd', 'Failed password']).out,
    /no regex matches even its beginning.* HOST IDENT\[PID\]: MESSAGE/,
  );
});
