/** How people see f2b-actiond from outside of it. */

/** How an action does. Instants in µs since the epoch. */
export interface ActionStatus {
  readonly name: string;
  /** Undefined while its file is wrong. */
  readonly type?: string;
  /** `wrong`: its file, or a credential that it needs; what happens waits until that is mended. */
  readonly state: 'ok' | 'failing' | 'wrong';
  /** How many events wait, and since when the oldest does. */
  readonly waiting: number;
  readonly oldest?: number;
  readonly delivered: number;
  /** Refused until they were given up. */
  readonly givenUp: number;
  /** Dropped as too many waited. */
  readonly dropped: number;
  readonly lastSuccess?: number;
  readonly lastFailure?: number;
  /** Why, while it fails or is wrong. */
  readonly lastError?: string;
  readonly nextAttempt?: number;
}

export type TestedEvent = 'ban' | 'unban' | 'problem';

export interface ActionsControl {
  /** By their names. Throws ACTIOND_NOT_RUNNING, also when `signal` takes the question back, and ACCESS_DENIED. */
  status(signal?: AbortSignal): Promise<readonly ActionStatus[]>;
  /** Sends a made-up event through an action, at once; throws ACTION_FAILED with what became of it, and ACTION_UNKNOWN. */
  test(action: string, event: TestedEvent): Promise<void>;
}
