/** The numbers of f2b-actiond's queues. */
import type { ActionStatus } from '../ports/actions-control.js';
import { type Family, seconds } from './family.js';

/** What is known of an action; undefined leaves it out. */
type Read = (action: ActionStatus) => number | undefined;

export function actionFamilies(actions: readonly ActionStatus[]): readonly Family[] {
  const family = (kind: Family['kind'], name: string, help: string, read: Read): Family => ({
    ...{ name: `f2b_action_${name}`, kind, help },
    samples: actions.flatMap((action) => {
      const value = read(action);
      return value === undefined ? [] : [{ labels: { action: action.name }, value }];
    }),
  });
  const instant = (at: number | undefined) => (at === undefined ? undefined : seconds(at));
  return [
    family('gauge', 'up', 'Whether the action has told all that it tried to.', ({ state }) => Number(state === 'ok')),
    family('gauge', 'waiting', 'Events that wait to be told.', ({ waiting }) => waiting),
    family('gauge', 'oldest_waiting_seconds', 'When the oldest of them happened, since the epoch.', ({ oldest }) =>
      instant(oldest),
    ),
    family('gauge', 'last_success_seconds', 'When something was told last, since the epoch.', ({ lastSuccess }) =>
      instant(lastSuccess),
    ),
    family('counter', 'delivered_total', 'Events that were told.', ({ delivered }) => delivered),
    family('counter', 'given_up_total', 'Events that were refused until they were given up.', ({ givenUp }) => givenUp),
    family('counter', 'dropped_total', 'Events that were dropped as too many waited.', ({ dropped }) => dropped),
  ];
}
