/** Who may look and who may act, as a real polkitd says with our actions and rules. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH } from '../../src/control/interface.js';
import { serveAgent } from '../../src/control/server.js';
import { Bus } from '../../src/dbus/bus.js';
import { fakeAgent } from '../fakes/agent.js';
import { aBan, anAddress } from '../fakes/values.js';
import { BusDaemon, strictConfiguration, wallClock } from '../support/bus-daemon.js';
import { repository } from '../support/repository.js';
import { shownScreen } from '../support/shown-screen.js';

const POLKITD = '/usr/lib/polkit-1/polkitd';
const POLKIT_NAME = 'org.freedesktop.PolicyKit1';

function unmet(): string | false {
  if (process.getuid?.() !== 0) return 'needs root to act as several users';
  return existsSync(POLKITD) ? false : 'needs polkitd (test/setup system)';
}

const skip = unmet();

/** The folders that polkitd reads, with our files alone, and users: `nobody` reads the journal, `daemon` does not. */
function preparePolkit(folder: string, rule: string): void {
  const polkit = join(folder, 'polkit-1');
  mkdirSync(join(polkit, 'rules.d'), { recursive: true });
  cpSync('/usr/share/polkit-1/actions', join(polkit, 'actions'), { recursive: true });
  cpSync(join(repository, 'debian/org.f2b.Agent1.policy'), join(polkit, 'actions/org.f2b.Agent1.policy'));
  cpSync(join(repository, 'debian/f2b.rules'), join(polkit, 'rules.d/f2b.rules'));
  writeFileSync(join(polkit, 'rules.d/50-own.rules'), rule);
  const groups = readFileSync('/etc/group', 'utf8')
    .replace(/^(systemd-journal:.*)$/m, '$1,nobody')
    .replace(':,', ':');
  writeFileSync(join(folder, 'group'), groups);
}

/** An agent on a private bus with a polkitd of its own, which has this rule, too; `ask` calls a method as a user. */
async function withPolkit(t: TestContext, rule = '') {
  const daemon = new BusDaemon(
    strictConfiguration(
      join(repository, 'debian/org.f2b.Agent1.conf'),
      '/usr/share/dbus-1/system.d/org.freedesktop.PolicyKit1.conf',
    ),
  );
  let polkitd: ChildProcess | undefined;
  let bus: Bus | undefined;
  t.after(async () => {
    bus?.close();
    if (polkitd !== undefined && polkitd.exitCode === null) {
      polkitd.kill('SIGKILL');
      await once(polkitd, 'exit');
    }
    await daemon.remove();
  });
  chmodSync(daemon.folder, 0o755);
  await daemon.start();
  preparePolkit(daemon.folder, rule);
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: daemon.address };
  const mounts = `mount --bind ${daemon.folder}/polkit-1 /usr/share/polkit-1 && mount --bind ${daemon.folder}/group /etc/group`;
  polkitd = spawn('unshare', ['--mount', 'sh', '-c', `${mounts} && exec ${POLKITD}`], { env, stdio: 'ignore' });
  const server = new Bus(daemon.address, wallClock);
  bus = server;
  await server.connected();
  await new Promise<void>((resolve) => {
    server.watchName(POLKIT_NAME, (owner) => owner !== undefined && resolve());
  });
  const agent = fakeAgent();
  await new Promise((onName) => serveAgent({ bus: server, agent, onName }));
  const ask = async (user: string, method: string, ...argv: readonly string[]): Promise<string> => {
    // Older polkits ask for the user's groups, newer ones for those of the process.
    const groups = user === 'nobody' ? '--groups=systemd-journal' : '--clear-groups';
    const identity = [`--reuid=${user}`, '--regid=nogroup', groups];
    const call = ['call', '--system', '--dest', AGENT_NAME, '--object-path', AGENT_PATH];
    const program = ['gdbus', ...call, '--method', `${AGENT_INTERFACE}.${method}`, ...argv];
    return (await promisify(execFile)('setpriv', [...identity, ...program], { env, timeout: 20_000 })).stdout;
  };
  return { agent, ask, env, folder: daemon.folder };
}

