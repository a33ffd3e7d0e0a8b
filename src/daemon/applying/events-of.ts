/** What is told about each effect. */

import type { AgentEvent } from '../../agent/agent-event.js';
import type { Address } from '../../core/address/address.js';
import { banKey } from '../../core/ban.js';
import type { Effect } from '../../core/effect.js';
import type { Failure } from '../../core/failure.js';
import type { BanListeners } from '../agent.js';
import { jailsByName } from '../jails-by-name.js';
import type { RunningJail } from '../reading/running-jail.js';
import type { FailureLog } from './failure-log.js';
import type { NotificationQueue } from './notification-queue.js';

interface Parts {
  readonly jails: () => readonly RunningJail[];
  readonly listeners: BanListeners;
  readonly zoneOf: (address: Address) => string | undefined;
  readonly later: NotificationQueue['later'];
  readonly failures: FailureLog;
}

/** The events of an effect; bans and unbans are also handed to the listeners. */
export function createEventsOf({ jails, listeners, zoneOf, later, failures }: Parts) {
  const jailNamed = jailsByName(jails);
  /** The last one: a ban comes right after the failure that led to it. */
  let failure: Failure | undefined;
  return (effect: Effect): readonly AgentEvent[] => {
    switch (effect.kind) {
      case 'failure':
        failure = effect.failure;
        return failureTold(effect, jailNamed(effect.failure.jail), failures);
      case 'spared':
        return [sparedTold(effect, zoneOf)];
      case 'ban':
        if (effect.isMoved) return [];
        for (const listener of listeners.ban) later(() => listener(effect.ban));
        return [banTold(effect, failure)];
      case 'unban':
        for (const listener of listeners.unban) later(() => listener(effect.ban, effect.cause));
        return [unbanTold(effect)];
      case 'clear-failures':
      case 'expire-failures':
      case 'offender':
      case 'delete-offender':
        return [];
    }
  };
}

function banTold({ ban, replaced, by }: Effect & { kind: 'ban' }, failure: Failure | undefined): AgentEvent {
  const isOfFailure = ban.evidence.at(-1) === failure?.cursor && banKey(ban) === (failure && banKey(failure));
  return {
    ...{ kind: 'ban', ban },
    ...(replaced !== undefined && { replaced }),
    ...(by !== undefined && { by }),
    ...(isOfFailure && failure?.user !== undefined && { user: failure.user }),
  };
}

function unbanTold({ ban, cause, by }: Effect & { kind: 'unban' }): AgentEvent {
  return { kind: 'unban', ban, cause, ...(by === undefined ? {} : { by }) };
}

function sparedTold(
  { failure, by }: Effect & { kind: 'spared' },
  zoneOf: (address: Address) => string | undefined,
): AgentEvent {
  const zone = by === 'firewall-zone' ? zoneOf(failure.address) : undefined;
  return { kind: 'spared', failure, by, ...(zone === undefined ? {} : { zone }) };
}

/** In a jail for repeat offenders a failure is a ban, which has been told. */
function failureTold(
  effect: Effect & { kind: 'failure' },
  jail: RunningJail | undefined,
  failures: FailureLog,
): readonly AgentEvent[] {
  return jail === undefined || jail.config.settings.recidive ? [] : failures.eventsOf(effect, jail);
}
