/** Hundreds of jails of a few filters: each counts by itself, and a reload of all of them keeps nobody waiting. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AgentLab } from './agent-lab.js';

const JAILS = 400;
const FILTERS = 10;

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
  for (let n = 0; n < FILTERS; n += 1) lab.filter(`app${n}`, `[Definition]\nfailregex = bad${n} <ADDR>$\n`);
  for (let n = 0; n < JAILS; n += 1)
    lab.configure(`j${n}.service`, `[Jail]\nFilter=app${n % FILTERS}\n[Ban]\nMaxRetry=2\n`);
});
afterEach(() => lab.dispose());

/** What each jail that has banned somebody has banned. */
function bansByJail(agent: Awaited<ReturnType<AgentLab['start']>>['agent']): readonly string[] {
  return agent.bans({}, JAILS).map(({ ban }) => `${ban.jail} ${ban.address.text}`);
}

test('jails of one filter count what their own unit says, and go on counting after a reload', async () => {
  const { agent } = await lab.start();
  const bad = (jail: number) => lab.log(`bad${jail % FILTERS} 192.0.2.1`, { _SYSTEMD_UNIT: `j${jail}.service` });
  for (const jail of [3, 13, 3, 23]) await bad(jail);
  assert.deepEqual(bansByJail(agent), ['j3.service 192.0.2.1']);
  await agent.reload();
  await bad(23);
  assert.deepEqual(bansByJail(agent), ['j23.service 192.0.2.1', 'j3.service 192.0.2.1']);
});

test('while all are read again the agent answers', async () => {
  const { agent } = await lab.start();
  let isDone = false;
  const reloading = agent.reload().finally(() => {
    isDone = true;
  });
  let answers = 0;
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    // The jails shipped with the agent are there too.
    if (agent.status().jails.length >= JAILS) answers += 1;
  }
  await reloading;
  assert.ok(answers > JAILS / 50 + FILTERS, `${answers} answers`);
});
