/** A program for the crash tests: commits without end and says on standard output what has become durable. */
import { openStore } from '../../../src/store/sqlite.js';
import { snapshotOf } from '../../fakes/store.js';
import { aBan, aFailure, anOffender, NOON } from '../../fakes/values.js';

const directory = process.argv[2] ?? '';
const store = await openStore({ directory, report: (error) => process.stderr.write(`${error.message}\n`) });
const { position } = await snapshotOf(store);

/** Commit n leaves n as position, as count of the ban and of the offender, and as the only failure. */
for (let n = (position?.receivedAt ?? 0) + 1; ; n += 1) {
  const failure = aFailure({ cursor: `s=${n}`, at: NOON + n });
  await store.commit({ cursor: `s=${n}`, receivedAt: n }, [
    { kind: 'clear-failures', jail: failure.jail, address: failure.address },
    { kind: 'failure', counted: 1, failure },
    { kind: 'ban', ban: aBan({ count: n }) },
    { kind: 'offender', offender: anOffender({ count: n }) },
  ]);
  process.stdout.write(`${n}\n`);
}
