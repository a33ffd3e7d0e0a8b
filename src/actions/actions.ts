/**
 * All actions. Invariants: what follows from an event is stored before anything is sent, together with the position
 * behind it; the file of one action being wrong holds up no other one.
 */
import { keptFor } from '../async/time/kept-for.js';
import type { LoadedAction, Naming } from '../config/actions/load-actions.js';
import { FOREVER } from '../core/time.js';
import { F2bError } from '../errors.js';
import type { ToldEvent } from '../events/told-event.js';
import type { NewDelivery, QueueState } from '../outbox/outbox.js';
import type { ActionStatus, ActionsControl, TestedEvent } from '../ports/actions-control.js';
import type { Position } from '../ports/journal.js';
import { hostTags as readHostTags } from './fail2ban/host-tags.js';
import { exampleRecord, recordOf } from './record.js';
import { type ActionWorld, type RunningAction, runAction } from './running-action.js';

/** The configuration of all actions. */
export interface ActionsConfiguration {
  /** False when there may be others that could not be found: what waits for them is not to be forgotten. */
  readonly isWhole: boolean;
  readonly actions: readonly LoadedAction[];
  readonly naming: Naming;
}

export interface Actions extends ActionsControl {
  /** Resolves when it is stored. */
  take(events: readonly ToldEvent[], position: Position): Promise<void>;
  /** Puts another configuration in force, if it is whole. What waits for actions that are left stays. */
  reload(configuration: ActionsConfiguration): Promise<void>;
  end(): Promise<void>;
}

/** Throws CONFIG_INVALID when the configuration is not whole. */
export async function startActions(configuration: ActionsConfiguration, world: ActionWorld): Promise<Actions> {
  const { outbox } = world;
  let running: readonly RunningAction[] = [];

  const begin = async ({ actions, naming }: ActionsConfiguration) => {
    await outbox.keepOnly(actions.map(({ name }) => name));
    const states = new Map((await outbox.states()).map((state) => [state.queue, state]));
    // All of them have the same, and asking takes long where a name server does not answer.
    const hostTags = keptFor(world.clock, FOREVER, () => readHostTags(world.runAlone));
    running = actions.map((action) =>
      runAction(action, naming, states.get(action.name)?.lastSuccess, { ...world, hostTags }),
    );
    for (const { queue, denylist } of running) {
      queue?.wake();
      denylist?.refresh();
    }
  };
  const stop = async () => {
    await Promise.all(running.flatMap(({ queue, denylist }) => [queue?.end(), denylist?.end()]));
  };
  if (!configuration.isWhole) throw notWhole();
  await begin(configuration);
  return {
    async take(events, position) {
      const receivers = running.filter(({ denylist }) => denylist === undefined);
      const deliveries = events.flatMap((event) =>
        receivers.filter(({ wants }) => wants(event)).flatMap((receiver) => deliveryOf(receiver, event)),
      );
      const limits = new Map(running.map(({ name, limit }) => [name, limit]));
      await outbox.add(deliveries, position, (queue) => limits.get(queue) ?? 1);
      const queued = new Set(deliveries.map(({ queue }) => queue));
      // A start may follow on bans that nobody told of.
      const isAnew = events.some(({ kind }) => kind === 'started' || kind === 'reloaded');
      for (const { name, queue, denylist } of running) {
        if (queued.has(name)) queue?.wake();
        denylist?.take(events);
        if (isAnew) denylist?.refresh();
      }
    },
    async status() {
      const states = new Map((await outbox.states()).map((state) => [state.queue, state]));
      return running.map((action) => statusOf(action, states.get(action.name)));
    },
    async test(name, event) {
      const action = running.find((one) => one.name === name);
      if (action === undefined) throw new F2bError('ACTION_UNKNOWN', name);
      await testAction(action, event, world);
    },
    async reload(next) {
      if (!next.isWhole) return world.tell(`${notWhole().message}: the actions stay as they were`, false);
      await stop();
      await begin(next);
    },
    async end() {
      await stop();
      running = [];
    },
  };
}

/** Throws ACTION_FAILED. */
async function testAction(
  { name, wrong, queue, denylist, takes }: RunningAction,
  event: TestedEvent,
  { host, clock }: ActionWorld,
): Promise<void> {
  if (wrong !== undefined) throw new F2bError('ACTION_FAILED', `${name}: ${wrong}`);
  if (denylist !== undefined) {
    const hint = 'a list is kept equal to the bans: ban an address of your own choice, and see the file';
    throw new F2bError('ACTION_FAILED', `${name}: a list of bans takes no example`, { hint });
  }
  const example = exampleRecord(name, host, clock.now(), event);
  if (!takes(example)) {
    const hint = 'nothing was sent; f2b.action(5) tells what such an action is for';
    throw new F2bError('ACTION_FAILED', `${name}: it does nothing for a made-up ${event}`, { hint });
  }
  const outcome = await queue?.deliver([example]);
  if (outcome !== undefined && outcome.kind !== 'done')
    throw new F2bError('ACTION_FAILED', `${name}: ${outcome.reason}`);
}

function notWhole(): F2bError {
  const hint = 'the user f2b-actions has to be able to read /etc/f2b/actions and the folders in it';
  return new F2bError('CONFIG_INVALID', 'a folder of actions cannot be listed', { hint });
}

/** None of what the action would do nothing for. */
function deliveryOf({ name, takes }: RunningAction, event: ToldEvent): readonly NewDelivery[] {
  const record = recordOf(name, event);
  return takes(record) ? [{ queue: name, id: record.id, at: event.at, body: JSON.stringify(record) }] : [];
}

function statusOf({ name, type, wrong, queue }: RunningAction, state: QueueState | undefined): ActionStatus {
  const error = wrong ?? state?.lastError;
  const next = queue?.nextAttempt;
  return {
    name,
    ...(type !== undefined && { type }),
    state: wrong !== undefined ? 'wrong' : error === undefined ? 'ok' : 'failing',
    waiting: state?.waiting ?? 0,
    delivered: state?.delivered ?? 0,
    givenUp: state?.givenUp ?? 0,
    dropped: state?.dropped ?? 0,
    ...(state?.oldest !== undefined && { oldest: state.oldest }),
    ...(state?.lastSuccess !== undefined && { lastSuccess: state.lastSuccess }),
    ...(state?.lastFailure !== undefined && { lastFailure: state.lastFailure }),
    ...(error !== undefined && { lastError: error }),
    ...(next !== undefined && { nextAttempt: next }),
  };
}
