/** Slips of the hand, and jails that are switched off: each answer is true, and says what to do. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JailEntry } from '../../../src/config/files/configuration-files.js';
import { aStatus } from '../../fakes/agent.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { repository } from '../../support/repository.js';
import { aWorld, run } from './run.js';

const postfix: JailEntry = {
  name: 'postfix',
  state: 'disabled',
  description: '',
  filter: 'postfix',
  units: [],
  forgeableBy: '',
  files: [],
};

test('a jail that is switched off is told as such wherever it is named', async () => {
  const world = aWorld();
  world.jails.push(postfix);
  const lines = ['ban 192.0.2.9 --jail postfix', 'unban 192.0.2.9 --jail postfix', 'bans postfix', 'bans -j postfix'];
  for (const line of lines) {
    const { status, errors } = await run(world, line.split(' '));
    assert.equal(status, 3, line);
    assert.match(errors, /postfix is disabled\nhint: switch it on with: f2bctl enable --now postfix\n$/, line);
  }
  assert.deepEqual(world.agent.held, []);
});

test('the manual page names every command that ends so for a jail that is switched off', async () => {
  const page = readFileSync(join(repository, 'src/man/f2bctl.1.scd'), 'utf8');
  const row = /^# EXIT STATUS$.*?^\| {2}3\n(.*?)^\| {2}4$/ms.exec(page)?.[1] ?? '';
  const lines = ['status', 'bans', 'is-active', 'enable', 'ban 192.0.2.9 --jail', 'unban 192.0.2.9 --jail'];
  for (const line of lines) {
    const world = aWorld();
    world.jails.push({ ...postfix, state: line === 'enable' ? 'masked' : 'disabled' });
    assert.equal((await run(world, [...line.split(' '), 'postfix'])).status, 3, line);
    assert.ok(row.includes(`*${line.split(' ')[0]}*`), line);
  }
});

test('a list that was cut says so', async () => {
  const world = aWorld();
  world.agent.held.push({ ban: aBan(), state: 'enforced' });
  world.agent.held.push({ ban: aBan({ address: anAddress('192.0.2.9') }), state: 'enforced' });
  const below = async (...options: readonly string[]) => {
    const { output } = await run(world, ['bans', ...options]);
    return output.trimEnd().split('\n').at(-1);
  };
  assert.equal(await below(), '2 bans.');
  assert.equal(await below('-n', '5'), '2 bans.');
  assert.equal(await below('-n', '1'), '1 of 2 bans.');
  assert.equal(await below('-n', '0'), '0 of 2 bans.');
  assert.equal(await below('198.51.100.1', '-n', '0'), 'No bans.');
});

test('a report of a jail that there is not says so', async () => {
  const { errors } = await run(aWorld(), ['report', '--jail', 'sshh']);
  assert.match(errors, /there is no such jail: sshh\nhint: did you mean ssh/);
  const elsewhere = await run(aWorld(), ['report', '--jail', 'sshh', '-D', '/elsewhere']);
  assert.equal(elsewhere.errors, '', 'it may be one of that machine');
});

test('the health of a jail is not that of others', async () => {
  const world = aWorld();
  const unheard = (message: string) => ({
    code: 'JAIL_UNHEARD',
    message: `a jail hears nothing: ${message}`,
    hint: '-',
  });
  const health = async (message: string, name = 'ssh.service') => {
    const jails = aStatus.jails.map((jail) => ({ ...jail, name }));
    world.agent.current = { ...aStatus, jails, problems: [unheard(message)] };
    return /Health: (.*)\n/.exec((await run(world, ['status', name])).output)?.[1];
  };
  assert.equal(await health('nginx-404: this machine has no nginx.service'), 'well');
  assert.match((await health('web: it has none; ssh.service: nor has it')) ?? '', /^a jail hears nothing/);
  const ofDevice = 'app-a:b.service';
  assert.match((await health(`web: it has none; ${ofDevice}: nor has it`, ofDevice)) ?? '', /^a jail hears nothing/);
  assert.equal(await health(`${ofDevice}: it has none`, 'b.service'), 'well');
});

test('whoever does not want to edit again is not told twice what is wrong', async () => {
  const world = aWorld();
  world.agreement = false;
  const path = '/etc/f2b/units/ssh.service.conf.d/override.conf';
  world.problems = [{ file: path, line: 2, severity: 'error', message: 'unknown key MaxRetri=' }];
  world.edit = (text) => text.replace('drop-in\n\n', 'drop-in\nMaxRetri=3\n');
  const { status, errors } = await run(world, ['edit', 'ssh']);
  assert.equal(status, 78);
  assert.match(
    errors,
    /^f2bctl: the configuration is not valid: nothing was changed\nhint: your text is in \/tmp\/kept-1/,
  );
});

test('many bans do not hide what else is told of a jail', async () => {
  const world = aWorld();
  for (let n = 1; n <= 25; n += 1) {
    const ban = aBan({ address: anAddress(`198.51.100.${n}`), since: NOON + n });
    world.agent.held.push({ ban, state: 'enforced' });
  }
  const { output } = await run(world, ['status', 'ssh']);
  assert.equal(output.match(/^198\.51\.100\.\d+ /gm)?.length, 20);
  assert.match(output, /^198\.51\.100\.25 .*\n\nThe newest 20 of 25 bans; f2bctl bans ssh\.service lists them\.$/m);
  const jails = aStatus.jails.map((jail) => ({ ...jail, banned: 100_000 }));
  world.agent.current = { ...aStatus, jails };
  const many = (await run(world, ['status', 'ssh'])).output;
  assert.match(many, /\n\n100,000 bans; f2bctl bans ssh\.service lists them\.\n/);
  const { inForce } = JSON.parse((await run(world, ['status', 'ssh', '--json'])).output);
  assert.equal(inForce.length, 25, 'programs are told of all');
});
