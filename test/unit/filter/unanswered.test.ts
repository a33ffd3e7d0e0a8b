/** What only PAM tells of an attempt to log in, as sshd was ended before it said that it failed. Lines of real servers. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { repository } from '../../support/repository.js';

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

function sshd() {
  const { value = assert.fail('no filter') } = loadFilter(
    { name: 'sshd', options: {} },
    { path: [join(repository, 'filters')], read },
  );
  return createMatcher(value);
}

/** What each line, told to be written so many seconds after the first, is charged for: addresses with the lines. */
function charged(lines: readonly (readonly [seconds: number, text: string])[], matcher = sshd()) {
  return lines.map(([seconds, text], index) => {
    const line = { text: `web ${text}`, at: seconds * MICROS_PER_SECOND, cursor: `c${index + 1}` };
    const verdict = matcher.match(line);
    if (verdict.outcome !== 'failure') return '';
    return verdict.hits.map(({ id, user, evidence }) => `${id} ${user} <${evidence.join(' ')}>`).join(', ');
  });
}

const pam = (pid: number, address: string, user = 'root', module = 'pam_unix') =>
  `sshd[${pid}]: ${module}(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}  user=${user}`;
const failed = (pid: number, address: string) =>
  `sshd[${pid}]: Failed password for root from ${address} port 40001 ssh2`;
const accepted = (pid: number, address: string) =>
  `sshd[${pid}]: Accepted password for root from ${address} port 40001 ssh2`;
const other = 'sshd[99]: Connection closed by 198.51.100.1 port 40000 [preauth]';

test('a wrong password that only PAM tells of is a failure three minutes later', () => {
  assert.deepEqual(
    charged([
      [0, pam(1, '192.0.2.1')],
      [170, other],
      [181, other],
      [400, other],
    ]),
    ['', '', '192.0.2.1 root <c1>', ''],
  );
});

test('who sends each guess when the time is nearly up is charged with each of them', () => {
  const guesses = Array.from({ length: 6 }, (_, n) => [n * 120, pam(n + 1, '192.0.2.1')] as const);
  assert.deepEqual(charged([...guesses, [1_000, other]]), [
    '',
    '',
    '192.0.2.1 root <c1>',
    '192.0.2.1 root <c2>',
    '192.0.2.1 root <c3>',
    '192.0.2.1 root <c4>',
    '192.0.2.1 root <c5>, 192.0.2.1 root <c6>',
  ]);
});

test('what sshd says of it counts, and PAM’s line no more', () => {
  assert.deepEqual(
    charged([
      [0, pam(1, '192.0.2.1')],
      [2, failed(1, '192.0.2.1')],
      [400, other],
    ]),
    ['', '192.0.2.1 root <c1 c2>', ''],
  );
});

test('of a login that succeeds, whatever databases PAM asks for it, nothing counts', () => {
  assert.deepEqual(
    charged([
      [0, pam(1, '192.0.2.1')],
      [1, pam(2, '192.0.2.1')],
      [20, accepted(1, '192.0.2.1')],
      [400, other],
    ]),
    ['', '', '', ''],
  );
});

test('sshd’s word is of the attempt that it is about, whatever else waits', () => {
  assert.deepEqual(
    charged([
      [0, pam(1, '192.0.2.1', 'alice')],
      [100, pam(2, '192.0.2.1')],
      [102, failed(2, '192.0.2.1')],
      [181, other],
      [400, other],
    ]),
    ['', '', '192.0.2.1 root <c2 c3>', '192.0.2.1 alice <c1>', ''],
  );
});

test('two databases that refuse one password are one attempt', () => {
  assert.deepEqual(
    charged([
      [0, pam(1, '192.0.2.1')],
      [0, pam(1, '192.0.2.1', 'root', 'pam_sss')],
      [2, failed(1, '192.0.2.1')],
      [400, other],
    ]),
    ['', '', '192.0.2.1 root <c1 c2 c3>', ''],
  );
});

test('PAM’s own process, which has another number, tells of the same attempt', () => {
  assert.deepEqual(
    charged([
      [0, pam(2, '192.0.2.1')],
      [2, 'sshd[1]: error: PAM: Authentication failure for root from 192.0.2.1'],
      [400, other],
    ]),
    ['', '192.0.2.1 root <c2>', ''],
  );
});

test('what is said of others answers nothing', () => {
  assert.deepEqual(
    charged([
      [0, pam(1, '192.0.2.1')],
      [2, failed(2, '192.0.2.2')],
      [3, accepted(3, '192.0.2.3')],
      [4, 'sshd[1]: Connection closed by authenticating user root 192.0.2.1 port 40001 [preauth]'],
      [400, other],
    ]),
    ['', '192.0.2.2 root <c2>', '', '', '192.0.2.1 root <c1>'],
  );
});

test('lines that come again after a reset are charged as at first', () => {
  const matcher = sshd();
  charged([[0, pam(1, '192.0.2.1')]], matcher);
  matcher.reset();
  assert.deepEqual(charged([[400, other]], matcher), ['']);
});

test('of a flood that nobody answers so many attempts wait as there is room for, and the rest charges nobody', () => {
  const matcher = sshd();
  const flood = Array.from({ length: 10_500 }, (_, n) => [n / 1_000, pam(n, `192.0.2.${n % 250}`)] as const);
  charged(flood, matcher);
  const [later = ''] = charged([[1_000, other]], matcher);
  assert.equal(later.split(', ').length, 10_000);
});
