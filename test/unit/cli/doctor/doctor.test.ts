/** doctor finds what keeps protection from working, and says how to mend it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aStatus } from '../../../fakes/agent.js';
import { NOON } from '../../../fakes/values.js';
import { aWorld, block, run, type World } from '../run.js';

const unit = (id: string, load = 'loaded', namespace = '') => ({
  status: 0,
  output: `Id=${id}\nLoadState=${load}\nLogNamespace=${namespace}\nActiveState=active\n`,
});

const properties = 'Id,LoadState,LogNamespace,ActiveState,ActiveEnterTimestamp';
const ask = (name: string) => `systemctl show --timestamp=utc --property=${properties} -- ${name}`;

/** A machine on which all is well. */
function wellWorld(): World {
  const world = aWorld();
  world.answers[ask('ssh.service')] = unit('ssh.service');
  world.journal.append({ receivedAt: NOON, line: 'host sshd[7]: hello' });
  return world;
}

test('where all is well it says so', async () => {
  const { status, output } = await run(wellWorld(), ['doctor']);
  assert.equal(status, 0);
  assert.equal(
    output,
    block(`
      ● Agent: nothing found
      ● Configuration: nothing found
      ● Jails: nothing found
      ● Journal: nothing found
      ● Firewall: nothing found
      ● Proxies: nothing found
      ● Machine: nothing found
      `),
  );
});

test('an agent that does not run is a problem, with what to do', async () => {
  const world = wellWorld();
  world.running = false;
  const { status, output } = await run(world, ['doctor']);
  assert.equal(status, 1);
  assert.match(output, /● Agent:\n {2}f2bd is not running\n {4}start it with: systemctl start f2bd\n/);
});

test('what the agent itself says is told', async () => {
  const world = wellWorld();
  world.agent.current = {
    ...aStatus,
    problems: [
      { code: 'FIREWALL_UNAVAILABLE', message: 'firewalld is not running', hint: 'systemctl start firewalld' },
    ],
    firewall: { ...aStatus.firewall, warnings: ['Docker publishes ports'] },
    jails: [],
  };
  const { output } = await run(world, ['doctor']);
  assert.match(output, /firewalld is not running\n {4}systemctl start firewalld/);
  assert.match(output, /Docker publishes ports/);
  assert.match(output, /no jail is enabled/);
});

const jailFindings: readonly (readonly [string, (world: World) => void, RegExp])[] = [
  [
    'a unit that does not exist',
    (world) => {
      world.answers[ask('ssh.service')] = unit('ssh.service', 'not-found');
    },
    /ssh\.service: this machine has no ssh\.service\n {4}name the unit .*f2bctl disable --now ssh\.service/,
  ],
  [
    'a unit that is masked',
    (world) => {
      world.answers[ask('ssh.service')] = unit('ssh.service', 'masked');
    },
    /ssh\.service: ssh\.service is masked/,
  ],
  [
    'an alias',
    (world) => {
      world.answers[ask('ssh.service')] = unit('sshd-real.service');
    },
    /ssh\.service is another name of sshd-real\.service, and the journal has only that\n {4}write Unit=sshd-real\.service/,
  ],
  [
    'a journal namespace',
    (world) => {
      world.answers[ask('ssh.service')] = unit('ssh.service', 'loaded', 'web');
    },
    /logs into the journal namespace web, which is not read\n {4}write LogNamespace=web/,
  ],
];

for (const [name, prepare, expected] of jailFindings) {
  test(`${name} is found`, async () => {
    const world = wellWorld();
    prepare(world);
    assert.match((await run(world, ['doctor'])).output, expected);
  });
}

test('a service that never logged to the journal is found', async () => {
  const world = aWorld();
  world.answers[ask('ssh.service')] = unit('ssh.service');
  assert.match(
    (await run(world, ['doctor'])).output,
    /nothing of ssh\.service is in the journal\n {4}see where it logs/,
  );
});

const started = (time: string) => {
  const { status, output } = unit('ssh.service');
  return { status, output: `${output}ActiveEnterTimestamp=${time}\n` };
};
const MINUTE = 60_000_000;

test('a service that writes to files alone is found, with the files', async () => {
  const world = aWorld();
  world.answers[ask('ssh.service')] = unit('ssh.service');
  world.openLogFiles = ['a', 'b', 'c'].map((name) => ({ path: `/var/log/${name}.log`, writtenAt: NOON }));
  assert.match(
    (await run(world, ['doctor'])).output,
    /ssh\.service writes to \/var\/log\/a\.log and 2 other files, and never to the journal\n {4}the head of the jail/,
  );
});

const logging: readonly (readonly [string, number, boolean])[] = [
  ['that logs to the journal as it starts and to a file ever since', 30 * MINUTE, true],
  ['whose file was written to last as it was started', 0, false],
];
for (const [name, after, isFound] of logging) {
  test(`a service ${name} is ${isFound ? '' : 'not '}found`, async () => {
    const world = wellWorld();
    world.answers[ask('ssh.service')] = started(new Date(NOON / 1_000).toISOString().replace(/T(.{8}).*/, ' $1 UTC'));
    world.openLogFiles = [{ path: '/var/log/a.log', writtenAt: NOON + after }];
    const { output } = await run(world, ['doctor']);
    const told = /writes to \/var\/log\/a\.log, and nothing to the journal since it was started/;
    assert.equal(told.test(output), isFound, output);
  });
}