test('who may read the journal may look, others are asked for a password, and nobody acts without one', {
  skip,
}, async (t) => {
  const { agent, ask } = await withPolkit(t);
  assert.match(await ask('nobody', 'GetStatus'), /'Version': <'1\.2\.3'>/);
  assert.match(await ask('nobody', 'ListBans', '{}'), /@aa\{sv\} \[\], false/);
  await assert.rejects(
    ask('daemon', 'GetStatus'),
    /InteractiveAuthorizationRequired.*org\.f2b\.inspect needs a password/s,
  );
  for (const user of ['nobody', 'daemon']) {
    await assert.rejects(
      ask(user, 'Ban', "['192.0.2.9']", '{}'),
      /InteractiveAuthorizationRequired.*org\.f2b\.manage needs a password/s,
    );
    await assert.rejects(ask(user, 'Reload'), /org\.f2b\.manage needs a password/);
    await assert.rejects(ask(user, 'Set', "'ssh.service'", "['MaxRetry=1']"), /org\.f2b\.manage needs a password/);
  }
  assert.deepEqual([agent.held, agent.calls], [[], []]);
});

test('programs with the library have the rights of their users, and those that a rule as in its README gives', {
  skip,
}, async (t) => {
  const readme = readFileSync(join(repository, 'build/client/README.md'), 'utf8');
  const [rule = ''] = /^polkit\.addRule.*?^\}\);$/ms.exec(readme) ?? [];
  assert.match(rule, /"my-panel"/);
  const { agent, env, folder } = await withPolkit(t, rule.replace('my-panel', 'games'));
  // The checkout may be where this user has no way to.
  cpSync(join(repository, 'build/client/f2b.cjs'), join(folder, 'f2b.cjs'));
  const script = `
    const { connect } = require('${folder}/f2b.cjs');
    const told = (work) => work.then(() => 'done', ({ code }) => code);
    connect().then(async (f2b) => {
      console.log(await told(f2b.status()), await told(f2b.ban('192.0.2.9')));
      f2b.close();
    });`;
  const as = async (...identity: readonly string[]) =>
    (await promisify(execFile)('setpriv', [...identity, 'node', '-e', script], { env, timeout: 20_000 })).stdout.trim();
  assert.equal(await as('--reuid=nobody', '--regid=nogroup', '--groups=systemd-journal'), 'done ACCESS_DENIED');
  assert.equal(await as('--reuid=daemon', '--regid=nogroup', '--clear-groups'), 'ACCESS_DENIED ACCESS_DENIED');
  assert.equal(agent.held.length, 0);
  assert.equal(await as('--reuid=games', '--regid=nogroup', '--clear-groups'), 'done done');
  agent.held.length = 0;
  assert.equal(await as('--reuid=0'), 'done done');
  assert.deepEqual(
    agent.held.map(({ ban }) => ban.address.text),
    ['192.0.2.9'],
  );
});

/** What root's password is to be, and its crypt(5). */
const PASSWORD = 'correct horse battery staple';
const HASH = '$6$f2bpolkit$RH8eK5Ah6vcSvAHZuPUrkL1R0tn6DdR3y8wKCglDqD8wJdfolD0rIuXDjRnpHJC3zirD38qL1bwk/A.m4HfHg0';

/**
 * f2bctl at a terminal, as a user who is nobody special; `answer` is typed whenever a password is asked for, without it
 * the terminal is closed then. `press`: what to type else, by all that was shown so far. What the terminal showed.
 */
function terminal(
  { env, folder }: { readonly env: NodeJS.ProcessEnv; readonly folder: string },
  argv: string,
  answer?: string,
  press = (_shown: string): string => '',
): Promise<string> {
  // polkit passes fallback agents over for callers without a login session, and there is none on a private bus.
  writeFileSync(join(folder, 'pkttyagent'), '#!/bin/sh\nexec /usr/bin/pkttyagent --notify-fd 3 --process "$5"\n', {
    mode: 0o755,
  });
  // The checkout may be where this user has no way to.
  for (const file of ['f2bctl.js', 'package.json', 'f2b-journal.so'])
    cpSync(join(repository, 'dist', file), join(folder, file));
  // polkit's helper takes the password of root, and finds the bus where it always is.
  mkdirSync(join(folder, 'node_modules'));
  const modules = `mount --bind ${join(repository, 'node_modules')} ${folder}/node_modules`;
  const mounts = `${modules} && mount --bind ${folder}/shadow /etc/shadow && mount -t tmpfs tmpfs /run && mkdir /run/dbus && ln -s ${folder}/bus /run/dbus/system_bus_socket`;
  writeFileSync(join(folder, 'shadow'), `root:${HASH}:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n`, {
    mode: 0o600,
  });
  const command = `setpriv --reuid=daemon --regid=nogroup --clear-groups node ${folder}/f2bctl.js ${argv}`;
  // script(1) gives it a terminal.
  const script = `${mounts} && exec timeout 60 script --quiet --command '${command}' /dev/null`;
  const child = spawn('unshare', ['--mount', 'sh', '-c', script], {
    env: { ...env, NO_COLOR: '1', SYSTEMD_PAGER: 'cat', TERM: 'xterm', PATH: `${folder}:${process.env['PATH']}` },
  });
  // It may have ended before it is known here.
  child.stdin.on('error', () => undefined);
  let shown = '';
  // What is typed before the prompt has switched the echo off is lost: so it is typed again as long as the prompt stands.
  const typing = setInterval(() => {
    const keys = press(shown);
    if (keys !== '') child.stdin.write(keys);
    if (shown.lastIndexOf('Password:') <= shown.lastIndexOf('AUTHENTICATION COMPLETE')) return;
    if (answer === undefined) child.kill();
    else child.stdin.write(`${answer}\n`);
  }, 100);
  child.stdout.on('data', (text) => {
    shown += text;
  });
  return new Promise((resolve) => {
    child.once('close', () => {
      clearInterval(typing);
      resolve(shown);
    });
  });
}

