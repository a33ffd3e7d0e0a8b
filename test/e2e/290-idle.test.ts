/** What the agent costs when nothing happens. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot } from '../support/container.js';
import { sleep } from '../support/process.js';
import { stepsOf } from './steps.js';

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
    // Both are due every five minutes: the comparison with the firewall is not what is measured here.
    const conf = '/etc/f2b/f2bd.conf.d/quiet.conf';
    await container.ask(`mkdir -p /etc/f2b/f2bd.conf.d; printf '[Agent]\\nVerifyInterval=1h\\n' >${conf}`);
    await container.ask('systemctl restart f2bd');
    await sleep(60);
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  /** Traces the agent for a while; the moments at which it woke up, the trace, and what was logged meanwhile. */
  const trace = async (): Promise<{ moments: readonly number[]; text: string; logged: string }> => {
    const pid = (await container.ask('systemctl show -P MainPID f2bd.service')).trim();
    // The nft that hears when somebody flushes the rules is a process of its own.
    const turns = () => container.ask(`grep ctxt_switches /proc/$(pgrep -x -P ${pid} nft)/status`);
    const before = await turns();
    const command = `timeout --signal=INT ${seconds} strace -f -ttt -p ${pid} -o /root/trace`;
    await container.inside(command, { timeout: seconds + 30 });
    const logged = await container.ask(`journalctl -q -o cat --since -${seconds}s`);
    assert.match(logged, /^(self-check \d+\n)*$/, 'the journal was quiet meanwhile');
    assert.equal(await turns(), before, 'and nft slept');
    const text = await container.ask('cat /root/trace');
    // The first moment is strace itself taking hold of the threads.
    return { moments: wakeUps(text).slice(1), text, logged };
  };

  const interval = 15;
  const allowed = Math.floor(seconds / interval) + 1;

  await step('wakes up for the watchdog and for nothing else', async (t) => {
    assert.equal((await container.ask('systemctl show -P WatchdogUSec f2bd.service')).trim(), `${2 * interval}s`);
    let seen = await trace();
    // V8 tidies up its heap for some minutes after the start, in steps of eight seconds.
    for (let times = 1; times < 4 && seen.moments.length > allowed; times += 1) seen = await trace();
    t.diagnostic(`${seen.moments.length} wake-ups in ${seconds} s, the watchdog wants one every ${interval} s`);
    assert.ok(seen.moments.length > 0 && seen.moments.length <= allowed, seen.text.slice(0, 5000));
  });

  await step('wakes up once more when it hears itself, every five minutes', async (t) => {
    const check = 'journalctl -q -o short-unix -u f2bd -g ^self-check';
    const times = async () => (await container.ask(check)).match(/^\d+/gm)?.map(Number) ?? [];
    const last = (await times()).at(-1) ?? 0;
    const now = Number(await container.ask('date +%s'));
    // A check is due 300 s after the one before, and comes with the next watchdog.
    await sleep(last + 300 - 20 - now);
    const { moments, text, logged } = await trace();
    t.diagnostic(`${moments.length} wake-ups in ${seconds} s`);
    assert.match(logged, /^self-check \d+\n$/);
    assert.ok(moments.length <= allowed + 1, text.slice(0, 5000));
  });

  await step('takes less than 150 MB of memory', async (t) => {
    const status = await container.ask('cat /proc/$(systemctl show -P MainPID f2bd.service)/status');
    const [, resident = 'none'] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
    const [, own = ''] = /^RssAnon:\s+(\d+) kB/m.exec(status) ?? [];
    t.diagnostic(
      `resident memory ${Math.round(Number(resident) / 1024)} MB, of it ${Math.round(Number(own) / 1024)} MB its own`,
    );
    assert.ok(Number(resident) < 150 * 1024, status);
  });
});
