/** What every Store promises, asked of the SQLite store and of the fake. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Effect } from '../../src/core/effect.js';
import { FOREVER } from '../../src/core/time.js';
import type { Store } from '../../src/ports/store.js';
import { openStore } from '../../src/store/sqlite.js';
import { fakeDisk, fakeStore, snapshotOf } from '../fakes/store.js';
import { aBan, aFailure, anAddress, anOffender, NOON } from '../fakes/values.js';

/** A place that keeps what its stores stored. */
interface Place {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

async function sqlitePlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'f2b-store-contract-'));
  return {
    open: () => openStore({ directory, report: (error) => assert.fail(error.message) }),
    remove: () => rm(directory, { recursive: true }),
  };
}

async function fakePlace(): Promise<Place> {
  const disk = fakeDisk();
  return { open: async () => fakeStore(disk), remove: async () => undefined };
}

const others = { 'LogNamespace=web': { cursor: 's=2;i=4', receivedAt: NOON + 4 } };
const position = { cursor: 's=1;i=9', receivedAt: NOON + 9, others };
const neighbour = anAddress('192.0.2.2');
const v6 = anAddress('2001:db8::/64');

const permanent = aBan({
  address: v6,
  until: FOREVER,
  disposition: 'ports',
  ports: ['22/tcp', '1000-2000/udp'],
  origin: 'manual',
  evidence: [],
  reason: 'it\'s "odd": \0\u2028\u{1F600}\n',
  members: [aBan({ address: anAddress('2001:db8::1') }), aBan({ address: anAddress('2001:db8::2'), until: FOREVER })],
});

