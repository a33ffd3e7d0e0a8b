/** What there is to guard on this host, and switching its jails on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JailEntry } from '../../../src/config/files/configuration-files.js';
import { aWorld, block, run, type World } from './run.js';

const LOADED = 'systemctl list-units --all --full --plain --no-legend --no-pager --type=service,socket';
const FILES = 'systemctl list-unit-files --full --plain --no-legend --no-pager --type=service,socket';

const dropinOf = (jail: string) => `/etc/f2b/units/${jail}.conf.d/50-Enabled.conf`;

/** A host with some services, and jails for more. */
function withServices(): World {
  const world = aWorld();
  const jail = (name: string, units: readonly string[], forgeableBy = ''): JailEntry => ({
    ...{ name, state: 'disabled', description: `what ${name} guards`, filter: name, files: [] },
    ...{ units, forgeableBy },
  });
  world.jails.push(
    jail('postfix', ['postfix.service', 'postfix@*.service']),
    jail('postgresql', ['postgresql@*.service']),
    jail('cockpit', ['cockpit.service', 'cockpit-session@*.service']),
    jail('named-refused', ['named.service'], 'whoever forges packets'),
    jail('vsftpd', ['vsftpd.service']),
    jail('exim', ['exim4.service']),
    jail('portscan', []),
  );
  const loaded = [
    'ssh.service loaded active running OpenBSD Secure Shell server',
    'postfix.service loaded active running Postfix Mail Transport Agent',
    'postgresql@17-main.service loaded active running PostgreSQL Cluster 17-main',
    'cockpit.socket loaded active listening Cockpit Web Service Socket',
    'named.service loaded active running BIND Domain Name Server',
    'exim4.service not-found inactive dead exim4.service',
  ];
  world.answers[LOADED] = { status: 0, output: `${loaded.join('\n')}\n` };
  world.answers[FILES] = { status: 0, output: 'vsftpd.service disabled enabled\nexim4.service masked enabled\n' };
  return world;
}

test('list-jails --all tells which services are on this host', async () => {
  const world = withServices();
  assert.equal(
    (await run(world, ['list-jails', '--all'])).output,
    block(`
      JAIL           STATE     ACTIVE    SERVICE    FILTER         DESCRIPTION
      ssh.service    enabled   active    running    sshd           OpenSSH server
      postfix        disabled  inactive  running    postfix        what postfix guards
      postgresql     disabled  inactive  running    postgresql     what postgresql guards
      cockpit        disabled  inactive  running    cockpit        what cockpit guards
      named-refused  disabled  inactive  running    named-refused  what named-refused guards
      vsftpd         disabled  inactive  installed  vsftpd         what vsftpd guards
      exim           disabled  inactive             exim           what exim guards
      portscan       disabled  inactive             portscan       what portscan guards
      `),
  );
});

test('enable --detected switches on whose services run, once a person agreed', async () => {
  const world = withServices();
  world.agreement = true;
  const { status, output } = await run(world, ['enable', '--detected', '--now']);
  assert.equal(status, 0);
  assert.match(output, /^To be switched on:\n {2}postfix: what postfix guards\n {2}postgresql: .*\n {2}cockpit: /);
  assert.match(output, /Left alone .*\n {2}named-refused: whoever forges packets\n/);
  assert.deepEqual([...world.files.keys()], ['postfix', 'postgresql', 'cockpit'].map(dropinOf));
  assert.deepEqual(world.agent.calls.at(-1), 'reload');
});

test('enable --detected changes nothing without a yes, and asks nobody with --yes', async () => {
  const world = withServices();
  world.agreement = false;
  const refused = await run(world, ['enable', '--detected']);
  assert.deepEqual([refused.status, [...world.files]], [0, []]);
  assert.match(refused.output, /Nothing was changed\.\n$/);
  world.agreement = undefined;
  const nobody = await run(world, ['enable', '--detected']);
  assert.deepEqual([nobody.status, [...world.files]], [64, []]);
  assert.match(nobody.errors, /no terminal to ask at\nhint: say --yes/);
  assert.equal((await run(world, ['enable', '--detected', '-y'])).status, 0);
  assert.equal(world.files.size, 3);
});

test('enable --detected switches on a jail by which others could be banned only if it is named', async () => {
  const world = withServices();
  await run(world, ['enable', '--detected', '--yes', 'named-refused']);
  assert.match(world.files.get(dropinOf('named-refused')) ?? '', /^Enabled=yes$/m);
});

test('without jails, and where systemd does not answer, enable says what to do', async () => {
  const world = withServices();
  assert.match((await run(world, ['enable'])).errors, /hint: f2bctl enable JAIL, or f2bctl enable --detected\n/);
  delete world.answers[LOADED];
  const { status, errors } = await run(world, ['enable', '--detected', '--yes']);
  assert.equal(status, 69);
  assert.match(errors, /hint: .*or name the jails/);
});
