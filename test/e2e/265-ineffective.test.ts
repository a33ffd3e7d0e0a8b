/** Bans that do not keep their addresses out are told with what lets them in, seen in real packets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { stepsOf } from './steps.js';

/** A service that refuses everybody at each of its ports; a client may claim to be somebody else, as behind a proxy. */
const SERVICE = `
const { createServer } = require('node:net');
const names = { 7001: 'door', 7002: 'gate', 7003: 'gate', 7004: 'wall' };
for (const port of Object.keys(names)) {
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const claimed = /^for ([0-9.]+)$/m.exec(data);
      const address = claimed ? claimed[1] : socket.remoteAddress.replace('::ffff:', '');
      console.log('refused by ' + names[port] + ': ' + address);
      setTimeout(() => socket.end('no\\n'), 300);
    });
  }).listen(Number(port), '::');
}
`;

/** Comes to a port of the target so often, from an address; ends when all are answered or nobody answers. */
const COME = `
const { connect } = require('node:net');
const [from, to, port, line, times] = process.argv.slice(1);
let open = Number(times);
const done = () => { if (--open === 0) process.exit(0); };
for (let n = Number(times); n > 0; n -= 1) {
  const socket = connect({ host: to, port: Number(port), localAddress: from });
  socket.on('error', () => {});
  socket.once('close', done);
  socket.write(line + '\\n');
  socket.resume();
}
setTimeout(() => process.exit(0), 3000);
`;

const jail = (name: string, disposition: string) => ({
  [`/etc/f2b/filters/${name}.conf`]: `[Definition]\nfailregex = ^\\S+ node\\[\\d+\\]: refused by ${name}: <ADDR>$\n`,
  [`/etc/f2b/units/${name}.conf`]: `[Jail]\nFilter=${name}\n[Journal]\nUnit=many-doors.service\n[Ban]\nMaxRetry=2\nBanTime=1h\n${disposition}\n`,
});

const files = {
  ...jail('door', ''),
  ...jail('gate', 'Disposition=ports\nPorts=7002'),
  ...jail('wall', ''),
  '/root/many-doors.js': SERVICE,
  '/etc/systemd/system/many-doors.service': '[Service]\nExecStart=/usr/bin/node /root/many-doors.js\n',
};

/** As Docker publishes ports: firewalld lets in what was translated before it looks at its zones. */
const PUBLISHED = `table ip published {
  chain prerouting { type nat hook prerouting priority dstnat; tcp dport 7005 redirect to :7004; }
}`;

const [proxy = '', besides = '', forwarded = ''] = sources.ipv4;
const CLIENT = '203.0.113.77';

test('a ban that does not keep its address out', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
    for (const [path, text] of Object.entries(files)) await container.ask(`cat >${path}`, { input: text });
    await container.ask('systemctl daemon-reload; systemctl start many-doors; firewall-cmd --add-port=7001-7005/tcp');
    await container.ask('nft -f -', { input: PUBLISHED });
    await container.ask('f2bctl reload');
    const isUp = () => container.ask('ss -Htln sport = :7004').then((text) => text !== '' || undefined);
    await until('the service listens', isUp);
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  const come = (from: string, port: number, times: number, line = 'hello') =>
    container.attacker([process.execPath, '-e', COME, from, target.ipv4, String(port), line, String(times)]);
  /** Fails until it is banned, and goes on at a port until the agent tells why that is of no use. */
  const goOn = async (address: string, first: () => Promise<unknown>, again: () => Promise<unknown>) => {
    const view = async () => JSON.parse(await container.ask(`f2bctl why ${address} --json`)).bans[0];
    const isBanned = async () => {
      await first();
      return (await view())?.state === 'enforced' ? true : undefined;
    };
    await until(`${address} is banned`, isBanned, 60);
    return until(
      `the ban of ${address} is told to be without effect`,
      async () => {
        await again();
        return (await view())?.ineffective?.cause;
      },
      60,
    );
  };

  await step('is told to come through a proxy when its packets come from elsewhere', async () => {
    const line = `for ${CLIENT}`;
    const cause = await goOn(
      CLIENT,
      () => come(proxy, 7001, 2, line),
      () => come(proxy, 7001, 6, line),
    );
    assert.deepEqual(cause, { kind: 'elsewhere' });
    assert.match(await container.ask('f2bctl status'), /203\.0\.113\.77 in door; .*a proxy or content network/);
    assert.match(await container.ask(`f2bctl why ${CLIENT}`), /does not keep it out: /);
  });

  await step('is told to come to a port that the jail does not close', async () => {
    const cause = await goOn(
      besides,
      () => come(besides, 7002, 2),
      () => come(besides, 7003, 6),
    );
    assert.deepEqual(cause, { kind: 'open-port', port: 7003 });
  });

  await step('is told to come past the firewall when nothing guards a published port', async () => {
    await container.ask('mv /usr/sbin/nft /root/nft; /root/nft delete table inet f2b-guard');
    const cause = await goOn(
      forwarded,
      () => come(forwarded, 7004, 2),
      () => come(forwarded, 7005, 6),
    );
    assert.deepEqual(cause, { kind: 'past', port: 7004 });
  });

  await step('is an event each time, with the cause', async () => {
    const text = await container.ask('f2bctl log --event=ineffective -o json');
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map((event) => [event.F2B_JAIL, event.F2B_ADDRESS, event.F2B_CAUSE]),
      [
        ['door', CLIENT, 'elsewhere'],
        ['gate', besides, 'open-port'],
        ['wall', forwarded, 'past'],
      ],
    );
  });

  await step(
    'is beside settings until a reboot, which outlive the agent, and a restart that is asked for where it takes one',
    async () => {
      await container.ask('f2bctl set --runtime gate MaxRetry=9');
      assert.match(await container.ask('f2bctl status gate'), /Limit: 9 failures/);
      assert.match(
        await container.ask('f2bctl show gate --show-origin -p MaxRetry'),
        /MaxRetry=9 +\/run\/f2b\/units\/gate/,
      );
      assert.equal(
        (await container.ask('stat -c %U:%a /run/f2b /run/f2b/units /run/f2b/agent')).trim(),
        'root:755\nroot:755\nf2b:700',
      );
      await container.ask('mkdir -p /etc/systemd/system/f2bd.service.d; sleep 1');
      await container.ask(
        'printf "[Service]\\nNice=1\\n" >/etc/systemd/system/f2bd.service.d/nice.conf; systemctl daemon-reload',
      );
      assert.match(
        await container.ask('f2bctl reload'),
        /nice\.conf\. That takes effect with: systemctl restart f2bd\.service/,
      );
      await container.ask('systemctl restart f2bd');
      assert.doesNotMatch(await container.ask('f2bctl reload'), /systemctl restart/);
      assert.match(
        await container.ask('f2bctl status gate'),
        /Limit: 9 failures/,
        'it outlives a restart of the agent',
      );
      await container.ask('f2bctl revert gate');
      assert.match(await container.ask('f2bctl status gate'), /Limit: 2 failures/);
    },
  );
});
