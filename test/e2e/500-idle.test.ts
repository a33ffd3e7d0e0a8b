/** What the agent costs when nothing happens. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot } from './container.js';
import { sleep } from './process.js';

const seconds = 60;

/** Moments at which any of its threads did anything, from `strace -f -ttt`; calls less than 100 ms apart are one. */
function wakeUps(trace: string): readonly number[] {
  const times = [...trace.matchAll(/^\d+ +(\d+\.\d+) /gm)].map(([, time]) => Number(time)).sort((a, b) => a - b);
  return times.filter((time, index) => time - (times[index - 1] ?? 0) > 0.1);
}

test('an idle agent', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
    // Whatever the start left to do is done by then.
    await sleep(10);
  });
  after(() => container.stop());

  await t.test('wakes up for the watchdog and for nothing else', async (t) => {
    const pid = (await container.ask('systemctl show -P MainPID f2bd.service')).trim();
    const trace = `strace -f -ttt -p ${pid} -o /root/trace`;
    const logged = `journalctl -q -o cat --since -${seconds}s | wc -l`;
    await container.inside(`timeout --signal=INT ${seconds} ${trace}`, { timeout: seconds + 30 });
    assert.equal((await container.ask(logged)).trim(), '0', 'the journal was quiet meanwhile');
    const text = await container.ask('cat /root/trace');
    // The first moment is strace itself taking hold of the threads.
    const moments = wakeUps(text).slice(1);
    const watchdog = Number(
      (await container.ask('systemctl show -P WatchdogUSec --timestamp=unix f2bd.service')).match(/^(\d+)/)?.[1],
    );
    t.diagnostic(`${moments.length} wake-ups in ${seconds} s, the watchdog wants one every ${watchdog / 2} s`);
    assert.ok(moments.length > 0 && moments.length <= Math.ceil(seconds / (watchdog / 2)), text.slice(0, 5000));
  });

  await t.test('takes little memory', async (t) => {
    const status = await container.ask('cat /proc/$(systemctl show -P MainPID f2bd.service)/status');
    const [, resident = ''] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
    const [, own = ''] = /^RssAnon:\s+(\d+) kB/m.exec(status) ?? [];
    t.diagnostic(
      `resident memory ${Math.round(Number(resident) / 1024)} MB, of it ${Math.round(Number(own) / 1024)} MB its own`,
    );
    assert.ok(Number(resident) > 0);
  });
});
