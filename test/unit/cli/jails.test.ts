/** Verbs that deal with jails as systemctl does with units. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jailAmong } from '../../../src/control/jail-named.js';
import { aWorld, block, run, type World } from './run.js';

const OVERRIDE = '/etc/f2b/units/ssh.service.conf.d/override.conf';
const ENABLED = '/etc/f2b/units/ssh.service.conf.d/50-Enabled.conf';

/** With a second jail that is switched off, and one that is masked. */
function withJails(): World {
  const world = aWorld();
  const none = { description: '', filter: '', units: [], forgeableBy: '', files: [] };
  world.jails.push(
    { ...none, name: 'postfix', state: 'disabled', description: 'Postfix mail server', filter: 'postfix' },
    { ...none, name: 'sudo', state: 'masked' },
  );
  return world;
}

test('list-jails shows the jails that are enabled, with --all also the others', async () => {
  const world = withJails();
  assert.equal(
    (await run(world, ['list-jails'])).output,
    block(`
      JAIL         STATE    ACTIVE  FILTER  DESCRIPTION
      ssh.service  enabled  active  sshd    OpenSSH server
      `),
  );
  world.running = false;
  assert.equal(
    (await run(world, ['list-jails', '--all'])).output,
    block(`
      JAIL         STATE     FILTER   DESCRIPTION
      ssh.service  enabled   sshd     OpenSSH server
      postfix      disabled  postfix  Postfix mail server
      sudo         masked
      `),
  );
});

test('a jail may be named without .service, and one that is off or unknown says what to do', async () => {
  const world = withJails();
  const whole = await run(world, ['status', 'ssh.service']);
  assert.deepEqual(await run(world, ['status', 'ssh']), whole);
  assert.equal(whole.status, 0);
  const off = await run(world, ['status', 'postfix']);
  assert.equal(off.status, 3);
  assert.match(off.errors, /postfix is disabled\nhint: switch it on with: f2bctl enable --now postfix\n$/);
  const unknown = await run(world, ['status', 'postfx']);
  assert.equal(unknown.status, 4);
  assert.match(unknown.errors, /hint: did you mean postfix\?/);
});

test('a jail may be named by a unit that it alone reads', async () => {
  const world = withJails();
  const [ssh] = world.agent.current.jails;
  assert.ok(ssh);
  const units = ['apache2.service', 'httpd.service'];
  world.agent.current = { ...world.agent.current, jails: [ssh, { ...ssh, name: 'apache2.service', units }] };
  world.jails.push({
    name: 'apache2.service',
    state: 'enabled',
    description: '',
    filter: '',
    units,
    forgeableBy: '',
    files: [],
  });
  for (const argv of [
    'status httpd',
    'bans httpd.service',
    'is-active httpd',
    'list-jails httpd',
    'cat httpd',
    'log httpd',
  ])
    assert.equal((await run(world, argv.split(' '))).status, 0, argv);
  const { output } = await run(world, ['ban', '198.51.100.1', '--jail', 'httpd']);
  assert.match(output, /banned by apache2\.service/);
  const both = [
    { ...ssh, units },
    { ...ssh, name: 'other', units },
  ];
  assert.equal(jailAmong('httpd', both), undefined);
});

test('the first words of names stand for no jail, and the jails are told', async () => {
  const world = withJails();
  const [postfix] = world.jails;
  assert.ok(postfix);
  for (const name of ['nginx-404', 'nginx-http-auth']) world.jails.push({ ...postfix, name });
  const { status, errors } = await run(world, ['enable', 'nginx']);
  assert.deepEqual([status, errors.split('\n')[1]], [4, 'hint: those that begin so: nginx-404 nginx-http-auth']);
});

test('list-jails lists those that are named, whether they are on or not', async () => {
  const world = withJails();
  const names = async (...argv: readonly string[]) =>
    JSON.parse((await run(world, ['list-jails', '--json', ...argv])).output).map(({ name }: { name: string }) => name);
  assert.deepEqual(await names('postfix', 's*'), ['ssh.service', 'postfix', 'sudo']);
  assert.equal((await run(world, ['list-jails', 'nosuch'])).status, 4);
});

