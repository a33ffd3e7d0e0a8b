/** The package's life on a running system: installed, configured, upgraded, removed without a trace. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { anAddress } from '../fakes/values.js';
import { boot, builtPackage, type Container, cannotBoot, install } from '../support/container.js';
import { encodeMmdb, encodeValue } from '../support/mmdb.js';
import { repository } from '../support/repository.js';
import { stepsOf } from './steps.js';

/** All files that a package could leave; caches and the package managers' own books aside. */
const inventory = `find /etc /usr /var/lib /var/spool /srv /opt /home /root /run/systemd/system -xdev \
  ! -path '/var/lib/dpkg/*' ! -path '/var/lib/apt/*' ! -path '/root/f2b.deb' ! -path '/etc/passwd*' ! -path '/etc/group*' \
  ! -path '/etc/shadow*' ! -path '/etc/gshadow*' ! -path '/etc/.pwd.lock' ! -name '__pycache__' ! -name '*.pyc' | sort`;
const firewall = `nft -s list ruleset | sed 's/ # handle.*//'`;

/** The lines that one text has and the other has not. */
function difference(one: string, other: string): readonly string[] {
  const [left, right] = [new Set(one.split('\n')), new Set(other.split('\n'))];
  return [
    ...[...left].filter((line) => !right.has(line)).map((line) => `gone: ${line}`),
    ...[...right].filter((line) => !left.has(line)).map((line) => `new: ${line}`),
  ];
}

