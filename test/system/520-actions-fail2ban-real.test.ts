/** fail2ban's action files, their commands run for real in a network namespace; and values that an attacker chose. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { basicEnvironment, outcomeOf } from '../../src/actions/command.js';
import type { ShellCommand } from '../../src/actions/fail2ban/shell-command.js';
import type { Outcome } from '../../src/actions/outcome.js';
import { printable } from '../../src/core/printable.js';
import { fail2banPackages, type Step, unpackedIptables } from '../support/fail2ban-package.js';
import { runBounded } from '../support/run-bounded.js';
import '../support/seed.js';
import { lifeOf } from './fail2ban-life.js';
import { labObstacle } from './lab.js';

const newest = fail2banPackages.at(-1);
const skip = labObstacle() ?? (newest === undefined ? 'fail2ban’s packages are missing: run test/setup system' : false);
const namespace = `f2b-a-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'f2b-fail2ban-'));
const NOON = 1_777_636_800.5;

/** What commands find, and where iptables has its extensions. */
const environment = {
  ...basicEnvironment,
  PATH: `${folder}:${basicEnvironment.PATH}`,
  XTABLES_LIBDIR: unpackedIptables?.extensions ?? '',
};

before(() => {
  if (skip !== false) return;
  execFileSync('ip', ['netns', 'add', namespace]);
  for (const name of ['iptables', 'ip6tables', 'iptables-save', 'ip6tables-save'])
    symlinkSync(unpackedIptables?.program ?? '/missing', join(folder, name));
});
after(() => {
  if (skip === false) execFileSync('ip', ['netns', 'delete', namespace]);
  rmSync(folder, { recursive: true });
});

function inside(...command: readonly string[]): string {
  return execFileSync('ip', ['netns', 'exec', namespace, ...command], { encoding: 'utf8', env: environment });
}

async function run(key: string, command: ShellCommand, signal: AbortSignal): Promise<Outcome> {
  const argv = ['/usr/sbin/ip', 'netns', 'exec', namespace, '/bin/sh', '-c', ...command];
  return outcomeOf(key, await runBounded({ argv, environment, signal }));
}

function ban(ip: string, fields: { readonly matches?: readonly string[]; readonly user?: string } = {}): Step {
  const { matches = [], user } = fields;
  return {
    ...{ do: 'ban', time: NOON, ip, failures: 5, bancount: 1, matches },
    ...(user !== undefined && { data: { user } }),
  };
}

/** An action at work in the namespace. `actions`: the folder with the file, by default that of fail2ban's package. */
function begun(file: string, options: Readonly<Record<string, string>>, actions?: string) {
  const path = actions ?? join(newest?.configuration ?? '', 'action.d');
  return lifeOf({ jail: 'sshd', file, options, restored: [ban('192.0.2.7')] }, path, run);
}

const isAllDone = (outcomes: readonly Outcome[]) =>
  assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['done']));
const unban = (ip: string): Step => ({ do: 'unban', time: NOON, ip });
const start: Step = { do: 'start', time: NOON };
const stop: Step = { do: 'stop', time: NOON };

interface Real {
  readonly name: string;
  readonly file: string;
  readonly options: Readonly<Record<string, string>>;
  /** What shows who is banned. */
  readonly shows: () => string;
  readonly empty: RegExp;
  /** Why it cannot be tried. */
  readonly lacks?: string;
}

const hosts = join(folder, 'hosts.deny');
const real: readonly Real[] = [
  {
    ...{ name: 'iptables-multiport', file: 'iptables-multiport', options: { port: '22,2222' } },
    shows: () => inside('iptables-save') + inside('ip6tables-save'),
    empty: /^((?!f2b-sshd).)*$/s,
    ...(unpackedIptables === undefined && { lacks: 'iptables is missing: run test/setup system' }),
  },
  {
    ...{ name: 'nftables-multiport', file: 'nftables-multiport', options: { port: '22' } },
    shows: () => inside('nft', 'list', 'ruleset'),
    empty: /^((?!f2b-table).)*$/s,
  },
  {
    ...{ name: 'route', file: 'route', options: { blocktype: 'blackhole' } },
    shows: () => inside('ip', 'route') + inside('ip', '-6', 'route'),
    empty: /^((?!blackhole).)*$/s,
  },
  {
    ...{ name: 'hostsdeny', file: 'hostsdeny', options: { file: hosts } },
    shows: () => readFileSync(hosts, 'utf8'),
    empty: /^$/,
  },
];

