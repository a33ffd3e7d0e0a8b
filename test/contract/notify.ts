/** What every Notifier must do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentEvent } from '../../src/agent/agent-event.js';
import type { BulkNotifier } from '../../src/ports/notifier.js';
import { oneOfEachKind } from '../fakes/events.js';

/** A notifier, and what arrived where it tells: the kinds of events, in order. */
export interface Bench {
  readonly notifier: BulkNotifier;
  arrived(): readonly AgentEvent['kind'][];
}

/** `open`: a working notifier; `broken`: one that cannot reach the place it tells. */
export function notifyContract(name: string, open: () => Bench, broken: () => BulkNotifier): void {
  describe(name, () => {
    test('tells every kind of event, in order', () => {
      const { notifier, arrived } = open();
      for (const event of Object.values(oneOfEachKind)) notifier.notify(event);
      assert.deepEqual(arrived(), Object.keys(oneOfEachKind));
    });

    test('tells many in one go, in order', () => {
      const { notifier, arrived } = open();
      const events = Array.from({ length: 20 }, () => Object.values(oneOfEachKind)).flat();
      notifier.notifyAll(events);
      assert.deepEqual(
        arrived(),
        events.map(({ kind }) => kind),
      );
    });

    test('never throws, even when nobody can be told', () => {
      const notifier = broken();
      for (const event of Object.values(oneOfEachKind)) assert.doesNotThrow(() => notifier.notify(event));
      assert.doesNotThrow(() => notifier.notifyAll(Object.values(oneOfEachKind)));
    });
  });
}