test('show prints every setting with its default, or those that were asked for', async () => {
  const world = withJails();
  world.files.set(OVERRIDE, '[Ban]\nMaxRetry=3\nIgnoreIP=192.0.2.1\nIgnoreIP=192.0.2.2\n');
  const { output } = await run(world, ['show', 'ssh']);
  assert.match(output, /^Filter=sshd$/m);
  assert.match(output, /^MaxRetry=3$/m);
  assert.match(output, /^BanTime=10min$/m);
  assert.match(output, /^IgnoreIP=192\.0\.2\.1 192\.0\.2\.2$/m);
  assert.equal(
    (await run(world, ['show', 'ssh', '-p', 'maxretry', '-p', 'Filter'])).output,
    'MaxRetry=3\nFilter=sshd\n',
  );
  assert.equal((await run(world, ['show', 'ssh', '-p', 'MaxRetry', '--value'])).output, '3\n');
  assert.deepEqual(JSON.parse((await run(world, ['show', 'ssh', '-p', 'MaxRetry', '--json'])).output), {
    MaxRetry: '3',
  });
  const wrong = await run(world, ['show', 'ssh', '-p', 'MaxRety']);
  assert.deepEqual([wrong.status, wrong.errors.split('\n')[1]], [64, 'hint: did you mean MaxRetry?']);
});

test('cat shows the files of a jail in the order they apply', async () => {
  const world = withJails();
  world.files.set(OVERRIDE, '[Ban]\nMaxRetry=3\n');
  assert.equal(
    (await run(world, ['cat', 'ssh'])).output,
    block(`
      # /usr/lib/f2b/units/ssh.service.conf
      [Jail]
      Filter=sshd

      # ${OVERRIDE}
      [Ban]
      MaxRetry=3
      `),
  );
});

test('set writes a drop-in for each setting and makes the agent read it; an empty value takes it away', async () => {
  const world = withJails();
  const { status, output } = await run(world, ['set', 'ssh', 'maxretry=3', 'IgnoreIP=192.0.2.1 192.0.2.2']);
  assert.equal(status, 0);
  const path = (key: string) => `/etc/f2b/units/ssh.service.conf.d/50-${key}.conf`;
  assert.equal(output, `Created ${path('MaxRetry')}.\nCreated ${path('IgnoreIP')}.\n`);
  assert.equal(world.files.get(path('MaxRetry')), '# Made by f2bctl set.\n[Ban]\nMaxRetry=3\n');
  assert.deepEqual(world.agent.calls, ['reload']);
  assert.equal((await run(world, ['set', 'ssh', 'MaxRetry='])).output, `Removed ${path('MaxRetry')}.\n`);
  assert.deepEqual([...world.files.keys()], [path('IgnoreIP')]);
  const wrong = await run(world, ['set', 'ssh', 'MaxRety=3']);
  assert.deepEqual([wrong.status, wrong.errors.split('\n')[1]], [64, 'hint: did you mean MaxRetry=?']);
  const fail2ban = await run(world, ['set', 'ssh', 'banip', '192.0.2.1']);
  assert.match(fail2ban.errors, /hint: f2bctl ban 192\.0\.2\.1 --jail ssh\n/);
});