for (const { name, file, options, shows, empty, lacks } of real) {
  test(`${name} bans and unbans both families for real, and takes all of it back`, {
    skip: skip === false ? (lacks ?? false) : skip,
  }, async () => {
    writeFileSync(hosts, '');
    const it = begun(file, options);
    isAllDone(await it.live([start, ban('192.0.2.1'), ban('2001:db8::1'), ban('192.0.2.9')]));
    for (const address of ['192.0.2.1', '2001:db8::1', '192.0.2.9', '192.0.2.7'])
      assert.ok(shows().includes(address), address);
    isAllDone(await it.live([unban('192.0.2.1')]));
    assert.ok(!/192\.0\.2\.1\b/.test(shows()));
    assert.ok(shows().includes('192.0.2.9'));
    isAllDone(await it.live([stop]));
    assert.match(shows(), empty);
  });
}

test('what somebody else removed is there again with the next ban', { skip }, async () => {
  const it = begun('nftables-multiport', { port: '22' });
  isAllDone(await it.live([start, ban('192.0.2.1')]));
  inside('nft', 'flush', 'ruleset');
  isAllDone(await it.live([ban('192.0.2.2')]));
  assert.match(inside('nft', 'list', 'ruleset'), /192\.0\.2\.2/);
  await it.live([stop]);
});

/** Keeps each mail in a file of its own. */
function sendmail(): string {
  const path = join(folder, 'sendmail');
  writeFileSync(path, `#!/bin/sh\ncat >"$(mktemp ${folder}/mail.XXXXXX)"\n`);
  chmodSync(path, 0o755);
  return path;
}

function mails(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith('mail.'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

test('a mail action tells of a start, of a ban with its entries, and of the end, and of nobody banned before', {
  skip,
}, async () => {
  const it = begun('sendmail-whois-matches', { mailcmd: sendmail(), _whois_command: 'true' });
  isAllDone(
    await it.live([start, ban('192.0.2.1', { matches: ['Failed password for root'] }), unban('192.0.2.1'), stop]),
  );
  const subjects = mails().map((text) => /^Subject: (.*?)(?: on| from) /m.exec(text)?.[1]);
  assert.deepEqual(subjects.toSorted(), [
    '[Fail2Ban] sshd: banned 192.0.2.1',
    '[Fail2Ban] sshd: started',
    '[Fail2Ban] sshd: stopped',
  ]);
  assert.ok(mails().some((text) => text.includes('Failed password for root')));
});

/** Where values stand in all ways that a shell knows, but for those that read a text as commands. */
const PLACES = [
  '[Definition]',
  `actionban = exec >>${folder}/out`,
  '  printf \'%%s\\n\' "<matches>" <F-USER> \'<F-USER>\' "x<ipmatches>y" $(echo "<F-USER>")',
  '  echo "`echo "<matches>"`" <matches> <ipjailmatches>',
  '  cat <<-END',
  '  <matches> <F-USER>',
  '  END',
  '  [ "<F-USER>" = "<F-USER>" ] && echo the end # <matches>',
].join('\n');

test('nothing of what an attacker chose is run, wherever it stands in a command', { skip }, async () => {
  writeFileSync(join(folder, 'places.conf'), PLACES);
  const owned = join(folder, 'owned');
  const tokens = [
    ...[
      "'",
      '"',
      '`',
      '$(',
      ')',
      '\\',
      '\n',
      '\r',
      ';',
      '|',
      '&',
      '<',
      '>',
      '#',
      '%s',
      '%(ip)s',
      '<ip>',
      '<matches>',
      '$f2bV_F_user',
    ],
    ...[
      'END',
      `${'$'}{IFS}`,
      '$IFS',
      '\t',
      ' ',
      '-e',
      '!',
      '*',
      '~',
      '{a,b}',
      '$0',
      '$1',
      "'$(",
      '";',
      `touch ${owned}`,
      `>${owned}`,
    ],
    ...[
      `$(touch ${owned})`,
      `\`touch ${owned}\``,
      `;touch ${owned};`,
      `\ntouch ${owned}\n`,
      `'; touch ${owned}; '`,
      `"; touch ${owned}; "`,
    ],
  ];
  const hostile = fc.array(fc.oneof(fc.constantFrom(...tokens), fc.string({ maxLength: 4 })), { maxLength: 8 });
  const out = join(folder, 'out');
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (user, line) => {
      rmSync(owned, { force: true });
      const it = begun('places', {}, folder);
      isAllDone(await it.live([start]));
      writeFileSync(out, '');
      const outcomes = await it.live([ban('192.0.2.1', { matches: [line.join('')], user: user.join('') })]);
      assert.ok(!readdirSync(folder).includes('owned'), JSON.stringify([user, line]));
      // No value makes a command fail, or ends it before its last word.
      assert.deepEqual(outcomes, [{ kind: 'done' }]);
      const written = readFileSync(out, 'utf8');
      const first = `${printable(`2026-05-01T12:00:00.500Z ${line.join('')}`)}\n`;
      assert.equal(written.slice(0, first.length), first);
      assert.match(written, /\nthe end\n$/);
    }),
    { numRuns: 80 },
  );
});
