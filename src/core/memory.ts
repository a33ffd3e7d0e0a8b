/** What earlier runs remember, as the store hands it to the core. */
import type { StoredBan } from './ban.js';
import type { Failure } from './failure.js';
import type { Offender } from './offender.js';

/** What is remembered from earlier runs. Iterables, so that a million offenders need never stand in one array. */
export interface Memory {
  readonly failures: Iterable<Failure>;
  readonly offenders: Iterable<Offender>;
  readonly bans: Iterable<StoredBan>;
}

/** Some of it. */
export interface MemoryPart extends Partial<Memory> {
  /** How many offenders each jail has in all parts together; told early, it saves growing for them again and again. */
  readonly offendersOf?: ReadonlyMap<string, number>;
}
