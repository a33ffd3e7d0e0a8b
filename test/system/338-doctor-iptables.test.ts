/** doctor tells of rules of a real iptables that nobody keeps up to date, and of nothing that others keep for themselves. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { iptables } from '../../src/cli/doctor/iptables.js';
import type { CommandAnswer } from '../../src/host/programs/run-command.js';
import { unpackedIptables } from '../support/fail2ban-package.js';

const isRoot = process.getuid?.() === 0;
const skip = !isRoot
  ? 'needs root for a network namespace'
  : unpackedIptables === undefined && 'iptables is missing: run test/setup system';

/** What nft lists in a namespace of its own after these commands. */
function rulesAfter(...commands: readonly string[]): string {
  const { program = '', extensions = '' } = unpackedIptables ?? {};
  const functions = ['iptables', 'ip6tables'].map((name) => `${name}() { ${program} ${name} "$@"; }`);
  const script = [...functions, ...commands, 'nft -t list ruleset'].join('\n');
  const env = { ...process.env, XTABLES_LIBDIR: extensions };
  return execFileSync('unshare', ['--net', 'sh', '-ec', script], { encoding: 'utf8', env, stdio: 'pipe' });
}

/** What is told of these rules where fail2ban is in this state. */
async function told(rules: string, fail2ban: string, status = 0): Promise<readonly string[]> {
  const answers: Readonly<Record<string, CommandAnswer>> = {
    '/usr/sbin/nft -t list ruleset': { status, output: rules },
    'systemctl is-active -- fail2ban.service': { status: 3, output: `${fail2ban}\n` },
  };
  const found = await iptables({ run: async (argv) => answers[argv.join(' ')] });
  return found.map(({ message }) => message);
}

const OF_FAIL2BAN = [
  'iptables -N f2b-sshd',
  'iptables -A f2b-sshd -s 192.0.2.1 -j REJECT',
  'iptables -A f2b-sshd -j RETURN',
  'iptables -I INPUT -p tcp -m multiport --dports 22 -j f2b-sshd',
];

test('rules of iptables for what comes in are told, and a closed chain', { skip }, async () => {
  const rules = rulesAfter('iptables -A INPUT -p tcp --dport 25 -j DROP', 'ip6tables -P INPUT DROP');
  const found = await told(rules, 'inactive');
  assert.equal(found.length, 2);
  assert.match(
    found[0] ?? '',
    /^iptables is at work beside the firewall of f2b \(1 rule in INPUT\): whom it keeps out/,
  );
  assert.match(found[1] ?? '', /^ip6tables is at work beside the firewall of f2b \(policy drop in INPUT\)/);
});

test('what other programs keep for themselves, and f2b’s own table, is nothing to tell', { skip }, async () => {
  const docker = ['iptables -N DOCKER-USER', 'iptables -A FORWARD -j DOCKER-USER', 'iptables -t nat -N DOCKER'];
  const ufw = ['iptables -P INPUT DROP', 'iptables -N ufw-before-input', 'iptables -A INPUT -j ufw-before-input'];
  const ufw6 = ['ip6tables -P INPUT DROP', 'ip6tables -N ufw6-before-input', 'ip6tables -A INPUT -j ufw6-before-input'];
  const kubernetes = [
    'iptables -N KUBE-FIREWALL',
    'iptables -A INPUT -m conntrack --ctstate NEW -m comment --comment "health check" -j KUBE-FIREWALL',
    'iptables -A INPUT -j KUBE-FIREWALL -m comment --comment "health check"',
    // So other releases of nft list it.
    `nft add rule ip filter INPUT counter jump KUBE-FIREWALL comment '"health check"'`,
  ];
  const own = ['nft add table inet f2b', "nft add chain inet f2b input '{ type filter hook input priority 0; }'"];
  assert.deepEqual(await told(rulesAfter(...docker, ...ufw, ...ufw6, ...own), 'inactive'), []);
  assert.deepEqual(await told(rulesAfter(...docker, ...kubernetes), 'inactive'), []);
  assert.deepEqual(await told(rulesAfter(...OF_FAIL2BAN), 'active'), []);
});

test('a rule of a person’s own beside those of ufw is told, whatever its comment says', { skip }, async () => {
  const ufw = ['iptables -P INPUT DROP', 'iptables -N ufw-before-input', 'iptables -A INPUT -j ufw-before-input'];
  const rule = `nft add rule ip filter INPUT tcp dport 25 drop comment '"or jump ufw-before-input"'`;
  const [found = '', ...others] = await told(rulesAfter(...ufw, rule), 'inactive');
  assert.match(found, /\(1 rule in INPUT\)/);
  const [closed = ''] = await told(rulesAfter('iptables -P INPUT DROP', 'iptables -N ufw-x', rule), 'inactive');
  assert.match(closed, /\(1 rule, policy drop in INPUT\)/);
  assert.deepEqual(others, []);
});

test('whom fail2ban left banned is told once it does not run', { skip }, async () => {
  const rules = rulesAfter(...OF_FAIL2BAN, 'nft add table inet f2b-table');
  const found = await told(rules, 'inactive');
  assert.deepEqual(found, [
    'fail2ban does not run, and whom it banned is still kept out by chains of iptables: f2b-sshd',
    'fail2ban does not run, and whom it banned is still kept out by the table inet f2b-table',
  ]);
});

test('where the rules may not be read nothing is told of them', async () => {
  assert.deepEqual(await told('table ip filter {\n\tchain f2b-x {\n\t}\n}\n', 'inactive', 1), []);
});
