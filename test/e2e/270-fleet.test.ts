/** f2b-fleetd as its package brings it: in its sandbox, with Debian's nats-server, up to the kernel. */
import assert from 'node:assert/strict';
import type { RequestOptions } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, install, sources } from '../support/container.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { kernelHolds, untilHeld } from './firewall.js';
import { stepsOf } from './steps.js';

/** A command that prints what is answered over HTTP: there is no curl. */
const getting = (options: RequestOptions) =>
  `node -e 'http.get(${JSON.stringify(options)}, (answer) => answer.pipe(process.stdout))'`;

test('f2b-fleetd', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent(join(repository, 'test/e2e/base-nats'));
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);
  const put = (path: string, text: string) => container.ask(`cat >${path} <<'END'\n${text}\nEND`);
  const [attacker = '', neighbour = ''] = sources.ipv4;

  await step('does nothing until it is configured', async () => {
    await install(container, 'f2b-fleet');
    assert.equal((await container.inside('systemctl is-active f2b-fleetd')).out.trim(), 'inactive');
    const rating = await container.inside('systemd-analyze security --threshold=20 --no-pager f2b-fleetd.service');
    assert.equal(rating.status, 0, rating.out);
    assert.match((await container.inside('f2bctl fleet status')).err, /f2b-fleetd is not running/);
  });

  await step('is connected once it is set up as the manual page says', async () => {
    await container.ask('mkdir -p /root/other/credentials /etc/nats');
    await container.ask('f2bctl fleet enroll web1 --administrator >/etc/nats/fleet');
    await container.ask('f2bctl fleet enroll web2 --config-directory /root/other >>/etc/nats/fleet');
    await container.ask('mv /root/other/fleet.nkey /root/other/credentials/f2b-fleet.nkey');
    await container.ask('install -d -o nats -g nats -m 700 /var/lib/nats');
    await container.ask('f2bctl fleet server-config /etc/nats/fleet --listen 127.0.0.1:4222 >/etc/nats-server.conf');
    await container.ask('systemctl start nats-server');
    await put('/etc/f2b/fleet.conf', '[Fleet]\nServer=nats://localhost\nName=web1');
    await put('/root/other/fleet.conf', '[Fleet]\nServer=nats://localhost\nName=web2\nApply=no\nPublish=no');
    await container.ask('systemctl start f2b-fleetd');
    const status = () => container.inside('f2bctl fleet status');
    await until('it is connected', async () =>
      (await status()).out.includes('is connected') ? true : undefined,
    ).catch(async (error: unknown) => {
      const log = await container.inside('journalctl --no-pager -u f2b-fleetd -u nats-server');
      throw new Error(`${error}\n${log.out}`);
    });
    assert.equal((await container.ask('stat -c %U /proc/$(systemctl show -P MainPID f2b-fleetd)')).trim(), 'f2b-fleet');
  });

  await step('bans what an administrator ordered, says so, and lifts it everywhere', async () => {
    await container.ask(`f2bctl fleet ban ${attacker} --for 1h --reason 'scans us'`);
    await untilHeld(container, attacker);
    assert.match(await container.ask(`f2bctl why ${attacker}`), /banned by fleet .*: an administrator: scans us/);
    assert.match(await container.ask(`f2bctl bans`), new RegExp(`^${attacker} +fleet `, 'm'));
    await container.ask(`f2bctl ban ${attacker}`);
    await container.ask(`f2bctl fleet unban ${attacker}`);
    await until('the kernel holds nobody', async () => ((await kernelHolds(container)).size === 0 ? true : undefined));
  });

  await step('bans nobody for the fleet whom an administrator spares, and says who does', async () => {
    await container.ask(`f2bctl fleet ban ${attacker} --for 1h`);
    await untilHeld(container, attacker);
    await container.ask(`f2bctl fleet allow ${attacker} --for 1h --reason 'the office'`);
    await until('the kernel holds nobody', async () => ((await kernelHolds(container)).size === 0 ? true : undefined));
    assert.match(await container.ask(`f2bctl fleet why ${attacker}`), /web1 spares .* everywhere: the office/);
    assert.match(await container.ask('f2bctl fleet status'), new RegExp(`^${attacker} .* web1 +the office$`, 'm'));
    assert.match((await container.inside(`f2bctl fleet ban ${attacker}`)).err, /web1 spares .*\nhint: .*disallow/);
    assert.match(await container.ask('f2bctl metrics'), /^f2b_fleet_allowances 1$/m);
    await container.ask('systemctl start f2b-metrics.socket');
    const served = await container.ask(getting({ port: 9191, path: '/metrics' }));
    assert.match(served, /^f2b_fleet_connected 1$/m);
    assert.match(served, /^f2b_fleet_allowances 1$/m);
    const asked = (socket: string, path: string) =>
      container.inside(`runuser -u f2b-metrics -- ${getting({ socketPath: `/run/f2b-fleet/${socket}`, path })}`);
    assert.match((await asked('status', '/withdraw?host=web1')).out, /only the status is told here/);
    assert.match((await asked('control', '/status')).err, /EACCES/);
    await container.ask(`f2bctl fleet disallow ${attacker}`);
    await untilHeld(container, attacker);
    await container.ask(`f2bctl fleet unban ${attacker}`);
    await until('the kernel holds nobody', async () => ((await kernelHolds(container)).size === 0 ? true : undefined));
  });

  await step('tells others what is banned here, from the journal', async () => {
    container.insideStart(
      'cd /root/other && CREDENTIALS_DIRECTORY=/root/other/credentials RUNTIME_DIRECTORY=/root/other ' +
        'exec f2b-fleetd --config-directory /root/other --state-directory /root/other/state 2>/root/other/log',
    );
    await container.ask(`f2bctl ban ${neighbour} --for 1h`);
    // A second f2b-fleetd, which is not the service's.
    const heard = async () =>
      (await container.inside(getting({ socketPath: '/root/other/control', path: '/bans' }))).out;
    const pattern = new RegExp(`"${neighbour}".*"host":"web1","jail":"manual"`);
    await until('web2 heard of it', async () => (pattern.test(await heard()) ? true : undefined)).catch(
      async (error: unknown) => {
        const log = await container.inside('cat /root/other/log; journalctl --no-pager -u f2b-fleetd');
        throw new Error(`${error}\n${await heard()}\n${log.out}`);
      },
    );
  });

  await step('leaves nothing behind when it is purged', async () => {
    await container.ask('apt-get purge -y f2b-fleet </dev/null 2>&1');
    const left = 'ls -d /var/lib/f2b-fleet /etc/f2b/fleet* /run/f2b-fleet; getent passwd f2b-fleet';
    assert.equal((await container.inside(left)).out, '');
  });
});