test('a service that logs to the journal and writes a file too is not found', async () => {
  const world = wellWorld();
  world.answers[ask('ssh.service')] = started('2020-01-01 10:00:00 UTC');
  world.openLogFiles = [{ path: '/var/log/a.log', writtenAt: NOON }];
  assert.match((await run(world, ['doctor'])).output, /● Jails: nothing found/);
});

test('a jail whose filter is for another program is found', async () => {
  const world = wellWorld();
  world.unlike = [{ message: 'web: of another kind', hint: 'name the filter', isCertain: false }];
  assert.match(
    (await run(world, ['doctor'])).output,
    /● Jails:\n {2}(?:warning: )?web: of another kind\n {4}name the filter/,
  );
});

test('a service that runs as another user than User= names is found', async () => {
  const world = wellWorld();
  world.files.set('/etc/f2b/units/ssh.service.conf.d/user.conf', '[Journal]\nUser=web -other\n');
  world.answers['id --user -- web'] = { status: 0, output: '33\n' };
  world.answers['id --user -- other'] = { status: 1, output: '' };
  assert.match((await run(world, ['doctor'])).output, /● Jails: nothing found/);
  world.isOfOthers = true;
  assert.match(
    (await run(world, ['doctor'])).output,
    /nothing of ssh\.service in the journal is of web or other, whom User= names\n {4}journalctl -u ssh\.service -o verbose/,
  );
  assert.deepEqual(world.requests.at(-1)?.matches, [['_SYSTEMD_UNIT=ssh.service', '_UID=33']]);
});

test('a jail that is on and that others can fool is told', async () => {
  const world = wellWorld();
  const none = { state: 'enabled', description: '', filter: 'web', units: [], files: [] } as const;
  world.jails.push({ ...none, name: 'web', forgeableBy: 'clients, by a newline' });
  const { status, output } = await run(world, ['doctor']);
  assert.equal(status, 0);
  assert.match(output, /web: others could be banned by clients, by a newline\n {4}f2bctl cat web tells how/);
});

test('a wrong configuration is told with its hints', async () => {
  const world = wellWorld();
  world.files.set('/etc/f2b/f2bd.conf', '');
  world.problems = [{ file: 'x.conf', line: 3, message: 'wrong', hint: 'mend it' }];
  const { status, output } = await run(world, ['doctor']);
  assert.equal(status, 1);
  assert.match(output, /● Configuration:\n {2}x\.conf:3: wrong\n {4}mend it\n●/);
});

test('a full disk, a clock that nobody sets and another fail2ban are found', async () => {
  const world = wellWorld();
  world.free = 1024 * 1024;
  world.answers['timedatectl show --property=NTPSynchronized --value'] = { status: 0, output: 'no\n' };
  const rivals = 'fail2ban.service ufw.service crowdsec.service denyhosts.service sshguard.service';
  world.answers[`systemctl is-active -- ${rivals}`] = {
    status: 3,
    output: 'active\ninactive\ninactive\ninactive\ninactive\n',
  };
  const { output } = await run(world, ['doctor']);
  assert.match(output, /only 1 MB are free for the state/);
  assert.match(output, /the clock is not set by a time server/);
  assert.match(output, /fail2ban runs too/);
  assert.doesNotMatch(output, /ufw/);
});

test('a machine without polkit is told so', async () => {
  const world = wellWorld();
  const asked = 'systemctl show --property=LoadState --value -- polkit.service';
  world.answers[asked] = { status: 0, output: 'loaded\n' };
  assert.doesNotMatch((await run(world, ['doctor'])).output, /polkit/);
  world.answers[asked] = { status: 0, output: 'not-found\n' };
  assert.match((await run(world, ['doctor'])).output, /polkit is not installed.*\n {4}apt install polkitd/);
});

test('penalties of sshd that keep failures from ever being enough are found, and no others', async () => {
  const world = wellWorld();
  const penalties = async (authfail: string) => {
    const text = `port 22\npersourcepenalties crash:90 authfail:${authfail} noauth:1 max:600 min:15\n`;
    world.answers['/usr/sbin/sshd -T'] = { status: 0, output: authfail === 'no' ? 'persourcepenalties no\n' : text };
    return (await run(world, ['doctor'])).output;
  };
  for (const authfail of ['no', '5', '150']) assert.doesNotMatch(await penalties(authfail), /turns an address away/);
  assert.match(
    await penalties('300'),
    /sshd turns an address away for 5min after each failure: it cannot fail 5 times within 10min\n {4}a longer time: f2bctl set ssh\.service FindTime=50min; or /,
  );
});

test('what takes longer than its time is found: bans that wait for the firewall, and lines that are passed over', async () => {
  const world = wellWorld();
  const [jail] = aStatus.jails;
  assert.ok(jail);
  const told = async (seconds: number, slowLines: number, slowRegexes: readonly string[] = []) => {
    const firewall = { ...aStatus.firewall, pending: 3, oldestPending: seconds * 1_000_000 };
    world.agent.current = { ...aStatus, firewall, jails: [{ ...jail, slowLines, slowRegexes }] };
    return (await run(world, ['doctor'])).output;
  };
  assert.match(await told(10, 0), /● Agent: nothing found/);
  assert.match(await told(61, 0), /bans wait for the firewall\n {4}see: systemctl status firewalld/);
  const lost = await told(0, 7);
  assert.match(
    lost,
    /7 lines of ssh\.service took too long to match: failures in them count for nobody\n {4}.*--show slow; LineBudget=/,
  );
  assert.match(
    await told(0, 7, ['^x']),
    /Agent:\n {2}a regex of ssh\.service keeps taking too long\n.*\n● Configuration/,
  );
});
