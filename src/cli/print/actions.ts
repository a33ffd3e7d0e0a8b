/** The actions for people: a table, and below it why those that fail do. */
import { printable } from '../../core/printable.js';
import type { ActionStatus } from '../../ports/actions-control.js';
import { number } from '../../text/counted.js';
import { relative } from '../../text/length.js';
import type { Style } from './style.js';
import { type Column, formatTable } from './table.js';
import type { Now } from './times.js';

function columns({ now }: Now): readonly Column<ActionStatus>[] {
  const since = (at: number | undefined) => (at === undefined ? '' : relative(at, now));
  const some = (count: number) => (count > 0 ? number(count) : '');
  return [
    { heading: 'ACTION', text: ({ name }) => name },
    { heading: 'TYPE', dropped: 3, text: ({ type }) => type ?? '' },
    {
      heading: 'STATE',
      text: ({ state }) => state,
      paint: ({ state }, style) => (state === 'ok' ? style.green : style.red),
    },
    { heading: 'WAITING', dropped: 7, align: 'right', text: ({ waiting }) => number(waiting) },
    { heading: 'DELIVERED', dropped: 2, align: 'right', text: ({ delivered }) => number(delivered) },
    {
      heading: 'GIVEN UP',
      dropped: 6,
      align: 'right',
      text: ({ givenUp }) => some(givenUp),
      paint: (_, style) => style.yellow,
    },
    {
      heading: 'DROPPED',
      dropped: 5,
      align: 'right',
      text: ({ dropped }) => some(dropped),
      paint: (_, style) => style.yellow,
    },
    { heading: 'LAST SUCCESS', dropped: 4, text: ({ lastSuccess }) => since(lastSuccess) },
    { heading: 'NEXT ATTEMPT', dropped: 1, text: ({ nextAttempt }) => since(nextAttempt) },
  ];
}

export function actionLines(actions: readonly ActionStatus[], style: Style, now: Now): readonly string[] {
  if (actions.length === 0) return ['No actions. Their files lie in /etc/f2b/actions, see f2b.action(5).'];
  const faults = actions.flatMap(({ name, lastError, lastFailure }) => {
    if (lastError === undefined) return [];
    const when = lastFailure === undefined ? '' : ` (${relative(lastFailure, now.now)})`;
    return [`${style.bold(`${name}:`)} ${printable(lastError)}${when}`];
  });
  return [...formatTable(actions, columns(now), style), ...(faults.length === 0 ? [] : ['', ...faults])];
}
