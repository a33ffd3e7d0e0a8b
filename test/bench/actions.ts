/** Prints what actions cost the agent and take themselves, as a table for BENCHMARKS.md. */
import { type Container, install } from '../support/container.js';
import { until } from '../support/process.js';
import { MAIL, type SinkCounts, startSinks, WEB } from './actions-sinks.js';
import { stormAddresses } from './contender.js';
import { type F2b, startF2b } from './f2b.js';
import { loadText, machineText } from './machine-text.js';
import { pause } from './unit-figures.js';

const BANS = 1_000;
/** s */
const STORM = 10;
/** Of them are banned at once. */
const GROUP = 10;
/** Nobody is waited for longer, s. */
const LIMIT = 120;
/** s between two looks at the memory. */
const LOOK = 1;
/** After a start f2b-actiond comes to rest and gives back what only the start took, as it has where it has run for a while, ms. */
const TO_REST = 15_000;

const actions: Readonly<Record<string, string>> = {
  hook: `Type=webhook\nURL=http://127.0.0.1:${WEB}/hook`,
  mail: `Type=mail\nTo=root@localhost\nServer=smtp://127.0.0.1:${MAIL}\nEvery=1s`,
  run: 'Type=command\nBan=/bin/true',
  list: 'Type=denylist\nFile=/var/lib/f2b-actions/list',
};

interface Memory {
  /** MB. */
  readonly resident: number;
  readonly proportional: number;
  /** What no file backs: the others share Node.js' text with the agent, and what is mapped of the journal with journald. */
  readonly own: number;
}

const PROCESS = 'pid=$(systemctl show -P MainPID f2b-actiond)';

function memoryIn(rollup: string): Memory {
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? Number.NaN) / 1024;
  return { resident: megabytes('Rss'), proportional: megabytes('Pss'), own: megabytes('Anonymous') };
}

/**
 * Looks at the memory until it is told to end; answers with the most there was. One shell looks, and seldom: what
 * measures the memory is not to cost the latency that is measured meanwhile.
 */
function watchMemory(container: Container): () => Promise<Memory> {
  const looking = 'while [ -e /run/looking ] && cat /proc/$pid/smaps_rollup';
  container.insideStart(`${PROCESS}; touch /run/looking; ${looking}; do sleep ${LOOK}; done >/run/looks`);
  return async () => {
    const looks = await container.ask('rm /run/looking; cat /run/looks');
    const seen = looks.split(/^(?=[0-9a-f]+-)/m).map(memoryIn);
    return seen.reduce((most, now) => (now.resident > most.resident ? now : most));
  };
}

/** From entry to kernel, ms, in order of size: to the first set that drops the packets, and to firewalld's own. */
interface Times {
  readonly dropped: readonly number[];
  readonly firewalld: readonly number[];
}

/** 1,000 bans in ten seconds, which end afterwards. */
async function storm({ failures, kernel, guard, held, gone, unbanStorm }: F2b, round: number): Promise<Times> {
  const attackers = stormAddresses(BANS, round);
  for (let sent = 0; sent < BANS; sent += GROUP) {
    failures.attack(attackers.slice(sent, sent + GROUP));
    await pause((STORM * 1000 * GROUP) / BANS);
  }
  if ((await held(attackers, LIMIT)) === undefined) throw new Error('not all were banned');
  const last = await failures.lastFailures(attackers);
  const inOrder = (seen: (address: string) => number) =>
    attackers.map((address) => seen(address) - (last.get(address) ?? Number.NaN)).toSorted((one, other) => one - other);
  const firewalld = (address: string) => kernel.firstSeen(address) ?? Number.NaN;
  await unbanStorm?.();
  await gone(attackers, LIMIT);
  return {
    dropped: inOrder((address) => Math.min(firewalld(address), guard?.firstSeen(address) ?? Number.POSITIVE_INFINITY)),
    firewalld: inOrder(firewalld),
  };
}

async function haveActions(container: Container): Promise<void> {
  for (const [name, text] of Object.entries(actions))
    await container.ask(`cat >/etc/f2b/actions/${name}.conf`, { input: `[Action]\n${text}\n` });
  await nameActions(container, true);
  await until('all is well', async () => {
    const { out } = await container.inside('f2bctl actions');
    return out.match(/ ok /g)?.length === Object.keys(actions).length ? true : undefined;
  });
}

