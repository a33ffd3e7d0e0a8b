import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supervisorOf } from '../../../src/notify/supervisor.js';

function recorded(watchdog?: number) {
  const sent: string[] = [];
  const manager = { notify: (state: string) => void sent.push(state), watchdog: () => watchdog };
  return { sent, supervisor: supervisorOf(manager, () => 1234.6) };
}

test('tells systemd each state as sd_notify(3) spells it', () => {
  const { sent, supervisor } = recorded();
  supervisor.ready('2 jails');
  supervisor.status('busy');
  supervisor.reloading();
  supervisor.alive();
  supervisor.stopping();
  assert.deepEqual(sent, [
    'READY=1\nSTATUS=2 jails',
    'STATUS=busy',
    'RELOADING=1\nMONOTONIC_USEC=1235',
    'WATCHDOG=1',
    'STOPPING=1',
  ]);
});

test('feeds the watchdog twice in its time, if there is one', () => {
  assert.equal(recorded(30_000_001).supervisor.watchdogInterval, 15_000_000);
  assert.equal(recorded().supervisor.watchdogInterval, undefined);
});

test('a status text cannot smuggle in another assignment', () => {
  const { sent, supervisor } = recorded();
  supervisor.status('attack by\nSTOPPING=1');
  assert.deepEqual(sent, ['STATUS=attack by\\u000aSTOPPING=1']);
});

test('goes on when systemd cannot be told', () => {
  const manager = {
    notify: () => {
      throw new Error('no socket');
    },
    watchdog: () => undefined,
  };
  assert.doesNotThrow(() => supervisorOf(manager, () => 0).alive());
});
