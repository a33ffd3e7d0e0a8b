/** Tables on narrow terminals: what is needed least is left out, and nothing anywhere else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { aBan, anAddress } from '../../fakes/values.js';
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

for (const columns of [80, 40]) {
  test(`the tables of status and list-jails fit ${columns} columns`, async () => {
    const world = banned();
    world.columns = columns;
    for (const verb of ['status', 'list-jails']) {
      const { output } = await run(world, [verb]);
      assert.equal(headings(output)[0], 'JAIL', verb);
      const table = output.slice(output.search(/^JAIL/m)).split('\n');
      for (const line of table) assert.ok(line.length <= columns, `${verb}: ${line}`);
    }
  });
}
