/** Ten thousand new attackers a second for a minute, through the core alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, addressFromWords } from '../../src/core/address/address.js';
import type { Failure } from '../../src/core/failure.js';
import { decider, jail, MINUTE, SECOND } from '../support/core.js';

const ATTACKERS_PER_SECOND = 10_000;
const SECONDS = 60;
const FINDTIME = 20 * SECOND;
const START = 1_700_000_000 * SECOND;

const RETURN_AFTER = 7;
const LIMIT = 3;

/** How often the n-th attacker fails: one in fifty comes back every seven seconds, some of those often enough. */
function failuresOf(attacker: number): number {
  return attacker % 50 === 0 ? 2 + ((attacker / 50) % 4) : 1;
}

function addressOf(attacker: number): Address {
  return addressFromWords(0, 0, 0xffff, 0x0a000000 + attacker, 128);
}

/** The failures logged in one second: of this second's newcomers, and of those who return for the `round`-th time. */
function* failuresIn(second: number): Iterable<Failure> {
  for (let round = 0; round * RETURN_AFTER <= second && round < 5; round += 1) {
    const arrival = second - round * RETURN_AFTER;
    for (let n = 0; n < ATTACKERS_PER_SECOND && arrival < SECONDS; n += 1) {
      const attacker = arrival * ATTACKERS_PER_SECOND + n;
      if (failuresOf(attacker) <= round) continue;
      const cursor = `${attacker}.${round}`;
      const at = START + second * SECOND + n * 100;
      yield { jail: 'sshd', address: addressOf(attacker), at, cursor, evidence: [cursor], count: 1, user: 'root' };
    }
  }
}

test('no attacker over the limit is missed, no other is banned, and nothing stays behind', () => {
  const limits = { maxretry: LIMIT, findtime: FINDTIME, bantime: 10 * MINUTE, offenderMemory: MINUTE };
  const subject = decider([jail(limits)]);
  const banned = new Set<string>();
  for (let second = 0; second < SECONDS + 5 * RETURN_AFTER; second += 1) {
    for (const failure of failuresIn(second)) {
      for (const effect of subject.failure(failure)) if (effect.kind === 'ban') banned.add(effect.ban.address.text);
    }
    const { failing } = subject.figuresOf('sshd');
    assert.ok(failing <= ATTACKERS_PER_SECOND * (FINDTIME / SECOND), 'only what is within findtime is held');
  }
  let expected = 0;
  for (let attacker = 0; attacker < ATTACKERS_PER_SECOND * SECONDS; attacker += 1) {
    if (failuresOf(attacker) < LIMIT) continue;
    expected += 1;
    assert.ok(banned.has(addressOf(attacker).text), `${addressOf(attacker).text} is banned`);
  }
  assert.equal(banned.size, expected);
  subject.expire(START + 120 * MINUTE);
  assert.deepEqual(subject.figuresOf('sshd'), { failing: 0, banned: 0 });
  assert.equal([...subject.offenders()].length, 0);
});
