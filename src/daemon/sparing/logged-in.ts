/**
 * Where people are logged in from, as far as it is known. Invariant: an error is no answer: what was known last holds,
 * and the error is a problem until there is an answer.
 */

import { createAsyncCache } from '../../async/async-cache.js';
import { createBackoff } from '../../async/time/backoff.js';
import type { Address } from '../../core/address/address.js';
import { AddressSet } from '../../core/address/address-set.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { ProblemSlot } from '../problems/problem-slot.js';
import { isHeld } from './ignore-list.js';

const LIFETIME = 5 * MICROS_PER_SECOND;

/** Pauses before it is asked again after an error; with nobody to spare, nobody else might. */
const PAUSES = { first: 5 * MICROS_PER_SECOND, last: 60 * MICROS_PER_SECOND };

export interface LoggedIn {
  /** True when somebody is logged in from the address, or for a prefix from anywhere in it. */
  holds(address: Address): boolean;
  /** Gets a fresh answer; undefined when there is one. */
  prepare(): Promise<void> | undefined;
  /** Says whether anybody wants to know: asks at once when that is so. */
  want(isWanted: boolean): void;
  stop(): void;
}

interface Parts {
  readonly clock: Clock;
  /** Rejects when it cannot be known. */
  readonly ask: () => Promise<readonly Address[]>;
  /** How long a decision waits for an answer, µs. */
  readonly timeout: number;
  readonly problem: ProblemSlot;
}

export function createLoggedIn({ clock, ask, timeout, problem }: Parts): LoggedIn {
  let wanted = false;
  const get = async () => {
    try {
      const answer = await ask();
      retry.cancel();
      retry.reset();
      problem.over();
      return answer;
    } catch (cause) {
      if (wanted) {
        problem.met(
          new F2bError('SESSIONS_UNKNOWN', String(cause instanceof Error ? cause.message : cause), { cause }),
        );
        retry.later();
      }
      throw cause;
    }
  };
  const nobody: readonly Address[] = [];
  const sessions = createAsyncCache({ clock, get, fallback: nobody, lifetime: LIFETIME, timeout, parallel: 1 });
  const retry = createBackoff(clock, PAUSES, () => {
    // An error is remembered a moment after the pause has begun: then it is too early to ask.
    if (sessions.ask('') === undefined) retry.later();
  });

  return {
    holds: (address) => isHeld(new AddressSet(sessions.known('')), address),
    prepare: () => sessions.ask(''),
    want(isWanted) {
      wanted = isWanted;
      if (isWanted) return void sessions.ask('');
      retry.cancel();
      problem.over();
    },
    stop: retry.cancel,
  };
}
