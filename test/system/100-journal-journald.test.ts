import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeEvent } from '../../src/notify/describe-event.js';
import { messageIds } from '../../src/notify/message-ids.js';
import { oneOfEachKind } from '../fakes/events.js';
import { inPrivateSystem, missingJournald } from './private-journald.js';
import { missingGroups } from './unit-group.js';

const program = join(import.meta.dirname, 'journal-scenarios.js');

function play(scenario: string) {
  return JSON.parse(inPrivateSystem(program, scenario));
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the journal of a running journald', { skip: missingJournald ?? false }, () => {
  test('following loses and repeats nothing while files are rotated and deleted, and holds no deleted file', () => {
    const { found, deleted } = play('rotation');
    assert.deepEqual(found, numbers(0, 1050));
    assert.deepEqual(deleted, { files: 0, maps: 0 });
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

  test('the journals of this machine are read, and of no namespace or other machine', () => {
    const of = (usersFiles: number, ...lines: string[]) => ({ lines, inBulk: lines, usersFiles });
    assert.deepEqual(play('selection'), {
      ofEverybody: of(1, 'of a user', 'of the system'),
      ofRoot: of(0, 'of the system'),
      ofOneUser: of(1, 'of a user'),
      ofNamespace: of(0, 'of a namespace'),
      ofDirectory: of(0, 'of another host'),
    });
  });

  test('what an ordinary user’s process logs in a system unit is read as it comes, also of a user who is new', {
    skip: missingGroups ?? false,
  }, () => {
    const { found, files } = play('users');
    assert.deepEqual(found, [
      { _UID: '1001', MESSAGE: 'before' },
      { _UID: '1001', MESSAGE: 'later' },
      { _UID: '1002', MESSAGE: 'new' },
    ]);
    assert.deepEqual(files, ['system.journal', 'user-1001.journal', 'user-1002.journal']);
  });

  test('when the saved entry was vacuumed reading goes on with the oldest entry left', () => {
    assert.deepEqual(play('vacuumed'), { outcome: 'nearest', found: numbers(10, 30), gone: true });
  });

  test('a quiet journal wakes nobody', () => {
    const { threads, before, after } = play('idle');
    assert.equal(threads, 1);
    assert.deepEqual(after, before);
  });

  test('while the next entry is expected only those that come are work', () => {
    const { found, looks } = play('expecting');
    assert.deepEqual(found, numbers(0, 3));
    assert.ok(looks <= 10, `${looks} looks in three seconds, though journald tells four times a second at most`);
  });

  test('a journald that reads nothing stalls nobody, and has all events once it reads', () => {
    const { tries, ...read } = play('stalled');
    assert.ok(tries <= 1, 'one timer at most');
    assert.deepEqual(read, { events: 900, long: 'two\nlines\n1000000\n' });
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
        ['unban', '5', undefined],
      ],
    );
  });

  test('that journald dropped entries is told with the unit and how many, as this journald writes it', {
    skip: missingGroups ?? false,
  }, () => {
    const { unit, isRead, events, unnamed } = play('suppressed');
    const [{ kind, dropped, ...event }] = events;
    assert.deepEqual([events.length, kind, event.unit, isRead, unnamed], [1, 'suppressed', unit, true, [unit]]);
    assert.ok(dropped > 100 && dropped < 300, `${dropped}`);
  });
});
