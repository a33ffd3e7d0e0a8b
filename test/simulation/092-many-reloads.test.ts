/** Reloads, as many as a host sees in months: none leaves anything in memory of what it took the place of. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AgentLab } from './agent-lab.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const RELOADS = 100;
/** Enough that what a hundred reloads would leave, if each left its jails, is some twenty megabytes. */
const JAILS = 30;
const FEW_MEGABYTES = 3_000_000;

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(() => lab.dispose());

/** What is reachable, in bytes. */
function used(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Another text each time, so that nothing of the reload before can be taken on. */
function configure(time: number): void {
  lab.filter(
    'app',
    `[Definition]\nfailregex = bad${time} <ADDR>$\n            worse${time} <F-USER>\\S+</F-USER> <ADDR>$\n`,
  );
  for (let n = 0; n < JAILS; n += 1)
    lab.configure(`j${n}.service`, `[Jail]\nFilter=app\n[Ban]\nMaxRetry=2\nFindTime=${600 + time}\n`);
}

test('a hundred reloads, each of another configuration, leave no memory behind', async () => {
  configure(0);
  const { agent } = await lab.start();
  const reload = async (time: number) => {
    configure(time);
    await agent.reload();
    await lab.log(`bad${time} 192.0.2.1`, { _SYSTEMD_UNIT: 'j1.service' });
    lab.notifier.events.length = 0;
  };
  for (let time = 1; time <= 10; time += 1) await reload(time);
  const before = used();
  for (let time = 11; time <= 10 + RELOADS; time += 1) await reload(time);
  const grown = used() - before;
  assert.ok(grown < FEW_MEGABYTES, `${grown} bytes more`);
});
