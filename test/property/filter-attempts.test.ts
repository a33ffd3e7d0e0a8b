/**
 * Log-ins to sshd from several addresses at once, each of which ends otherwise: sshd says that it failed, or is ended
 * before, or lets somebody in. Each wrong password is charged once, to whoever sent it, whatever happens besides.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { MICROS_PER_SECOND } from '../../src/core/time.js';
import { loadFilter } from '../../src/filter/load-filter.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import { repository } from '../support/repository.js';
import '../support/seed.js';

const runs = Number(process.env['F2B_RUNS'] ?? 500);
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const filter = loadFilter({ name: 'sshd', options: {} }, { path: [join(repository, 'filters')], read }).value;
assert.ok(filter);

/**
 * How it ends: sshd tells, by password or through a process of PAM's own; it is ended before; the password was right; or
 * there was none, for an account that does not exist.
 */
type End = 'told' | 'told by PAM' | 'cut short' | 'let in' | 'unknown account';

interface Login {
  /** Of three addresses; those from the last one alone may be let in. */
  readonly from: number;
  readonly end: End;
  /** s, when PAM speaks, and how much later sshd does. */
  readonly at: number;
  readonly pause: number;
}

const login = fc.record({ at: fc.nat(900), pause: fc.nat(20) }).chain((times) =>
  fc.oneof(
    fc.record<Login>({
      ...{ at: fc.constant(times.at), pause: fc.constant(times.pause), from: fc.nat(1) },
      end: fc.constantFrom<End>('told', 'told by PAM', 'cut short', 'unknown account'),
    }),
    fc.record<Login>({
      ...{ at: fc.constant(times.at), pause: fc.constant(times.pause), from: fc.constant(2) },
      end: fc.constant<End>('let in'),
    }),
  ),
);

const address = (from: number) => `192.0.2.${from}`;

function linesOf(
  { from, end, at, pause }: Login,
  pid: number,
): readonly { readonly at: number; readonly text: string }[] {
  if (end === 'unknown account') {
    const account = `invalid user x from ${address(from)} port 40000`;
    return [
      { at, text: `sshd[${pid}]: I${account.slice(1)}` },
      { at, text: `sshd[${pid}]: Failed none for ${account} ssh2` },
      {
        at: at + pause,
        text: `sshd[${pid}]: Connection closed by invalid user x ${address(from)} port 40000 [preauth]`,
      },
    ];
  }
  const speaker = end === 'told by PAM' ? pid + 1 : pid;
  const pam = `sshd[${speaker}]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address(from)}  user=root`;
  const endings: Readonly<Record<Exclude<End, 'unknown account'>, string | undefined>> = {
    told: `sshd[${pid}]: Failed password for root from ${address(from)} port 40000 ssh2`,
    'told by PAM': `sshd[${pid}]: error: PAM: Authentication failure for root from ${address(from)}`,
    'let in': `sshd[${pid}]: Accepted password for root from ${address(from)} port 40000 ssh2`,
    'cut short': undefined,
  };
  const text = endings[end];
  return [{ at, text: pam }, ...(text === undefined ? [] : [{ at: at + pause, text }])];
}

/** PAM's process tells of the second one, which is taken for the first until sshd tells of that itself. */
const crossed: readonly Login[] = [
  { at: 0, pause: 17, from: 0, end: 'told' },
  { at: 5, pause: 2, from: 0, end: 'told by PAM' },
];

test('each wrong password is charged once, to whoever sent it, whether sshd says so or not', () => {
  assert.ok(filter);
  fc.assert(
    fc.property(fc.array(login, { maxLength: 25 }), (logins) => {
      const lines = logins
        .flatMap((one, index) => linesOf(one, 1_000 + 2 * index))
        .toSorted((one, other) => one.at - other.at);
      const matcher = createMatcher(filter);
      const charged = new Map<string, number>();
      for (const [index, { at, text }] of [
        ...lines,
        { at: 2_000, text: 'sshd[1]: Connection closed by 198.51.100.1 port 40000 [preauth]' },
      ].entries()) {
        const verdict = matcher.match({ text: `web ${text}`, at: at * MICROS_PER_SECOND, cursor: String(index) });
        if (verdict.outcome !== 'failure') continue;
        for (const { id } of verdict.hits) charged.set(id, (charged.get(id) ?? 0) + 1);
      }
      const sent = new Map<string, number>();
      for (const { from, end } of logins)
        if (end !== 'let in') sent.set(address(from), (sent.get(address(from)) ?? 0) + 1);
      assert.deepEqual([...charged].toSorted(), [...sent].toSorted());
    }),
    { numRuns: runs, examples: [[[...crossed]]] },
  );
});

/** What OpenSSH 10 and PAM log of one connection, by its methods, with LogLevel=INFO; `speaks`: PAM does so of the attempt. */
function linesOfConnection(
  attempts: readonly (readonly [method: 'password' | 'keyboard-interactive', speaks: boolean])[],
) {
  const peer = `${address(1)} port 40000`;
  const lines = attempts.flatMap(([method, speaks], index) => {
    const isPassword = method === 'password';
    const pam = `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address(1)}  user=root`;
    const said = speaks ? [`sshd-session[${isPassword ? 7 : 100 + index}]: ${pam}`] : [];
    if (isPassword) return [...said, `sshd-session[7]: Failed password for root from ${peer} ssh2`];
    const late = index < 3 ? [] : [`sshd-session[7]: Failed keyboard-interactive/pam for root from ${peer} ssh2`];
    return [...said, `sshd-session[7]: error: PAM: Authentication failure for root from ${address(1)}`, ...late];
  });
  if (attempts.length < 6)
    return [...lines, `sshd-session[7]: Connection closed by authenticating user root ${peer} [preauth]`];
  return [
    ...lines,
    `sshd-session[7]: error: maximum authentication attempts exceeded for root from ${peer} ssh2 [preauth]`,
    `sshd-session[7]: Disconnecting authenticating user root ${peer}: Too many authentication failures [preauth]`,
  ];
}

test('of one connection each wrong password is charged once, by whichever method it came and whether PAM speaks or not', () => {
  assert.ok(filter);
  const attempt = fc.tuple(fc.constantFrom('password' as const, 'keyboard-interactive' as const), fc.boolean());
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1, maxLength: 6 }), (attempts) => {
      const matcher = createMatcher(filter);
      const lines = [...linesOfConnection(attempts), 'sshd[1]: Connection closed by 198.51.100.1 port 40000 [preauth]'];
      const hits = lines.flatMap((text, index) => {
        const at = (index < lines.length - 1 ? index : 2_000) * MICROS_PER_SECOND;
        const verdict = matcher.match({ text: `web ${text}`, at, cursor: String(index) });
        return verdict.outcome === 'failure' ? verdict.hits : [];
      });
      assert.deepEqual(
        hits.map(({ id }) => id),
        attempts.map(() => address(1)),
      );
    }),
    { numRuns: runs },
  );
});
