/** An agent that is asked to end while it starts, or while it reads its configuration again, does so at once. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Entry } from '../../src/core/entry.js';
import { FakeFirewall } from '../fakes/firewall.js';
import { fakeStore } from '../fakes/store.js';
import { AgentLab, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const NEIGHBOUR = '203.0.113.6';
const NEVER = new Promise<never>(() => {});

let lab: AgentLab;
let asked: AbortController;
beforeEach(() => {
  lab = new AgentLab();
  asked = new AbortController();
});
afterEach(() => lab.dispose());

const failedFrom = (address: string): Pick<Entry, 'line' | 'fields'> => ({
  line: `host sshd[99]: Failed password for root from ${address} port 4711 ssh2`,
  fields: { _SYSTEMD_UNIT: 'ssh.service', _UID: '0', _GID: '0', SYSLOG_IDENTIFIER: 'sshd' },
});

/** What the work comes to. Throws when it has no end. */
async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  let outcome: PromiseSettledResult<unknown> | undefined;
  void Promise.allSettled([work]).then(([settled]) => {
    outcome = settled;
  });
  await lab.until(() => outcome !== undefined);
  return work;
}

/** A journal whose past never ends; `onRead` is told of each look at it. What is returned makes it whole again. */
function endlessPast(onRead: () => void): () => void {
  const { journal } = lab;
  const [read, wasSeen] = [journal.read.bind(journal), journal.wasSeen.bind(journal)];
  journal.read = () => {
    onRead();
    return [{ ...failedFrom(NEIGHBOUR), cursor: 's=0;i=0;b=0;m=0;t=0;x=0', at: 0, receivedAt: 0, messageAt: 0 }];
  };
  journal.wasSeen = () => true;
  return () => Object.assign(journal, { read, wasSeen });
}

/** A memory of very many parts; `onPart` is told of each. */
function endlessMemory(onPart: () => void): void {
  lab.openStore = () => ({
    ...fakeStore(lab.disk),
    async load(begin, ending) {
      for (const remember = begin(); ; await new Promise((resolve) => setImmediate(resolve))) {
        ending?.throwIfAborted();
        onPart();
        remember({ failures: [] });
      }
    },
  });
}

/** What the start is at when it is asked to end; `reached` is called then. What is returned lets the next start be. */
const moments: Readonly<Record<string, (reached: () => void) => () => void>> = {
  'filters are loaded'(reached) {
    lab.onLoadFilter = reached;
    return () => {
      lab.onLoadFilter = () => {};
    };
  },
  'what is stored is read'(reached) {
    let parts = 0;
    endlessMemory(() => ++parts === 3 && reached());
    return () => {
      lab.openStore = () => fakeStore(lab.disk);
    };
  },
  'the sessions before its position are read again'(reached) {
    let looks = 0;
    return endlessPast(() => ++looks === 3 && reached());
  },
  'the firewall is starting'(reached) {
    lab.firewall = new FakeFirewall(false);
    lab.firewall.opening = NEVER;
    lab.firewall.opened = () => {
      setImmediate(reached);
      return NEVER;
    };
    return () => {
      lab.firewall = new FakeFirewall();
    };
  },
  'an entry waits for what IgnoreCommand= says'(reached) {
    lab.write('f2bd.conf', '[Ban]\nIgnoreCommand=/bin/slow\n');
    lab.ignoreCommand = () => {
      setImmediate(reached);
      return NEVER;
    };
    const { firewall } = lab;
    firewall.pause = NEVER;
    return () => {
      lab.ignoreCommand = async () => false;
      lab.firewall = new FakeFirewall();
    };
  },
};

describe('a start that is asked to end while', () => {
  for (const [moment, prepare] of Object.entries(moments)) {
    test(`${moment} ends with nothing told, and the next one goes on`, async () => {
      await lab.start();
      await lab.fail(ATTACKER, 5);
      await lab.fail(NEIGHBOUR, 2);
      await lab.stop();
      lab.journal.append(
        ...Array.from({ length: 3 }, () => ({ ...failedFrom(NEIGHBOUR), receivedAt: lab.clock.now() })),
      );
      const { disk } = lab;
      const before = lab.notifier.events.length;
      lab.isReady = false;

      const goOn = prepare(() => asked.abort());
      const starting = lab.startUntil(asked.signal);
      await lab.until(() => asked.signal.aborted);
      // A firewall that does not answer is given its half minute.
      await lab.clock.advance(31 * SECOND);
      assert.equal(await outcomeOf(starting), false);
      assert.deepEqual(lab.notifier.events.slice(before), []);
      assert.deepEqual([lab.isReady, lab.isStopping], [false, true]);
      assert.deepEqual(lab.clock.armed, [], 'nothing of it is left');
      assert.equal(lab.journal.watchers, 0);
      assert.deepEqual(
        [...disk.bans.values()].map(({ address }) => address.text),
        [ATTACKER],
      );

      goOn();
      await lab.start();
      assert.deepEqual(lab.enforced, [ATTACKER, NEIGHBOUR]);
      assert.equal(lab.told('problem'), 0);
    });
  }
});

test('a reload that reads the sessions again holds up no stop, and nobody is told that it succeeded', async () => {
  const { agent } = await lab.start();
  await lab.fail(NEIGHBOUR, 2);
  const goOn = endlessPast(() => {});
  const reloaded = agent.reload();
  await lab.settle();
  const stopped = lab.stop();
  await assert.rejects(outcomeOf(reloaded), { code: 'AGENT_NOT_RUNNING' });
  await outcomeOf(stopped);
  goOn();
  assert.deepEqual([lab.told('reloaded'), lab.told('problem'), lab.told('stopped')], [0, 0, 1]);
  await lab.start();
  await lab.fail(NEIGHBOUR, 3);
  assert.deepEqual(lab.enforced, [NEIGHBOUR]);
});

test('a stop during a reload that loads filters leaves the configuration before it in what is stored', async () => {
  lab.configure('ssh.service', '[Jail]\nEnabled=yes\nFilter=sshd\n');
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.configure('ssh.service', '[Jail]\nEnabled=no\n');
  lab.configure('other', '[Jail]\nEnabled=yes\nFilter=sshd\n[Journal]\nUnit=ssh.service\n');
  let stopped: Promise<void> | undefined;
  lab.onLoadFilter = () => {
    stopped ??= lab.stop();
  };
  await assert.rejects(agent.reload(), { code: 'AGENT_NOT_RUNNING' });
  await stopped;
  assert.deepEqual(
    [...lab.disk.bans.values()].map(({ jail }) => jail),
    ['ssh.service'],
  );
});
