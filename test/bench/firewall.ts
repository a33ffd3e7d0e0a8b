/** Prints how fast bans come into force and out of it, as a table for BENCHMARKS.md. */
import type { Contender, Results, Row } from './contender.js';
import { fillAddresses, single, stormAddresses } from './contender.js';
import { type F2b, startF2b } from './f2b.js';
import { startFail2ban, startSshguard } from './peers.js';
import { printComparison } from './print-comparison.js';

const STORM = 1_000;
/** Nothing is waited for longer, s. */
const LIMIT = 60;
const SINGLES = 20;

const rows = {
  none: { title: 'entry to kernel, no other bans: median / worst, ms', target: '≤ 60' },
  thousand: { title: 'entry to kernel, 1,000 bans: median / worst, ms', target: '≤ 60' },
  many: { title: 'entry to kernel, 20,000 bans: median / worst, ms', target: '≤ 200' },
  storm: { title: 'storm of 1,000: all in the kernel after the last entry, s', target: '≤ 2' },
  stormEnd: { title: 'storm of 1,000: all removed after `unban`, s', target: '≤ 3' },
  stormMany: { title: 'storm of 1,000 on top of 20,000: all in the kernel, s', target: '≤ 2' },
  stormManyEnd: { title: 'storm of 1,000 on top of 20,000: all removed, s', target: '≤ 3' },
  start: { title: '20,000 restored after the start of the agent, s', target: '≤ 10 (nftables: 2)' },
  restart: { title: '20,000 restored after firewalld is back, s', target: '≤ 10' },
  meanwhile: { title: 'entry to kernel during that: median / worst, ms', target: 'new bans first' },
  gap: { title: 'from the order to restart firewalld until all are back, s', target: '' },
  end: { title: '20,000 removed after `unban` of all, s', target: '' },
} as const satisfies Readonly<Record<string, Row>>;

/** How many addresses have failed alone so far, in all runs. */
let singles = 0;

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  return `${(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(0)} / ${(sorted.at(-1) ?? Number.NaN).toFixed(0)}`;
}

function seconds(from: number, to: number | undefined): string {
  return to === undefined ? 'never' : ((to - from) / 1000).toFixed(2);
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** One attacker after the other, at no fixed beat: who polls is not to be met at the same phase each time. */
async function latencies({ failures, held }: Contender): Promise<string> {
  const taken = new Map<string, number>();
  for (let index = 0; index < SINGLES; index += 1) {
    singles += 1;
    const address = single(singles);
    failures.attack([address]);
    const at = await held([address], 30);
    if (at === undefined) throw new Error(`${address} was not banned within 30 s`);
    taken.set(address, at);
    await pause(200 + ((index * 370) % 1000));
  }
  const last = await failures.lastFailures([...taken.keys()]);
  return spread([...taken].map(([address, at]) => at - (last.get(address) ?? Number.NaN)));
}

/** Answers with how long it took until all were banned, and until none was any more. */
async function storm(contender: Contender, round: number): Promise<readonly [string, string]> {
  const { failures, held, gone, count, unbanStorm } = contender;
  const attackers = stormAddresses(STORM, round);
  failures.attack(attackers);
  const at = await held(attackers, LIMIT);
  const last = Math.max(...(await failures.lastFailures(attackers)).values());
  if (at === undefined) return [`${await count(attackers)} of ${STORM} after ${LIMIT} s`, '–'];
  await pause(3000);
  if (unbanStorm === undefined) return [seconds(last, at), '–'];
  const begin = Date.now();
  const ended = gone(attackers, LIMIT);
  await unbanStorm();
  return [seconds(last, at), seconds(begin, await ended)];
}

async function measureStorm(
  contender: Contender,
  results: Results,
  round: number,
  begin: Row,
  end: Row,
): Promise<void> {
  const [held, gone] = await storm(contender, round);
  results.set(begin.title, held);
  results.set(end.title, gone);
}

async function measurePeer(contender: Contender): Promise<Results> {
  const results: Results = new Map();
  results.set(rows.none.title, await latencies(contender));
  await contender.fill(1_000);
  results.set(rows.thousand.title, await latencies(contender));
  await measureStorm(contender, results, 0, rows.storm, rows.stormEnd);
  return results;
}

async function measureStart({ container, held, wipe }: F2b, results: Results): Promise<void> {
  await container.ask('systemctl stop f2bd.service');
  await wipe();
  const begin = Date.now();
  await container.ask('systemctl start f2bd.service');
  results.set(rows.start.title, seconds(begin, await held(fillAddresses(20_000), LIMIT)));
  await pause(3000);
}

async function measureRestart({ container, kernel, failures, held }: F2b, results: Results): Promise<void> {
  const all = fillAddresses(20_000);
  const order = Date.now();
  await container.ask('systemctl restart firewalld.service');
  const back = Date.now();
  const whole = held(all, LIMIT);
  const meanwhile: string[] = [];
  let isWhole = false;
  void whole.then(() => {
    isWhole = true;
  });
  while (!isWhole) {
    singles += 1;
    meanwhile.push(single(singles));
    failures.attack([single(singles)]);
    await pause(200);
  }
  const at = await whole;
  await held(meanwhile, LIMIT);
  const last = await failures.lastFailures(meanwhile);
  const times = meanwhile.map((address) => (kernel.firstSeen(address) ?? Number.NaN) - (last.get(address) ?? 0));
  results.set(rows.restart.title, seconds(back, at));
  results.set(rows.meanwhile.title, spread(times));
  results.set(rows.gap.title, seconds(order, at));
}

async function measureF2b(f2b: F2b): Promise<Results> {
  const results: Results = new Map();
  results.set(rows.none.title, await latencies(f2b));
  await measureStorm(f2b, results, 0, rows.storm, rows.stormEnd);
  await f2b.fill(1_000);
  results.set(rows.thousand.title, await latencies(f2b));
  await f2b.fill(20_000);
  await pause(3000);
  results.set(rows.many.title, await latencies(f2b));
  await measureStorm(f2b, results, 1, rows.stormMany, rows.stormManyEnd);
  await pause(3000);
  await f2b.kernel.check();
  await measureStart(f2b, results);
  if (f2b.firewall === 'firewalld') await measureRestart(f2b, results);
  await pause(3000);
  await f2b.kernel.check();
  const begin = Date.now();
  const ended = f2b.kernel.when(() => f2b.kernel.count === 0, LIMIT);
  await f2b.container.ask('f2bctl unban 0.0.0.0/0', { timeout: LIMIT });
  results.set(rows.end.title, seconds(begin, await ended));
  return results;
}

async function run<T extends Contender>(start: () => Promise<T>, measure: (contender: T) => Promise<Results>) {
  const contender = await start();
  try {
    return await measure(contender);
  } finally {
    contender.container.stop();
  }
}

const contenders: Readonly<Record<string, () => Promise<Results>>> = {
  f2b: () => run(() => startF2b('firewalld'), measureF2b),
  'f2b-nftables': () => run(() => startF2b('nftables'), measureF2b),
  fail2ban: () => run(startFail2ban, measurePeer),
  sshguard: () => run(startSshguard, measurePeer),
};

await printComparison(contenders, process.argv.slice(2), Object.values(rows));
process.exit(0);