for (const { argv, action, reason } of [
  { argv: 'unban 192.0.2.1', action: 'org.f2b.report', reason: 'Authentication is required to unban an address.' },
  { argv: 'reload', action: 'org.f2b.manage', reason: 'Authentication is required to ban or unban an address.' },
]) {
  test(`f2bctl ${argv} at a terminal asks for the password, with the reason`, { skip }, async (t) => {
    const shown = await terminal(await withPolkit(t), argv);
    assert.ok(shown.includes(`AUTHENTICATING FOR ${action} `), shown);
    assert.ok(shown.includes(reason), shown);
  });
}

for (const { argv, told } of [
  { argv: 'unban 0.0.0.0/0', told: /10\.0\.7\.249 is no longer banned by ssh\.service/ },
  { argv: 'bans', told: /2,000 bans\./ },
  { argv: 'status ssh.service', told: /The newest 20 of 2,000 bans;/ },
]) {
  test(`one password is enough for f2bctl ${argv}, which takes many calls`, { skip }, async (t) => {
    const lab = await withPolkit(t);
    for (let n = 0; n < 2_000; n += 1) {
      lab.agent.held.push({ ban: aBan({ address: anAddress(`10.0.${(n / 250) | 0}.${n % 250}`) }), state: 'enforced' });
    }
    const shown = await terminal(lab, argv, PASSWORD);
    assert.equal(shown.match(/AUTHENTICATING/g)?.length, 1, shown.slice(0, 500));
    assert.ok(told.test(shown), shown.slice(-500));
  });
}

const [ENTER, LEAVE] = ['\u001b[?1049h', '\u001b[?1049l'];

/**
 * The key that leads on from what top shows now. A password that was typed once too often may have led elsewhere, and a
 * key may be pressed twice: every screen has one that leads back.
 */
function nextKey(shown: string): string {
  if (shown.lastIndexOf(ENTER) <= shown.lastIndexOf(LEAVE)) return '';
  const screen = shownScreen(shown.slice(shown.lastIndexOf(ENTER)), 80, 24).join('\n');
  if (screen.includes('Lift 1 ban of 192.0.2.1?')) return 'y';
  // Arrow left leaves a text.
  if (screen.includes('q back ')) return '\u001b[D';
  if (!screen.includes('[1 Bans]')) return '1';
  if (screen.includes('Lifting ')) return '';
  return /^(?:Lifted 1 ban of|.* is not banned\.$)/m.test(screen) ? 'q' : 'u';
}

test('f2bctl top gives the terminal to whoever asks for a password, and takes it back', { skip }, async (t) => {
  const lab = await withPolkit(t);
  lab.agent.held.push({ ban: aBan(), state: 'enforced' });
  const shown = await terminal(lab, 'top', PASSWORD, nextKey);
  // The screen is entered after the first password, and left for the second one.
  const order = shown.match(/AUTHENTICATING FOR org\.f2b\.\w+|\u001b\[\?1049[hl]/g);
  assert.deepEqual(order, [
    ...['AUTHENTICATING FOR org.f2b.inspect', ENTER],
    ...[LEAVE, 'AUTHENTICATING FOR org.f2b.report', ENTER, LEAVE],
  ]);
  assert.deepEqual(lab.agent.held, []);
});
