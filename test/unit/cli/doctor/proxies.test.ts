/** doctor tells what stands in front of web servers before it is banned, and stays quiet where nothing does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON } from '../../../fakes/values.js';
import { aWorld, run, type World } from '../run.js';

const told = async (world: World) => {
  const { output } = await run(world, ['doctor', '--json']);
  const [found] = (JSON.parse(output) as { name: string; findings: { message: string; hint: string }[] }[]).filter(
    ({ name }) => name === 'Proxies',
  );
  return found?.findings.map(({ message, hint }) => `${message}\n${hint}`) ?? [];
};

/** A machine with a web server that two jails guard. */
function webWorld(unit = 'nginx.service'): World {
  const world = aWorld();
  for (const name of ['web-404', 'web-auth']) {
    const files = [{ path: `/etc/f2b/units/${name}.conf`, text: '[Jail]\nFilter=sshd\n[Ban]\nPorts=80/tcp 443/tcp\n' }];
    world.jails.push({ name, state: 'enabled', description: '', filter: 'web', units: [unit], forgeableBy: '', files });
  }
  return world;
}

const requests = (world: World, count: number, line: (n: number) => string) => {
  for (let n = 0; n < count; n += 1) world.journal.append({ receivedAt: NOON + n, line: `host nginx[9]: ${line(n)}` });
};
const combined = (peer: string, forwarded = '') =>
  `${peer} - - [30/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0"${forwarded && ` "${forwarded}"`}`;

const event = (world: World, fields: Readonly<Record<string, string>>) =>
  world.journal.append({ receivedAt: NOON, line: 'host f2bd[1]: told', fields });
const ban = (world: World, address: string, jail = 'web-404') =>
  event(world, { F2B_EVENT: 'ban', F2B_JAIL: jail, F2B_ADDRESS: address, F2B_FAILURES: '5', F2B_ORIGIN: 'jail' });

test('clients of all kinds, a few of whom come through a content network, are nothing to tell of', async () => {
  const world = webWorld();
  requests(world, 40, (n) => combined(n % 4 === 0 ? `162.158.1.${n}` : `198.51.100.${n}`, n % 2 ? '203.0.113.1' : '-'));
  ban(world, '162.158.1.9');
  ban(world, '198.51.100.7');
  ban(world, '198.51.100.8');
  assert.deepEqual(await told(world), []);
});

test('one client alone, at home or anywhere, is nothing to tell of, also with a header of its own making', async () => {
  const world = webWorld();
  requests(world, 40, () => combined('192.168.1.7', '203.0.113.1'));
  assert.deepEqual(await told(world), []);
  requests(world, 300, (n) => combined('203.0.113.9', n < 90 ? `10.9.8.${n}` : '-'));
  assert.deepEqual(await told(world), []);
});

test('who sends many names of clients from anywhere is told of, and never to be spared', async () => {
  const world = webWorld();
  requests(world, 40, (n) => combined('203.0.113.9', `198.51.100.${n}`));
  const [found = ''] = await told(world);
  assert.match(found, /came from 203\.0\.113\.9, for others/);
  assert.doesNotMatch(found, /IgnoreIP/);
});

test('a content network that most requests come from is told once, with how the server learns of the clients', async () => {
  const world = webWorld();
  requests(world, 40, (n) => combined(`172.70.1.${n}`));
  const found = await told(world);
  assert.deepEqual(found, [
    '40 of the last 40 requests to nginx.service came from Cloudflare: if that stands in front, web-404, web-auth would ban everybody behind it\n' +
      'if you put it there: in nginx, set_real_ip_from for each of its networks, and real_ip_header CF-Connecting-IP; ' +
      'until then IgnoreIP= with its networks in web-404, web-auth',
  ]);
});

test('a proxy is told by what it forwards for, in the lines of nginx and Apache as in the JSON of Caddy', async () => {
  const world = webWorld('apache2.service');
  requests(world, 40, (n) => combined('10.0.0.2', `198.51.100.${n}, 10.0.0.9`));
  assert.match(
    (await told(world)).join('\n'),
    /^40 of the last 40 requests .* came from 10\.0\.0\.2, for others: .*\n.*a2enmod remoteip/,
  );
  const caddy = webWorld('caddy.service');
  requests(caddy, 40, (n) => `{"request":{"remote_ip":"10.0.0.2","headers":{"X-Forwarded-For":["198.51.100.${n}"]}}}`);
  assert.match(
    (await told(caddy)).join('\n'),
    /came from 10\.0\.0\.2, for others: .*\n.*in the Caddyfile, trusted_proxies/,
  );
});

test('a content network, or one address of a private network, with most of the failures is told', async () => {
  const world = webWorld();
  ban(world, '151.101.1.1');
  assert.deepEqual(await told(world), [], 'one address may be anybody');
  ban(world, '151.101.1.2');
  assert.match((await told(world)).join('\n'), /^10 of 10 failures of a week in web-404 were of Fastly: /);
  const other = webWorld();
  ban(other, '192.168.1.1');
  assert.match((await told(other)).join('\n'), /^5 of 5 failures of a week in web-404 were of 192\.168\.1\.1: /);
});

test('failures that are all of this machine itself are told, and none where others fail as often', async () => {
  const world = aWorld();
  const spared = { F2B_EVENT: 'spared', F2B_JAIL: 'ssh.service', F2B_ADDRESS: '127.0.0.1', F2B_CAUSE: 'own-address' };
  event(world, { ...spared, F2B_COUNT: '4' });
  assert.deepEqual(await told(world), []);
  event(world, { ...spared, F2B_COUNT: '2' });
  assert.match(
    (await told(world)).join('\n'),
    /^6 of 6 failures of a week in ssh\.service were of this machine itself/,
  );
  event(world, { F2B_EVENT: 'failures', F2B_JAIL: 'ssh.service', F2B_FAILURES: '7' });
  assert.deepEqual(await told(world), []);
});

test('a server that takes clients from a proxy elsewhere is told that the firewall does not meet them', async () => {
  const world = webWorld();
  world.files.set('/etc/nginx/conf.d/real-ip.conf', '#set_real_ip_from 162.158.0.0/15;\nset_real_ip_from 127.0.0.1;\n');
  assert.deepEqual(await told(world), [], 'a proxy on this machine');
  world.files.set('/etc/nginx/conf.d/real-ip.conf', '  set_real_ip_from 162.158.0.0/15;\n');
  assert.match(
    (await told(world)).join('\n'),
    /^nginx\.service takes clients from a proxy elsewhere \(162\.158\.0\.0\/15\): .*\n.*Type=denylist/,
  );
  world.files.set('/etc/f2b/actions/nginx.conf', '[Action]\nType=denylist\nFormat=nginx\n');
  assert.deepEqual(await told(world), []);
});
