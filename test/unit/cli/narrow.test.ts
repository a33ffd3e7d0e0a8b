/** Tables on narrow terminals: what is needed least is left out, and nothing anywhere else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER, MICROS_PER_SECOND } from '../../../src/core/time.js';
import { aStatus } from '../../fakes/agent.js';
import { aFleetBan, aFleetCounting } from '../../fakes/fleet.js';
import { aBan, anAddress, anOutlook, NOON } from '../../fakes/values.js';
import { aWorld, run, type World } from './run.js';

function banned(): World {
  const world = aWorld();
  const reason = 'scans all our ports every night';
  world.agent.held.push(
    { ban: aBan({ reason }), state: 'enforced' },
    { ban: aBan({ address: anAddress('2001:db8:1:2::/64'), until: FOREVER }), state: 'pending' },
  );
  world.terminal = true;
  world.environment = { NO_COLOR: '1' };
  return world;
}

function headings(output: string): readonly string[] {
  return (output.split('\n').find((line) => /^(?:ADDRESS|JAIL) /.test(line)) ?? '').split(/ +/);
}

const widths: readonly (readonly [columns: number | undefined, bans: string])[] = [
  [200, 'ADDRESS JAIL STATE SINCE UNTIL LEFT BANS REASON'],
  [120, 'ADDRESS JAIL STATE UNTIL LEFT BANS REASON'],
  [80, 'ADDRESS JAIL STATE LEFT BANS'],
  [40, 'ADDRESS JAIL LEFT'],
  [10, 'ADDRESS JAIL'],
  [0, 'ADDRESS JAIL STATE SINCE UNTIL LEFT BANS REASON'],
  [undefined, 'ADDRESS JAIL STATE SINCE UNTIL LEFT BANS REASON'],
];

for (const [columns, expected] of widths) {
  test(`bans on a terminal of ${columns ?? 'unknown'} columns have the columns that fit`, async () => {
    const world = banned();
    world.columns = columns;
    const { output } = await run(world, ['bans']);
    assert.deepEqual(headings(output), expected.split(' '));
    const widest = Math.max(...output.split('\n').map(({ length }) => length));
    if (columns !== undefined && columns >= 40) assert.ok(widest <= columns, `${widest} columns`);
  });
}

test('what is piped is whole, however narrow the terminal around it', async () => {
  const world = banned();
  world.columns = 40;
  world.terminal = false;
  assert.equal(headings((await run(world, ['bans'])).output).length, 8);
});

const LONG_JAIL = 'apache-fakegooglebot';
const PREFIX = '2001:db8:1:2::/64';
const HOUR = 3_600 * MICROS_PER_SECOND;

/** A world in which every table has something in every column. */
function busy(): World {
  const world = banned();
  const [jail] = aStatus.jails;
  assert.ok(jail);
  world.agent.current = {
    ...aStatus,
    jails: [jail, { ...jail, name: LONG_JAIL, slowLines: 7 }],
    problems: [{ code: 'FIREWALL_UNAVAILABLE', message: 'it is away', hint: 'start it' }],
  };
  const outlooks = [anOutlook({ jail: LONG_JAIL, counted: 2, missing: 3 })];
  world.agent.explanation = { address: anAddress(PREFIX), bans: [], outlooks };
  world.jails.push({
    name: LONG_JAIL,
    state: 'enabled',
    description: 'web',
    filter: 'f',
    units: [],
    forgeableBy: '',
    files: [],
  });
  const bans = [{ address: anAddress(PREFIX), since: NOON, until: NOON + HOUR, count: 12, failures: 1_234 }];
  world.simulation = ({ jail: name }) => ({
    ...{ jail: name, entries: 8_500, first: NOON, last: NOON + HOUR, failures: 40, spared: 3, bans },
  });
  const fields = { F2B_JAIL: LONG_JAIL, F2B_EVENT: 'ban', F2B_ADDRESS: PREFIX };
  for (let hour = 0; hour < 100; hour += 1)
    world.journal.append({ receivedAt: NOON - (100 - hour) * HOUR, line: 'host f2bd[1]: said', fields });
  const action = { name: 'operations', type: 'webhook', state: 'failing', lastError: 'no route' } as const;
  const counts = { waiting: 1_000, delivered: 9, givenUp: 12, dropped: 3, lastSuccess: NOON, nextAttempt: NOON + HOUR };
  world.actions = { status: async () => [{ ...action, ...counts }], test: async () => {} };
  const member = { host: 'web2.example.org', version: '1', addresses: [], seenAt: NOON, isSilent: true, sequence: 9 };
  world.fleet.current = {
    ...world.fleet.current,
    members: [{ ...member, behind: 12_345, applied: 12_345 }],
    reporters: [{ host: 'web2.example.org', claims: 12_345, refused: 12_345, lastRefusal: 'too many' }],
    allowances: [{ address: PREFIX, until: NOON, by: 'admin', reason: 'the office' }],
    counting: { ...aFleetCounting, counters: [{ host: 'web2.example.org', partitions: 8 }] },
  };
  world.fleet.known.push({ ...aFleetBan, address: PREFIX });
  return world;
}

/** A verb, and what a person must find in it however narrow it is. */
const verbs: readonly (readonly [argv: string, needed: readonly string[]])[] = [
  ['status', ['ssh.service', LONG_JAIL]],
  ['status ssh', ['192.0.2.1']],
  ['list-jails --all', ['ssh.service', LONG_JAIL]],
  ['why 192.0.2.1', [PREFIX, LONG_JAIL]],
  ['report', [PREFIX, LONG_JAIL]],
  ['simulate ssh', [PREFIX]],
  ['simulate ssh -p MaxRetry=3', [PREFIX]],
  ['doctor', ['it is away', 'start it']],
  ['allowed', ['2001:db8:7::/48']],
  ['actions', ['operations', 'failing', 'no route']],
  ['fleet status', ['web2.example.org', PREFIX]],
  ['fleet bans', [PREFIX]],
];

for (const columns of [120, 80, 40]) {
  for (const environment of [{ NO_COLOR: '1', TERM: 'xterm' }, { TERM: 'dumb' }]) {
    const kind = 'NO_COLOR' in environment ? 'without colours' : 'that knows no places';
    test(`on a terminal of ${columns} columns ${kind}, tables fit and lose neither addresses nor names`, async () => {
      const world = busy();
      Object.assign(world, { columns, environment });
      await run(world, ['allow', '2001:db8:7::/48', '--for', '1h', '--reason', 'the office in the north']);
      for (const [argv, needed] of verbs) {
        const { output, errors } = await run(world, argv.split(' '));
        for (const text of needed) assert.ok(output.includes(text), `${argv}: ${text} in ${output}${errors}`);
        assert.ok(!output.includes('\u001b'), argv);
        for (const line of inTables(output)) assert.ok(line.length <= columns, `${argv}: ${line}`);
      }
    });
  }
}

/** From a heading in capitals to the next empty line, and the trends of a report. */
function inTables(output: string): readonly string[] {
  const tables = output
    .split(/\n\n/)
    .flatMap(
      (block) =>
        /^(?:JAIL|ADDRESS|ACTION|HOST|SPARED|TOTAL|USER NAME|NETWORK)\b.*(?:\n.*)*/m.exec(block)?.[0].split('\n') ?? [],
    );
  return [...tables, ...output.split('\n').filter((line) => /^(?:Failures|Bans) +[▁-█ ]+$/.test(line))];
}
