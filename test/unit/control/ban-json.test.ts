/** Bans as JSON arrive as they were sent, and nothing else arrives as a ban. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BanView } from '../../../src/agent/explanation.js';
import { banFromJson, banToJson } from '../../../src/control/ban-json.js';
import { jsonList, Malformed } from '../../../src/control/codec.js';
import { banOrigins, dispositions } from '../../../src/core/ban.js';
import { FOREVER } from '../../../src/core/time.js';
import { aBan, anAddress } from '../../fakes/values.js';

const throughText = (view: BanView): unknown => JSON.parse(JSON.stringify(banToJson(view)));

const bans: readonly (readonly [string, BanView])[] = [
  ['a plain one', { ban: aBan(), state: 'enforced' }],
  [
    'one for ever, with a reason',
    { ban: aBan({ until: FOREVER, reason: 'ours \u001b', origin: 'manual' }), state: 'pending' },
  ],
  ['one of ports', { ban: aBan({ disposition: 'ports', ports: ['22/tcp', '80/tcp'] }), state: 'enforced' }],
  ['one in the place of another', { ban: aBan(), state: 'pending', replaced: { until: 7, origin: 'jail' } }],
  [
    'one in the place of one for ever, with a reason',
    { ban: aBan(), state: 'enforced', replaced: { until: FOREVER, origin: 'manual', reason: 'ours' } },
  ],
  [
    'one of a prefix that stands for others',
    { ban: aBan({ address: anAddress('2001:db8::/48'), members: [aBan({ until: FOREVER })] }), state: 'enforced' },
  ],
];

for (const origin of banOrigins) {
  test(`one of the origin ${origin} arrives as it was sent, whatever it does`, () => {
    for (const disposition of dispositions) {
      const view: BanView = { ban: aBan({ origin, disposition }), state: 'enforced' };
      assert.deepEqual(banFromJson(throughText(view)), view);
    }
  });
}

for (const [what, view] of bans) {
  test(`${what} arrives as it was sent`, () => {
    assert.deepEqual(banFromJson(throughText(view)), view);
  });
}

const sound = { ...aBan(), address: '192.0.2.1', state: 'enforced' };

const unsound: readonly (readonly [string, unknown, RegExp])[] = [
  ['no object', 7, /must be an object/],
  ['nothing', null, /must be an object/],
  ['no address', { ...sound, address: 'nowhere' }, /address must be an IP address/],
  ['a text for a time', { ...sound, since: 'now' }, /since must be a number/],
  ['a time before time', { ...sound, until: -1 }, /until must be a number/],
  ['a number that is none', { ...sound, count: 1.5 }, /count must be a number/],
  ['another disposition', { ...sound, disposition: 'burn' }, /disposition must be one of drop, reject, ports/],
  ['no state', { ...sound, state: undefined }, /state must be one of pending, enforced/],
  ['evidence that is no text', { ...sound, evidence: [{}] }, /evidence must be a string/],
  ['ports that are no list', { ...sound, ports: '22/tcp' }, /ports must be an array/],
  ['a reason that is no text', { ...sound, reason: 1 }, /reason must be a string/],
  ['a replaced one that is none', { ...sound, replaced: [] }, /until must be a number/],
  ['a replaced one of nobody', { ...sound, replaced: { until: null, origin: 'x' } }, /origin must be one of/],
  ['a member that is no ban', { ...sound, members: [{}] }, /address must be an IP address/],
];

for (const [what, value, message] of unsound) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => banFromJson(value),
      (error) => error instanceof Malformed && message.test(error.message),
    );
  });
}

test('what is no JSON, no array or no text is refused', () => {
  for (const value of ['[', '{}', 7n, undefined]) assert.throws(() => jsonList.decode(value), Malformed);
  assert.deepEqual(jsonList.decode('[1]'), [1]);
});
