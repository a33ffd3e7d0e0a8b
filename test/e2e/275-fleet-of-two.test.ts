/** Two booted systems of a fleet over three real nats-servers, from the attacker's log-ins to the kernel of the other one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannotBoot, sources, target } from '../support/container.js';
import { bootFleet } from '../support/fleet-containers.js';
import { skipWithoutNats } from '../support/nats-lab.js';
import { untilFree, untilHeld } from './firewall.js';
import { guess, knock, tryLogin } from './login.js';
import { stepsOf } from './steps.js';

test('two systems of a fleet', { skip: cannotBoot || skipWithoutNats }, async (t) => {
  const { lab, systems } = await bootFleet(t);
  const [web1, web2] = systems;
  const step = stepsOf(t, () => web2);
  const attacker = sources.ipv4[5] ?? '';
  const login = { from: attacker, to: target.ipv4 };

  await step('shut out on one whom the other bans, and say where that came from', async () => {
    assert.equal(await tryLogin(web2, login), 'logged in');
    await guess(web1, login, 5);
    await untilHeld(web1, attacker);
    await untilHeld(web2, attacker);
    assert.equal(await knock(web2, login), 'shut out');
    assert.match(await web2.ask(`f2bctl why ${attacker}`), /banned by fleet .*: ssh\.service on web1/);
    assert.match(await web2.ask(`f2bctl fleet why ${attacker}`), /web1: ssh\.service since/);
  });

  await step('let in on both whom the one lifts that banned', async () => {
    await web1.ask(`f2bctl unban ${attacker}`);
    await untilFree(web1, attacker);
    await untilFree(web2, attacker);
    for (const system of systems) assert.equal(await tryLogin(system, login), 'logged in');
  });

  await step('guarded while all servers are away, and have the same when those are back', async () => {
    const other = { ...login, from: sources.ipv4[6] ?? '' };
    for (let place = 0; place < lab.size; place += 1) await lab.kill(place);
    await guess(web1, other, 5);
    await untilHeld(web1, other.from);
    for (let place = 0; place < lab.size; place += 1) await lab.run(place);
    await untilHeld(web2, other.from, 90);
  });
});
