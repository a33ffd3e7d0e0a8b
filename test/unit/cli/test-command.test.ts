import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repository } from '../../repository.js';

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
  assert.match(out, /failregex {2}\S*filters\/sshd\.conf:\d+ {2}\^Failed /);
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
  assert.match(out, /\\x1b\[2J\\u202e\\x9b\\x07/);
  assert.doesNotMatch(out, /[\u001b\u202e\u009b\u0007]/);
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