test('set --runtime writes what is gone after a reboot; show and cat tell it, a lasting setting or revert ends it', async () => {
  const world = withJails();
  const lasting = '/etc/f2b/units/ssh.service.conf.d/50-MaxRetry.conf';
  const runtime = '/run/f2b/units/ssh.service.conf.d/50-MaxRetry.conf';
  assert.equal((await run(world, ['set', 'ssh', 'MaxRetry=7'])).status, 0);
  assert.equal((await run(world, ['set', '--runtime', 'ssh', 'MaxRetry=3'])).output, `Created ${runtime}.\n`);
  assert.equal(world.files.get(runtime), '# Made by f2bctl set --runtime.\n[Ban]\nMaxRetry=3\n');
  assert.deepEqual(world.agent.calls, ['reload', 'reload']);
  const shown = await run(world, ['show', 'ssh', '-p', 'MaxRetry,BanTime', '--show-origin']);
  assert.equal(
    shown.output,
    block(`
      SETTING        FROM
      MaxRetry=3     ${runtime}:3
      BanTime=10min  default
      `),
  );
  const asJson = await run(world, ['show', 'ssh', '-p', 'MaxRetry', '--show-origin', '--json']);
  assert.deepEqual(JSON.parse(asJson.output), { MaxRetry: { value: '3', file: runtime, line: 3 } });
  assert.match((await run(world, ['cat', 'ssh'])).output, new RegExp(`^# ${runtime}$`, 'm'));
  const made = await run(world, ['set', 'ssh', 'MaxRetry=8']);
  assert.equal(made.output, `Created ${lasting}.\nRemoved ${runtime}.\n`);
  await run(world, ['set', '--runtime', 'ssh', 'MaxRetry=3', 'Enabled=no']);
  assert.match((await run(world, ['enable', 'ssh'])).output, /^Removed \/run\/f2b\/.*\/50-Enabled\.conf\.$/m);
  await run(world, ['revert', 'ssh']);
  assert.equal(world.files.size, 0);
});

test('nobody is asked for a password to see what the files of a jail say', async () => {
  const world = aWorld();
  await run(world, ['show', 'ssh', 'MaxRetry']);
  await run(world, ['status', 'ssh']);
  assert.deepEqual(world.askings, ['never', undefined]);
});

test('set --temporary tells the agent alone; show and status tell it', async () => {
  const world = withJails();
  world.files.set(OVERRIDE, '[Ban]\nMaxRetry=3\nIgnoreIP=192.0.2.1\n');
  const words = ['set', '--temporary', 'ssh', 'maxretry=2', 'IgnoreIP=192.0.2.2'];
  const { status, output } = await run(world, words);
  assert.deepEqual(
    [status, output, world.agent.calls, [...world.files.keys()]],
    [
      0,
      'ssh.service has MaxRetry=2, IgnoreIP=192.0.2.2 until the next reload.\n',
      ['set ssh.service MaxRetry=2 IgnoreIP=192.0.2.2'],
      [OVERRIDE],
    ],
  );
  const asked = ['show', 'ssh', '-p', 'MaxRetry,IgnoreIP,BanTime', '--show-origin'];
  assert.equal(
    (await run(world, asked)).output,
    block(`
      SETTING                       FROM
      MaxRetry=2                    until the next reload
      IgnoreIP=192.0.2.1 192.0.2.2  until the next reload
      BanTime=10min                 default
      `),
  );
  assert.match((await run(world, ['status', 'ssh'])).output, / Temporary: MaxRetry=2\n +IgnoreIP=192\.0\.2\.2\n/);
  await run(world, ['set', '--temporary', 'ssh', 'Enabled=no']);
  assert.match((await run(world, ['status', 'ssh'])).output, /^ +Active: stopped until the next reload$/m);
  assert.equal((await run(world, ['is-active', 'ssh'])).status, 3);
  assert.match((await run(world, ['list-jails', 'ssh'])).output, /^ssh\.service +enabled +inactive/m);
  assert.equal((await run(world, ['show', 'ssh', '-p', 'Enabled', '--value'])).output, 'no\n');
  await run(world, ['set', '--temporary', 'ssh', 'Enabled=yes']);
  assert.match((await run(world, ['status', 'ssh'])).output, /^ +Active: active since /m);
  await run(world, ['set', '--temporary', 'ssh', 'IgnoreIP=']);
  assert.equal((await run(world, ['show', 'ssh', '-p', 'IgnoreIP', '--value'])).output, '\n');
  world.running = false;
  assert.match((await run(world, asked)).output, /^MaxRetry=3 /m);
  assert.equal((await run(world, words)).status, 69);
  assert.equal((await run(world, ['set', '--temporary', '--runtime', 'ssh', 'MaxRetry=2'])).status, 64);
});

