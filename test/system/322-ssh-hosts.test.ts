/** f2bctl -H over a real ssh: the same answers and exit statuses, from one host or from several, whatever they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withAgent } from './control-lab.js';
import { missingSshd, sshHosts } from './ssh-hosts.js';

const skip = process.getuid?.() === 0 ? (missingSshd ?? false) : 'needs root for namespaces';
const attacker = '203.0.113.7';
/** How long ago it was differs from one command to the next. */
const withoutTimes = (text: string) => text.replace(/\b\d+(?:min|s)(?: \d+s)?\b/g, 'TIME');

test('over ssh, commands answer as they do there', { skip }, async (t) => {
  const { f2bctl: local, bus } = await withAgent(t, [attacker]);
  const f2bctl = await sshHosts(t, bus);

  for (const argv of [['status', 'ssh'], ['bans'], ['why', attacker], ['status', 'nosuch']]) {
    const [here, there] = await Promise.all([local(...argv), f2bctl('-H', 'root@web1', ...argv)]);
    assert.equal(withoutTimes(there.output), withoutTimes(here.output), argv.join(' '));
    assert.equal(there.status, here.status, argv.join(' '));
    assert.ok(there.errors.endsWith(here.errors), there.errors);
  }

  const reason = `it's "odd"; $(reboot) \\ *`;
  const banned = await f2bctl('--host=web1', 'ban', '203.0.113.9', '1h', '--reason', reason);
  assert.equal(banned.status, 0, banned.errors);
  const [ban] = JSON.parse((await local('bans', '203.0.113.9', '--json')).output);
  assert.equal(ban.reason, reason);
  assert.equal(
    (await f2bctl('-H', 'web1', 'unban', '203.0.113.9')).output,
    '203.0.113.9 is no longer banned by manual.\n',
  );
  assert.equal((await f2bctl('-H', 'web1', 'unban', '203.0.113.9')).status, 66);

  const down = await f2bctl('-H', 'down', 'status');
  assert.deepEqual([down.status, down.output], [69, '']);
  assert.match(
    down.errors,
    /Connection refused[\s\S]*^f2bctl: the other machine cannot be asked: down\nhint: .*ssh down$/m,
  );

  const all = await f2bctl('-H', 'web1', '-H', 'down', '-Hweb2', '-H', 'hostile', 'bans', attacker);
  assert.equal(all.status, 69, 'the worst counts');
  assert.doesNotMatch(all.output, /[\u0000-\u0009\u000b-\u001f\u202e]|authorized|Permanently|\\u000d/, 'no banners');
  const lines = all.output.trimEnd().split('\n');
  const of = (host: string) =>
    lines.filter((line) => line.startsWith(`${host}: `)).map((line) => line.slice(host.length + 2));
  for (const host of ['web1', 'web2']) assert.match(of(host)[1] ?? '', new RegExp(`^${attacker} +ssh\\.service`));
  assert.deepEqual(of('down'), ['ssh: connect to host 127.0.0.1 port 1: Connection refused']);
  assert.deepEqual(of('hostile'), ['\\u001b]0;owned\\u0007\\u001b[2Jweb1: 192.0.2.1 is not banned.\\u202e']);
  assert.deepEqual([...new Set(lines.map((line) => line.split(':')[0]))], ['web1', 'down', 'web2', 'hostile']);

  const lifted = await f2bctl('-H', 'web1', '-H', 'web2', 'unban', attacker);
  assert.equal(lifted.status, 66, 'both are the one agent: the second finds nothing');
  assert.match(lifted.output, new RegExp(`^web[12]: ${attacker} is no longer banned by ssh\\.service\\.$`, 'm'));
});
