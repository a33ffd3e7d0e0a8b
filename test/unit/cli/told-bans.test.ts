/** status JAIL counts the bans that the journal tells of, as far as is bearable. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON } from '../../fakes/values.js';
import { aWorld, run } from './run.js';

test('status of a jail counts no more than ten thousand bans of the journal, and says that there may be more', async () => {
  const world = aWorld();
  const fields = { _SYSTEMD_UNIT: 'f2bd.service', F2B_JAIL: 'ssh.service', F2B_EVENT: 'ban' };
  const append = (second: number) => {
    world.journal.append({ receivedAt: NOON + second * 1_000_000, line: 'host f2bd[7]: ban', fields });
  };
  for (let n = 1; n <= 10_000; n += 1) append(n);
  const all = await run(world, ['status', 'ssh.service']);
  assert.match(all.output, / Bans: 7 since the start, 10,000 in the journal since 2026-05-01 12:00:01 UTC; /);
  const counted = JSON.parse((await run(world, ['status', 'ssh.service', '--json'])).output).told;
  assert.deepEqual(counted, { count: 10_000, since: NOON + 1_000_000, atLeast: false });
  append(10_001);
  append(10_002);
  const most = await run(world, ['status', 'ssh.service']);
  assert.match(
    most.output,
    / Bans: 7 since the start, at least 10,000 in the journal, these since 2026-05-01 12:00:03 UTC; /,
  );
  const bounded = JSON.parse((await run(world, ['status', 'ssh.service', '--json'])).output).told;
  assert.deepEqual(bounded, { count: 10_000, since: NOON + 3_000_000, atLeast: true });
});