test('settings until a reboot are for the configuration that the agent reads', async () => {
  const world = withJails();
  const { status, errors } = await run(world, ['set', '--runtime', '--config-directory=/x', 'ssh', 'MaxRetry=3']);
  assert.equal(status, 64);
  assert.match(errors, /hint: leave --config-directory out, or --runtime/);
  assert.equal(world.files.size, 0);
});

test('a setting that a drop-in of a later name outranks is told', async () => {
  const world = withJails();
  world.files.set(OVERRIDE, '[Ban]\nMaxRetry=9\n');
  const { status, errors } = await run(world, ['set', 'ssh', 'MaxRetry=3']);
  assert.equal(status, 78);
  assert.match(errors, new RegExp(`${OVERRIDE} says MaxRetry=9\nhint: take that line out of ${OVERRIDE}\n$`));
  assert.equal((await run(world, ['set', 'ssh', 'IgnoreIP=192.0.2.1'])).status, 0);
});

test('a change that the agent would refuse is taken back', async () => {
  const world = withJails();
  world.problems = [{ file: '50-MaxRetry.conf', line: 3, message: 'MaxRetry=: "0" is outside 1 to 10000' }];
  const { status, errors } = await run(world, ['set', 'ssh', 'MaxRetry=0']);
  assert.equal(status, 78);
  assert.match(errors, /nothing was changed\n50-MaxRetry\.conf:3: /);
  assert.deepEqual([[...world.files], world.agent.calls], [[], []]);
});

test('enable and disable write a drop-in, which takes effect at once with --now', async () => {
  const world = withJails();
  const disabled = await run(world, ['disable', 'ssh']);
  assert.deepEqual([disabled.status, disabled.output], [0, `Created ${ENABLED}.\n`]);
  assert.match(disabled.errors, /systemctl reload-or-restart f2bd/);
  assert.match(world.files.get(ENABLED) ?? '', /^Enabled=no$/m);
  assert.deepEqual(world.agent.calls, []);
  await run(world, ['enable', '--now', 'ssh']);
  assert.match(world.files.get(ENABLED) ?? '', /^Enabled=yes$/m);
  assert.deepEqual(world.agent.calls, ['reload']);
  const masked = await run(world, ['enable', 'sudo']);
  assert.match(masked.errors, /sudo is masked\nhint: remove what masks it/);
  world.files.set('/etc/f2b/units/ssh.service.conf.d/zz.conf', '[Jail]\nEnabled=no\n');
  const outranked = await run(world, ['enable', 'ssh']);
  assert.match(outranked.errors, /as \/etc\/f2b\/units\/ssh\.service\.conf\.d\/zz\.conf says Enabled=no/);
});

test('without an agent a change is made, and said to hold from its next start', async () => {
  const world = withJails();
  world.running = false;
  const { status, errors } = await run(world, ['set', 'ssh', 'MaxRetry=3']);
  assert.deepEqual([status, errors], [0, 'f2bd is not running: the change takes effect when it starts\n']);
});

