/** Whom a person of this host let in: what others had said of it by then does not count here until it ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON } from '../../../fakes/values.js';
import { both, DAY, DeciderLab, HOUR } from './decider-lab.js';

/** web1 has it banned for a week, and a person of this host let it in an hour later. */
function letIn(): DeciderLab {
  const fleet = new DeciderLab();
  fleet.ban(NOON + 7 * DAY);
  fleet.now += HOUR;
  fleet.member('web3', []);
  fleet.liftHere();
  return fleet;
}

test('an unban of this host holds though the other host tells its ban anew, until that ban ends', () => {
  const fleet = letIn();
  for (const days of [2, 4, 6]) {
    fleet.now = NOON + days * DAY;
    fleet.ban(NOON + 7 * DAY, { since: NOON });
    fleet.expire();
    assert.deepEqual(fleet.verdicts(), both('lifted-here'), `day ${days}`);
  }
  fleet.now = NOON + 8 * DAY;
  fleet.ban(NOON + 9 * DAY);
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('a ban that goes on for longer is the same one, and one after an unban is another', () => {
  const fleet = letIn();
  fleet.ban(NOON + 9 * DAY, { since: fleet.now });
  assert.deepEqual(fleet.verdicts(), both('lifted-here'));
  fleet.now += HOUR;
  fleet.unban();
  fleet.ban(NOON + 9 * DAY);
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('an unban of this host holds for a ban whose place an order took, when that is told anew', () => {
  const fleet = new DeciderLab();
  fleet.ban(NOON + 7 * DAY);
  fleet.now += HOUR;
  fleet.order();
  fleet.liftHere();
  assert.deepEqual(fleet.verdicts(), both('lifted-here'));
  fleet.now = NOON + 2 * DAY;
  fleet.expire();
  fleet.ban(NOON + 7 * DAY, { since: NOON });
  assert.deepEqual(fleet.verdicts(), both('lifted-here'));
});

test('an unban of this host holds when all is told anew to a new stream', () => {
  const fleet = letIn();
  fleet.beginAnew();
  fleet.ban(NOON + 7 * DAY, { since: NOON });
  assert.deepEqual(fleet.verdicts(), both('lifted-here'));
  fleet.now += 1;
  fleet.ban(NOON + 7 * DAY, { host: 'web2' });
  assert.deepEqual(fleet.verdicts(), both('ban'));
});
