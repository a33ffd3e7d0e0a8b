/** `f2bctl import`: what it writes, and what it leaves alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aWorld, run } from '../cli/run.js';
import { configurations } from './configurations.js';

const DROPIN = '/etc/f2b/units/ssh.service.conf.d/40-fail2ban.conf';

function withFail2ban() {
  const world = aWorld();
  for (const [path, text] of Object.entries(configurations.mail)) world.files.set(`/srv/fail2ban/${path}`, text);
  return world;
}

test('import writes the drop-in of the shipped jail and tells of each setting', async () => {
  const world = withFail2ban();
  const { status, output } = await run(world, ['import', '/srv/fail2ban']);
  assert.equal(status, 0);
  assert.match(output, /^\[sshd\] -> ssh\.service$/m);
  assert.match(output, new RegExp(`Created ${DROPIN}\\.\n$`));
  assert.match(world.files.get(DROPIN) ?? '', /^Enabled=yes$/m);
});

test('import --dry-run writes nothing', async () => {
  const world = withFail2ban();
  const { output } = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
  assert.match(output, new RegExp(`Would create ${DROPIN}\\.\n$`));
  assert.equal(world.files.get(DROPIN), undefined);
});

test('import leaves a file that is there and shows what differs', async () => {
  const world = withFail2ban();
  world.files.set(DROPIN, '[Ban]\nMaxRetry=9\n');
  const { status, output } = await run(world, ['import', '/srv/fail2ban']);
  assert.equal(status, 0);
  assert.match(output, /Left as it is: [\s\S]*\n-MaxRetry=9\n[\s\S]*\+Enabled=yes\n/);
  assert.equal(world.files.get(DROPIN), '[Ban]\nMaxRetry=9\n');
});

test('import of a folder without jails says what to name', async () => {
  const { status, errors } = await run(aWorld(), ['import', '/srv/nothing']);
  assert.equal(status, 66);
  assert.match(errors, /hint: name the folder that holds jail\.conf/);
});