test('edit shows the drop-in above what there is, and takes what was written into it', async () => {
  const world = withJails();
  let shown = '';
  world.edit = (text) => {
    shown = text;
    return text.replace('drop-in\n\n', 'drop-in\n[Ban]\nMaxRetry=3\n');
  };
  const { output } = await run(world, ['edit', 'ssh']);
  assert.equal(output, `Wrote ${OVERRIDE}.\n`);
  assert.match(shown, /^### \/usr\/lib\/f2b\/units\/ssh\.service\.conf\n# \[Jail\]\n# Filter=sshd$/m);
  assert.equal(world.files.get(OVERRIDE), '[Ban]\nMaxRetry=3\n');
  assert.deepEqual(world.agent.calls, ['reload']);
  world.edit = (text) => text;
  assert.equal((await run(world, ['edit', 'ssh'])).output, `${OVERRIDE} was left as it was.\n`);
});

test('what edit cannot take is kept, and told where it is', async () => {
  const world = withJails();
  world.problems = [{ file: OVERRIDE, line: 2, severity: 'error', message: 'unknown key MaxRetri=' }];
  world.edit = (text) => text.replace('drop-in\n\n', 'drop-in\n[Ban]\nMaxRetri=3\n');
  const { status, errors } = await run(world, ['edit', 'ssh']);
  assert.equal(status, 78);
  assert.match(errors, /nothing was changed\n.*override\.conf:2: .*MaxRetri/);
  assert.match(
    errors,
    /^hint: your text is in \/tmp\/kept-1: mend it, and put it in place with install -Dm644 \/tmp\/kept-1 \/etc\/f2b/m,
  );
  assert.deepEqual(world.kept, ['[Ban]\nMaxRetri=3\n']);
  assert.deepEqual([[...world.files], world.agent.calls], [[], []]);
});

test('edit asks at a terminal whether to edit again what is refused, and begins with what was written', async () => {
  const world = withJails();
  world.agreement = true;
  const begun: string[] = [];
  world.edit = (text) => {
    begun.push(text);
    world.problems =
      begun.length > 1 ? [] : [{ file: OVERRIDE, line: 2, severity: 'error', message: 'unknown key MaxRetri=' }];
    return begun.length > 1
      ? text.replace('MaxRetri', 'MaxRetry')
      : text.replace('drop-in\n\n', 'drop-in\nMaxRetri=3\n');
  };
  const { status, output } = await run(world, ['edit', 'ssh']);
  assert.deepEqual([status, output], [0, `Wrote ${OVERRIDE}.\n`]);
  assert.match(begun[1] ?? '', /drop-in\nMaxRetri=3\n/);
  assert.equal(world.files.get(OVERRIDE), 'MaxRetry=3\n');
  assert.deepEqual(world.kept, []);
});

test('edit --full begins with the shipped file, keeps every line of it, and writes a copy', async () => {
  const world = withJails();
  const [path, text] = ['/etc/f2b/units/own.conf', '### Mine ###\n[Jail]\nFilter=sshd\n'];
  world.jails.push({
    ...{ name: 'own', state: 'enabled', description: '', filter: 'sshd', units: [], forgeableBy: '' },
    files: [{ path: '/usr/lib/f2b/units/own.conf', text }],
  });
  let shown = '';
  world.edit = (given) => {
    shown = given;
    return `${given}\n# a word\n### of mine\n`;
  };
  const { output } = await run(world, ['edit', '--full', 'own']);
  assert.deepEqual([shown, output], [text, `Wrote ${path}.\n`]);
  assert.equal(world.files.get(path), `${text}\n# a word\n### of mine\n`);
  world.edit = (given) => given;
  assert.equal((await run(world, ['edit', '--full', 'own'])).output, `${path} was left as it was.\n`);
});

test('revert removes what was changed of a shipped jail', async () => {
  const world = withJails();
  assert.match((await run(world, ['revert', 'ssh'])).output, /has nothing of its own/);
  await run(world, ['set', 'ssh', 'MaxRetry=3']);
  const { output } = await run(world, ['revert', 'ssh']);
  assert.equal(output, 'Removed /etc/f2b/units/ssh.service.conf.d/50-MaxRetry.conf.\n');
  assert.equal(world.files.size, 0);
});

test('revert removes the copy that took the place of a shipped file, and never the file of a jail of one’s own', async () => {
  const world = withJails();
  world.edit = (text) => `${text}[Ban]\nMaxRetry=7\n`;
  await run(world, ['edit', '--full', 'ssh']);
  assert.equal((await run(world, ['revert', 'ssh'])).output, 'Removed /etc/f2b/units/ssh.service.conf.\n');
  assert.equal(world.files.size, 0);
  const own = { path: '/etc/f2b/units/own.conf', text: '[Jail]\n' };
  world.files.set(own.path, own.text);
  world.jails.push({
    ...{ name: 'own', state: 'enabled', description: '', filter: '', units: [], forgeableBy: '', files: [] },
  });
  assert.match((await run(world, ['revert', 'own'])).errors, /own is all your own\nhint: remove it with: rm \/etc/);
});

test('enable says of a jail that others can fool who they are, and disable does not', async () => {
  const world = withJails();
  const none = { state: 'disabled', description: '', filter: 'web', units: [], files: [] } as const;
  world.jails.push({ ...none, name: 'web', forgeableBy: 'clients\u001b[2J' });
  const { status, errors } = await run(world, ['enable', '--now', 'web']);
  assert.deepEqual(
    [status, errors],
    [0, 'web: others could be banned by clients\\u001b[2J; f2bctl cat web tells how.\n'],
  );
  assert.equal((await run(world, ['disable', '--now', 'web'])).errors, '');
});

test('is-active and is-enabled answer by word and by exit status', async () => {
  const world = withJails();
  const answer = async (...argv: readonly string[]) => {
    const { status, output } = await run(world, argv);
    return `${output.trim()} ${status}`;
  };
  assert.equal(await answer('is-active'), 'active 0');
  assert.equal(await answer('is-active', 'ssh'), 'active 0');
  assert.equal(await answer('is-active', 'ssh', 'postfix'), 'active\ninactive 3');
  assert.equal(await answer('is-active', 'ssh', 'nosuch'), 'active\ninactive 4');
  assert.equal(await answer('is-active', 'f2bd.service'), 'active 0');
  assert.equal(await answer('is-active', '-q', 'postfix'), ' 3');
  assert.equal(await answer('is-enabled', 'ssh'), 'enabled 0');
  assert.equal(await answer('is-enabled', 'postfix'), 'disabled 1');
  assert.equal(await answer('is-enabled', 'nowhere'), 'not-found 4');
  world.running = false;
  assert.equal(await answer('is-active'), 'inactive 3');
});

test('check prints what the agent would say, and ends with 78 when it would refuse', async () => {
  const world = withJails();
  world.unitTroubles = [{ message: 'this machine has no ssh.service', hint: 'name the unit' }];
  const good = await run(world, ['check']);
  const told = 'this machine has no ssh.service\n  hint: name the unit\n';
  assert.equal(good.output, `${told}OK: /etc/f2b, 1 of 3 jails enabled, read with the rights of the user f2b\n`);
  world.files.set(OVERRIDE, '');
  world.problems = [{ file: 'x.conf', line: 3, message: 'wrong' }];
  const { status, output, errors } = await run(world, ['check']);
  assert.deepEqual([status, output], [78, '']);
  assert.match(errors, /^f2bctl: the configuration is not valid: 1 problem\nx\.conf:3: wrong\nhint: mend the lines/);
});

test('programs are told of each problem, and the status is the same', async () => {
  const world = withJails();
  world.files.set(OVERRIDE, '');
  world.problems = [{ file: 'x.conf', line: 3, message: 'wrong', hint: 'mend it' }];
  const { status, output, errors } = await run(world, ['check', '--json']);
  assert.deepEqual([status, errors], [78, '']);
  assert.deepEqual(JSON.parse(output), {
    ...{ valid: false, directory: '/etc/f2b', jails: 3, enabled: 1, rights: 'agent', units: [] },
    problems: [{ file: 'x.conf', line: 3, severity: 'error', message: 'wrong', hint: 'mend it' }],
  });
});

test('what changes jails tells programs which files it changed, and whether the agent goes by them', async () => {
  const world = withJails();
  const asJson = async (...argv: readonly string[]) => JSON.parse((await run(world, [...argv, '--json'])).output);
  const folder = '/etc/f2b/units/ssh.service.conf.d';
  const [created, switched] = [`${folder}/50-MaxRetry.conf`, `${folder}/50-Enabled.conf`];
  assert.deepEqual(await asJson('set', 'ssh', 'maxretry=3'), {
    ...{ jail: 'ssh.service', settings: { MaxRetry: '3' }, inForce: true },
    changes: [{ file: created, change: 'created' }],
  });
  assert.deepEqual(await asJson('set', '--temporary', 'ssh', 'MaxRetry=2'), {
    ...{ jail: 'ssh.service', settings: { MaxRetry: '2' }, changes: [], inForce: true },
  });
  const off = { jails: ['ssh.service'], changes: [{ file: switched, change: 'created' }] };
  assert.deepEqual(await asJson('disable', 'ssh'), { ...off, inForce: false });
  assert.deepEqual(await asJson('disable', '--now', 'ssh'), { ...off, inForce: true });
  world.running = false;
  const removed = [created, switched].map((file) => ({ file, change: 'removed' }));
  assert.deepEqual(await asJson('revert', 'ssh'), { jail: 'ssh.service', changes: removed, inForce: false });
  assert.deepEqual(await asJson('is-enabled', 'ssh', 'x'), [
    { name: 'ssh', state: 'enabled' },
    { name: 'x', state: 'not-found' },
  ]);
  assert.deepEqual(await asJson('is-active'), [{ name: 'f2bd', state: 'inactive' }]);
});

test('ping and version ask the agent', async () => {
  const world = withJails();
  assert.equal((await run(world, ['ping'])).output, 'pong\n');
  assert.equal((await run(world, ['version'])).output, 'f2bctl 1.2.3\nf2bd 1.2.3\n');
  world.running = false;
  assert.equal((await run(world, ['ping'])).status, 69);
});

test('metrics are for Prometheus, also of an agent that is away', async () => {
  const world = aWorld();
  const here = await run(world, ['metrics']);
  assert.match(here.output, /^f2b_jail_banned_total\{jail="ssh\.service"\} 7$/m);
  assert.match(here.output, /^f2b_fleet_connected 1$/m);
  assert.doesNotMatch(here.output, /f2b_action/);
  const list = { name: 'list', state: 'ok', waiting: 0, delivered: 4, givenUp: 0, dropped: 0 } as const;
  world.actions = { status: async () => [list], test: async () => {} };
  assert.match((await run(world, ['metrics'])).output, /^f2b_action_delivered_total\{action="list"\} 4$/m);
  world.running = false;
  world.fleet.isRunning = false;
  const away = await run(world, ['metrics']);
  assert.deepEqual([away.status, away.errors], [0, '']);
  assert.match(away.output, /^f2b_up 0$/m);
  assert.doesNotMatch(away.output, /fleet/);
});

test('metrics go to a file that a collector reads, and nowhere else', async () => {
  const world = aWorld();
  assert.deepEqual(await run(world, ['metrics', '--output-file=/srv/f2b.prom']), { status: 0, output: '', errors: '' });
  assert.match(world.files.get('/srv/f2b.prom') ?? '', /^f2b_up 1$/m);
});

test('set without a value takes away only what is there, and says when that is nothing', async () => {
  const world = aWorld();
  const nothing = await run(world, ['set', 'ssh', 'MaxRetry=']);
  assert.equal(nothing.status, 0);
  assert.match(nothing.output, /^There is no drop-in .* f2bctl show ssh\.service MaxRetry --show-origin /);
  assert.deepEqual(world.agent.calls, []);
  await run(world, ['set', 'ssh', 'MaxRetry=3', '--runtime']);
  const { output } = await run(world, ['set', 'ssh', 'MaxRetry=']);
  assert.equal(output, 'Removed /run/f2b/units/ssh.service.conf.d/50-MaxRetry.conf.\n');
});