test('the package', { skip: cannotBoot }, async (t) => {
  let container: Container;
  let bare: { files: string; rules: string; users: string; zones: string };
  const look = async () => ({
    files: await container.ask(inventory),
    rules: await container.ask(firewall),
    users: await container.ask('getent passwd; getent group'),
    zones: await container.ask('firewall-cmd --get-zones; firewall-cmd --get-ipsets; firewall-cmd --get-policies'),
  });
  before(async () => {
    container = await boot();
    bare = await look();
    await install(container);
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  await step('starts the agent when it is installed on a running system', async () => {
    const { out } = await container.inside('systemctl is-active f2bd.service');
    assert.equal(out.trim(), 'active', (await container.inside('systemctl status f2bd --no-pager -l')).out);
    assert.equal((await container.ask('systemctl is-enabled f2bd.service')).trim(), 'enabled');
  });

  await step('makes its zones and ipsets known to firewalld', async () => {
    const zones = (await container.ask('firewall-cmd --get-zones')).split(/\s+/);
    assert.ok(zones.includes('f2b-drop') && zones.includes('f2b-reject'), zones.join(' '));
    assert.match(await container.ask('firewall-cmd --get-ipsets'), /f2b/);
  });

  await step('runs the agent as an ordinary user with one capability', async () => {
    const status = await container.ask('cat /proc/$(systemctl show -P MainPID f2bd.service)/status');
    const uid = (await container.ask('id -u f2b')).trim();
    assert.match(status, new RegExp(`^Uid:\t${uid}\t${uid}\t${uid}\t${uid}$`, 'm'));
    // 1 << 12 is CAP_NET_ADMIN.
    for (const set of ['CapPrm', 'CapEff', 'CapBnd'])
      assert.match(status, new RegExp(`^${set}:\t0000000000001000$`, 'm'));
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^Seccomp:\t2$/m);
  });

  await step('is rated 2.0 or better by systemd-analyze security', async (t) => {
    const rating = await container.inside('systemd-analyze security --threshold=20 --no-pager f2bd.service');
    t.diagnostic(rating.out.trim().split('\n').at(-1) ?? '');
    assert.equal(rating.status, 0, rating.out);
  });

  await step('serves its numbers as an ordinary user, to whoever asks once that is switched on', async () => {
    assert.equal((await container.inside('systemctl is-active f2b-metrics.socket')).out.trim(), 'inactive');
    await container.ask('systemctl enable --now f2b-metrics.socket');
    const asking = `fetch('http://127.0.0.1:9191/metrics', { signal: AbortSignal.timeout(60_000) })
      .then(async (answer) => console.log(answer.status, await answer.text()))`;
    const { out } = await container.inside('node --input-type=module', { input: asking });
    const logged = (await container.inside('journalctl --no-pager -o cat -u f2b-metrics -u f2b-metrics.socket')).out;
    assert.match(out, /^200 /, logged);
    assert.match(out, /^f2b_up 1$/m, logged);
    assert.match(out, /^f2b_jail_banned_current\{jail="ssh\.service"\} 0$/m, logged);
    const user = await container.ask('stat -c %U /proc/$(systemctl show -P MainPID f2b-metrics.service)');
    assert.equal(user.trim(), 'f2b-metrics');
    const folder = '/var/lib/prometheus/node-exporter';
    await container.ask(`mkdir -p ${folder}; chown -R daemon: ${folder}`);
    const writing = await container.inside('systemctl start f2b-metrics-textfile.service');
    assert.equal(writing.status, 0, (await container.inside('journalctl --no-pager -u f2b-metrics-textfile')).out);
    assert.equal(await container.ask(`ls ${folder}`), 'f2b.prom\n');
    assert.match(await container.ask(`cat ${folder}/f2b.prom`), /^f2b_up 1$/m);
    await container.ask('rm -r /var/lib/prometheus');
  });

  await step('brings its manual pages', async () => {
    for (const page of ['8 f2bd', '1 f2bctl', '5 f2b.conf', '5 f2b.unit', '5 f2b.filter', '8 f2b-metrics']) {
      await container.ask(`man --where ${page}`);
    }
  });

  await step('explains its journal entries through the message catalog', async () => {
    const explained = await container.ask('journalctl -q -x -u f2bd.service');
    assert.match(explained, /^░░ Subject: The agent follows the journal$/m);
    assert.doesNotMatch(explained, /^░░.*@/m);
  });

  await step('lets those look who may read the journal, and only root change', async () => {
    const as = async (user: string, command: string): Promise<boolean> =>
      (await container.inside(`runuser -u ${user} -- f2bctl ${command}`)).status === 0;
    assert.equal(await as('bob', 'bans'), false);
    await container.ask('gpasswd --add alice systemd-journal');
    assert.equal(await as('alice', 'bans'), true);
    assert.equal(await as('alice', 'status'), true);
    for (const user of ['alice', 'bob']) assert.equal(await as(user, 'ban 198.51.100.7'), false);
    assert.equal(await as('root', 'ban 198.51.100.7'), true);
    assert.equal(await as('alice', 'unban 198.51.100.7'), false);
    assert.equal(await as('root', 'unban 198.51.100.7'), true);
    await container.ask('gpasswd --delete alice systemd-journal');
  });

  await step('keeps the old configuration in force when a reload finds a wrong one', async () => {
    await container.ask(`mkdir -p /etc/f2b/units && cp -a /etc/f2b /run/etc-f2b`);
    await container.ask(`printf '[Ban]\\nMaxRetri=3\\n' > /etc/f2b/units/ssh.service.conf`);
    const reload = await container.inside('systemctl reload f2bd.service');
    assert.notEqual(reload.status, 0);
    const told = await container.ask('journalctl -u f2bd.service --since -1min -o cat');
    assert.match(told, /\/etc\/f2b\/units\/ssh\.service\.conf:2: .*MaxRetri/);
    assert.match(told, /MaxRetry/, 'the nearest known key is named');
    assert.match(await container.ask('f2bctl status'), /ssh\.service/);
    assert.equal((await container.ask('systemctl is-active f2bd.service')).trim(), 'active');
    await container.ask('rm -r /etc/f2b && cp -a /run/etc-f2b /etc/f2b && rm -r /run/etc-f2b');
    await container.ask('systemctl reload f2bd.service');
  });

  await step('judges a configuration with the rights of the agent, and says so when it is good', async () => {
    assert.match(await container.ask('f2bd --check'), /^OK\b/);
    await container.ask(
      `mkdir -p /etc/f2b/f2bd.conf.d && printf '[Ban]\\nMaxRetry=3\\n' > /etc/f2b/f2bd.conf.d/x.conf`,
    );
    await container.ask('chmod 0600 /etc/f2b/f2bd.conf.d/x.conf');
    const check = await container.inside('f2bd --check');
    assert.equal(check.status, 78);
    assert.match(check.err, /x\.conf/);
    await container.ask('rm /etc/f2b/f2bd.conf.d/x.conf');
  });

  await step('guards on over a restart and an upgrade with a typo in its configuration, and tells of it', async () => {
    await container.ask(`printf '[Ban]\\nMaxRetri=3\\n' > /etc/f2b/f2bd.conf.d/x.conf`);
    await container.ask('systemctl restart f2bd.service');
    assert.match(await container.ask('f2bctl status'), /configuration is not valid/);
    assert.match(await container.ask('dpkg-reconfigure f2b 2>&1'), /MaxRetri/, 'what an upgrade would print');
    assert.match(await container.ask('f2bctl status'), /configuration is not valid[\s\S]*ssh\.service/);
    await container.ask('rm /etc/f2b/f2bd.conf.d/x.conf && systemctl reload f2bd.service');
    assert.doesNotMatch(await container.ask('f2bctl status'), /not valid/);
  });

  await step('leaves the state to its owner when root looks after it', async () => {
    await container.ask('systemctl stop f2bd.service');
    await container.ask('f2bctl state check && f2bctl state vacuum');
    assert.equal((await container.ask('find /var/lib/f2b ! -user f2b')).trim(), '');
    await container.ask('systemctl start f2bd.service');
  });

  await step('passes the test that Debian runs of it', async () => {
    container.copyIn(join(repository, 'debian/tests/ban'), '/run/ban');
    await container.ask('sh /run/ban', { timeout: 200 });
  });

  await step('shows where a banned address is, by the databases that its configuration names', async () => {
    await container.ask('f2bctl ban 198.51.100.9');
    assert.doesNotMatch(await container.ask('f2bctl bans'), /COUNTRY/);
    await container.ask(`printf '[Agent]\\nGeoIPDirectory=/srv/geoip\\n' > /etc/f2b/f2bd.conf.d/geoip.conf`);
    assert.match(await container.ask('f2bctl check 2>&1'), /geoip.conf:2: .*"\/srv\/geoip" is no folder/);
    const record = encodeValue({ country: { iso_code: 'NL' } });
    const database = encodeMmdb([[anAddress('198.51.100.0/24'), record]], { type: 'GeoLite2-Country' });
    const text = database.toString('base64');
    await container.ask(`mkdir /srv/geoip && echo ${text} | base64 -d > /srv/geoip/country.mmdb`);
    assert.doesNotMatch(await container.ask('f2bctl check 2>&1'), /geoip/);
    assert.match(await container.ask('f2bctl bans'), /198\.51\.100\.9 .* NL$/m);
    await container.ask('rm -r /srv/geoip /etc/f2b/f2bd.conf.d/geoip.conf');
  });

  await step('keeps its bans, and serves its numbers, when it is installed again', async () => {
    await install(container);
    await container.ask('dpkg-reconfigure f2b');
    assert.match(await container.ask('f2bctl bans'), /198\.51\.100\.9/);
    assert.equal((await container.inside('systemctl is-active f2b-metrics.socket')).out.trim(), 'active');
  });

  await step('leaves nothing behind when it is purged', async () => {
    await container.ask('DEBIAN_FRONTEND=noninteractive apt-get purge -y f2b 2>&1');
    assert.equal((await container.ask('systemctl is-active firewalld.service')).trim(), 'active');
    const now = await look();
    for (const what of ['zones', 'rules', 'users', 'files'] as const)
      assert.deepEqual(difference(bare[what], now[what]), [], what);
    assert.ok(!/f2b/i.test(await container.ask('journalctl --list-catalog')));
    assert.ok(!/f2b/i.test(await container.ask('nft list tables')));
    assert.equal((await container.ask('systemctl --failed --no-legend')).trim(), '');
  });
});

test('the package put into an image starts the agent when the image boots', { skip: cannotBoot }, async (t) => {
  const container = await boot(builtPackage());
  t.after(() => container.stop());
  assert.equal((await container.inside('systemctl is-active f2bd.service')).out.trim(), 'active');
  assert.match(await container.ask('firewall-cmd --get-zones'), /f2b-drop/);
  await container.ask('f2bctl status');
});
