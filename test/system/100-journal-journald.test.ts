import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeEvent } from '../../src/notify/describe-event.js';
import { messageIds } from '../../src/notify/message-ids.js';
import { oneOfEachKind } from '../fakes/events.js';
import { inPrivateSystem, missingJournald } from './private-journald.js';

const program = join(import.meta.dirname, 'journal-scenarios.js');

function play(scenario: string) {
  return JSON.parse(inPrivateSystem(program, scenario));
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the journal of a running journald', { skip: missingJournald ?? false }, () => {
  test('following loses and repeats nothing while files are rotated and deleted, and holds no deleted file', () => {
    const { found, held } = play('rotation');
    assert.deepEqual(found, numbers(0, 1050));
    assert.deepEqual(held, { files: 0, maps: 0 });
  });

  test('resuming at the saved cursor loses and repeats nothing over restarts, rotations and boots', () => {
    const { found, outcomes } = play('restarts');
    assert.deepEqual(found, numbers(0, 540));
    assert.deepEqual(outcomes, ['exact']);
  });

  test('resuming loses and repeats nothing over crashes of journald', () => {
    const { found, outcomes, damaged } = play('crashes');
    assert.deepEqual(found, numbers(0, 480));
    assert.deepEqual(outcomes, ['exact']);
    assert.ok(damaged > 0);
  });

  test('by default the journal of this system is read, and no user, namespace or other machine', () => {
    assert.deepEqual(play('selection'), {
      byDefault: ['of the system'],
      ofNamespace: ['of a namespace'],
      ofDirectory: ['of another host'],
    });
  });

  test('when the saved entry was vacuumed reading goes on with the oldest entry left', () => {
    assert.deepEqual(play('vacuumed'), { outcome: 'nearest', found: numbers(10, 30), gone: true });
  });

  test('a quiet journal wakes nobody', () => {
    const { threads, before, after } = play('idle');
    assert.equal(threads, 1);
    assert.deepEqual(after, before);
  });

  test('events are read back by identifier, address and kind, as they were told', () => {
    const { all, ofAddress } = play('events');
    assert.deepEqual(
      all.map(({ line, id }: { line: string; id: string }) => `${line.replace(/\[\d+\]/, '')} ${id}`),
      Object.values(oneOfEachKind).map((event) => `f2bd: ${describeEvent(event).message} ${messageIds[event.kind]}`),
    );
    assert.deepEqual(
      ofAddress.map((fields: Record<string, string>) => [
        fields['F2B_EVENT'],
        fields['PRIORITY'],
        fields['F2B_CURSOR'],
      ]),
      [
        ['ban', '5', 's=1\ns=2'],
        ['unban', '5', 's=1\ns=2'],
      ],
    );
  });

  test('that journald dropped entries is told with the unit and how many, as this journald writes it', (t) => {
    const { unit, isRead, events, unnamed } = play('suppressed');
    if (events.length === 0) return t.skip('this machine has no control groups that units could be told by');
    const [{ kind, dropped, ...event }] = events;
    assert.deepEqual([events.length, kind, event.unit, isRead, unnamed], [1, 'suppressed', unit, true, [unit]]);
    assert.ok(dropped > 100 && dropped < 300, `${dropped}`);
  });
});