function storeContract(name: string, place: () => Promise<Place>): void {
  /** Runs `steps` on a fresh store and returns what a store opened afterwards loads. */
  const after = async (steps: (store: Store) => Promise<void>) => {
    const { open, remove } = await place();
    try {
      const first = await open();
      await steps(first);
      await first.close();
      const second = await open();
      const snapshot = await snapshotOf(second);
      await second.close();
      return snapshot;
    } finally {
      await remove();
    }
  };
  const committed = (...effects: readonly Effect[]) => after((store) => store.commit(position, effects));

  describe(name, () => {
    test('a new store remembers nothing', async () => {
      const empty = { position: undefined, failures: [], offenders: [], bans: [], allowances: [] };
      assert.deepEqual(await after(async () => undefined), empty);
    });

    test('position, failures, offenders and bans come back as they were given', async () => {
      const failures = [aFailure({ user: 'root', count: 3, evidence: ['a', 's=1;i=1'] }), aFailure({ cursor: 'z' })];
      const offenders = [anOffender(), anOffender({ address: v6, bantime: FOREVER, totalBantime: FOREVER })];
      const bans = [aBan(), permanent];
      assert.deepEqual(
        await committed(
          ...failures.map((failure) => ({ kind: 'failure', counted: 1, failure }) as const),
          ...offenders.map((offender) => ({ kind: 'offender', offender }) as const),
          ...bans.map((ban) => ({ kind: 'ban', ban }) as const),
        ),
        { position, failures, offenders, bans, allowances: [] },
      );
    });

    test('a commit without a position keeps the position of the last one', async () => {
      const snapshot = await after(async (store) => {
        await store.commit(position, []);
        await store.commit(undefined, [{ kind: 'ban', ban: aBan() }]);
      });
      assert.deepEqual(snapshot.position, position);
    });

    test('a commit that is repeated changes nothing', async () => {
      const effects: readonly Effect[] = [
        { kind: 'failure', counted: 1, failure: aFailure() },
        { kind: 'clear-failures', jail: 'ssh.service', address: aFailure().address },
        { kind: 'failure', counted: 1, failure: aFailure({ address: neighbour }) },
        { kind: 'ban', ban: aBan() },
        { kind: 'offender', offender: anOffender() },
      ];
      const twice = await after(async (store) => {
        await store.commit(position, effects);
        await store.commit(position, effects);
      });
      assert.deepEqual(twice, await committed(...effects));
    });

    test('failures load in the order they were logged, whatever order they were decided in', async () => {
      const { failures } = await committed(
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'late', at: NOON + 2 }) },
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'early', at: NOON, address: neighbour }) },
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'middle', at: NOON + 1 }) },
      );
      assert.deepEqual(
        failures.map(({ cursor }) => cursor),
        ['early', 'middle', 'late'],
      );
    });

    test('effects take hold in the order they were decided, within one commit and over several', async () => {
      const steps: readonly Effect[] = [
        { kind: 'ban', ban: aBan() },
        { kind: 'unban', ban: aBan(), cause: 'expired' },
        { kind: 'ban', ban: aBan({ count: 2 }) },
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'before' }) },
        { kind: 'clear-failures', jail: 'ssh.service', address: aFailure().address },
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'after' }) },
        { kind: 'offender', offender: anOffender() },
        { kind: 'delete-offender', jail: 'ssh.service', address: anOffender().address },
      ];
      const expected = {
        ...{ position, allowances: [], offenders: [] },
        failures: [aFailure({ cursor: 'after' })],
        bans: [aBan({ count: 2 })],
      };
      assert.deepEqual(await committed(...steps), expected);
      const oneByOne = await after(async (store) => {
        for (const step of steps) await store.commit(position, [step]);
      });
      assert.deepEqual(oneByOne, expected);
    });

    test('jails and addresses are kept apart when bans are lifted and failures forgotten', async () => {
      const other = 'nginx.service';
      const { bans, failures } = await committed(
        { kind: 'ban', ban: aBan() },
        { kind: 'ban', ban: aBan({ jail: other }) },
        { kind: 'ban', ban: aBan({ address: neighbour }) },
        { kind: 'failure', counted: 1, failure: aFailure() },
        { kind: 'failure', counted: 1, failure: aFailure({ jail: other }) },
        { kind: 'failure', counted: 1, failure: aFailure({ address: neighbour, at: NOON + 1 }) },
        { kind: 'unban', ban: aBan(), cause: 'manual' },
        { kind: 'clear-failures', jail: 'ssh.service', address: aFailure().address },
      );
      assert.deepEqual(bans, [aBan({ jail: other }), aBan({ address: neighbour })]);
      assert.deepEqual(failures, [aFailure({ jail: other }), aFailure({ address: neighbour, at: NOON + 1 })]);
    });

    test('failures expire up to and including the given time, in the given jail only', async () => {
      const { failures } = await committed(
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'a', at: NOON }) },
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'b', at: NOON + 1 }) },
        { kind: 'failure', counted: 1, failure: aFailure({ cursor: 'c', at: NOON, jail: 'nginx.service' }) },
        { kind: 'expire-failures', jail: 'ssh.service', before: NOON },
      );
      assert.deepEqual(failures.map(({ cursor }) => cursor).sort(), ['b', 'c']);
    });

    test('when all failures of a jail expire, those of others stay until they do', async () => {
      const ofOther = aFailure({ cursor: 'b', jail: 'nginx.service', at: NOON });
      const expire = (jail: string): Effect => ({ kind: 'expire-failures', jail, before: NOON });
      const left = (...jails: readonly string[]) =>
        after(async (store) => {
          for (const failure of [aFailure({ cursor: 'a', at: NOON }), ofOther]) {
            await store.commit(undefined, [{ kind: 'failure', counted: 1, failure }]);
          }
          await store.commit(undefined, jails.map(expire));
        });
      assert.deepEqual((await left('ssh.service')).failures, [ofOther]);
      assert.deepEqual((await left('ssh.service', 'nginx.service')).failures, []);
    });

    test('a spared address leaves no failure behind', async () => {
      const { failures } = await committed({ kind: 'spared', failure: aFailure(), by: 'ignoreip' });
      assert.deepEqual(failures, []);
    });

    test('allowances are replaced as a whole', async () => {
      const kept = { address: neighbour, since: NOON, until: FOREVER, reason: 'office' };
      const snapshot = await after(async (store) => {
        await store.saveAllowances([{ address: v6, since: NOON, until: NOON + 1 }]);
        await store.saveAllowances([kept]);
      });
      assert.deepEqual(snapshot.allowances, [kept]);
    });

    test('commits made without waiting are all stored, in order', async () => {
      const { bans, position: last } = await after(async (store) => {
        const commits = Array.from({ length: 100 }, (_, count) =>
          store.commit({ cursor: `s=1;i=${count}`, receivedAt: NOON + count }, [{ kind: 'ban', ban: aBan({ count }) }]),
        );
        await Promise.all(commits);
      });
      assert.deepEqual(bans, [aBan({ count: 99 })]);
      assert.deepEqual(last, { cursor: 's=1;i=99', receivedAt: NOON + 99 });
    });
  });
}

storeContract('the SQLite store', sqlitePlace);
storeContract('the fake store', fakePlace);