/** Without, f2b-actiond does not run. */
async function nameActions(container: Container, areNamed: boolean): Promise<void> {
  const names = areNamed ? Object.keys(actions).join(' ') : '';
  await container.ask(`printf '[Ban]\\nAction=${names}\\n' >/etc/f2b/f2bd.conf.d/actions.conf; systemctl reload f2bd`);
  await container.ask(`systemctl ${areNamed ? 'reload-or-restart' : 'stop'} f2b-actiond`);
}

const at = (times: readonly number[], part: number) => times[Math.ceil(times.length * part) - 1] ?? Number.NaN;
const spread = (times: readonly number[]) => [0.5, 0.9, 0.99].map((part) => at(times, part).toFixed(1)).join(' / ');
const texts = ({ dropped, firewalld }: Times) => `${spread(dropped)} (${spread(firewalld)})`;

/** All rounds of one kind together. */
const together = (rounds: readonly Times[]): Times => ({
  dropped: rounds.flatMap(({ dropped }) => dropped).toSorted((one, other) => one - other),
  firewalld: rounds.flatMap(({ firewalld }) => firewalld).toSorted((one, other) => one - other),
});

/** Without and with them in turn, so that whatever else the machine does meets both. */
async function measure(f2b: F2b, rounds: number): Promise<void> {
  const { container } = f2b;
  await install(container, 'f2b-actions');
  const counts = await startSinks(container);
  await haveActions(container);
  await pause(TO_REST);
  const rest = memoryIn(await container.ask(`${PROCESS}; cat /proc/$pid/smaps_rollup`));
  const all: Record<'without' | 'with', Times[]> = { without: [], with: [] };
  let most = rest;
  await storm(f2b, 0);
  for (let round = 1; round <= rounds; round += 1) {
    await nameActions(container, false);
    const without = await storm(f2b, 2 * round - 1);
    await nameActions(container, true);
    // What was banned meanwhile is told now, and is not to be told beside the next storm.
    await untilTold(container);
    await pause(TO_REST);
    const watched = watchMemory(container);
    const withThem = await storm(f2b, 2 * round);
    await untilTold(container);
    const seen = await watched();
    if (seen.resident > most.resident) most = seen;
    all.without.push(without);
    all.with.push(withThem);
    console.error(`round ${round}: ${texts(without)} without, ${texts(withThem)} with them, load ${loadText()}`);
  }
  print(all, rest, most, await counts());
}

async function untilTold(container: Container): Promise<void> {
  await pause(2_000);
  await until('all is told', async () => (await isTold(container)) || undefined, 3 * LIMIT);
}

async function isTold(container: Container): Promise<boolean> {
  const states = JSON.parse(await container.ask('f2bctl actions --output=json')) as readonly {
    readonly waiting: number;
  }[];
  return states.every(({ waiting }) => waiting === 0);
}

function print(
  all: Readonly<Record<'without' | 'with', readonly Times[]>>,
  rest: Memory,
  most: Memory,
  { requests, events, mails }: SinkCounts,
): void {
  const [without, withThem] = [together(all.without), together(all.with)];
  const memory = ({ resident, proportional, own }: Memory) =>
    [resident, proportional, own].map((megabytes) => megabytes.toFixed(0)).join(' / ');
  console.log(`${machineText()}, load ${loadText()}.\n`);
  console.log('| | to reach | |\n| :-- | --: | --: |');
  const row = (title: string, target: string, text: string) => console.log(`| ${title} | ${target} | ${text} |`);
  const quantiles = 'median / 90th / 99th, ms';
  row(
    `${BANS} bans in ${STORM} s without actions, entry to the set that drops: ${quantiles}`,
    '',
    spread(without.dropped),
  );
  row('the same with mail, webhook, command and denylist', 'within 5 %', spread(withThem.dropped));
  row('without actions, to the set of firewalld', '', spread(without.firewalld));
  row('with them', 'within 5 %', spread(withThem.firewalld));
  row('f2b-actiond at rest: resident / proportional / of its own, MB', '≤ 80', memory(rest));
  row('the most during that', '≤ 80', memory(most));
  row('requests, events in them, mails', '', `${requests}, ${events}, ${mails}`);
}

const f2b = await startF2b('firewalld');
try {
  await measure(f2b, Number(process.argv[2]));
} finally {
  f2b.container.stop();
}
process.exit(0);
