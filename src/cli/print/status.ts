/** The agent's state for people, in the manner of systemctl status. */

import type { AgentStatus, JailStatus } from '../../agent/agent-status.js';
import { printable } from '../../core/printable.js';
import type { FirewallStatus } from '../../ports/firewall.js';
import { counted, number } from '../../text/counted.js';
import { instant } from '../../text/instant.js';
import { length, relative } from '../../text/length.js';
import type { Style } from './style.js';
import { type Column, formatTable } from './table.js';
import type { Now } from './times.js';

/** `Label: text`, labels right-aligned to one width. */
export function properties(entries: readonly (readonly [label: string, text: string])[]): readonly string[] {
  const width = Math.max(...entries.map(([label]) => label.length)) + 4;
  return entries.map(([label, text]) =>
    text === '' ? '' : `${label.padStart(width)}${label === '' ? ' ' : ':'} ${text}`,
  );
}

function dot(state: AgentStatus['state'], style: Style): string {
  switch (state) {
    case 'running':
      return style.green('●');
    case 'degraded':
      return style.red('●');
    case 'starting':
    case 'stopping':
      return style.yellow('●');
  }
}

function firewallText(firewall: FirewallStatus, style: Style): string {
  const held = `${counted(firewall.held, 'address')} held`;
  const waiting = `${counted(firewall.pending, 'change')} pending for ${length(firewall.oldestPending)}`;
  const state = firewall.state === 'ready' ? style.green('ready') : style.red('unavailable');
  const parts = [state, held, ...(firewall.pending > 0 ? [style.yellow(waiting)] : [])];
  return `${printable(firewall.name)}: ${parts.join(', ')}`;
}

const jailColumns: readonly Column<JailStatus>[] = [
  { heading: 'JAIL', text: ({ name }) => name },
  { heading: 'FAILING', dropped: 4, align: 'right', text: ({ failing }) => number(failing) },
  { heading: 'FAILURES', dropped: 2, align: 'right', text: ({ failures }) => number(failures) },
  {
    heading: 'BANNED',
    align: 'right',
    text: ({ banned }) => number(banned),
    paint: ({ banned }, style) => (banned > 0 ? style.bold : (text) => text),
  },
  { heading: 'BANS', dropped: 3, align: 'right', text: ({ bans }) => number(bans) },
  {
    heading: 'SLOW LINES',
    dropped: 5,
    align: 'right',
    text: ({ slowLines }) => (slowLines > 0 ? number(slowLines) : ''),
    paint: (_, style) => style.yellow,
  },
  { heading: 'DESCRIPTION', dropped: 1, text: ({ description }) => description },
];

export function troubles(status: AgentStatus, style: Style): readonly string[] {
  const { problem, warnings } = status.firewall;
  const slow = status.jails.filter(({ slowRegexes }) => slowRegexes.length > 0);
  // The firewall says what to do in the same breath.
  const known = status.problems.some(({ message }) => problem?.startsWith(message));
  return [
    ...status.problems.flatMap(({ message, hint }) => [style.red(printable(message)), `  ${printable(hint)}`]),
    ...(problem === undefined || known ? [] : [style.red(printable(problem))]),
    ...warnings.map((warning) => style.yellow(printable(warning))),
    ...slow.flatMap(({ name }) => [
      style.yellow(`${printable(name)}: a regex of its filter keeps taking too long, lines are passed over`),
      `  see f2bctl status ${printable(name)}`,
    ]),
  ];
}

/** `around`: what is wrong beside the agent, a line each. */
export function statusLines(
  status: AgentStatus,
  around: readonly string[],
  style: Style,
  { now, zone }: Now,
): readonly string[] {
  const { version, state, startedAt, entries, position, jails, firewall } = status;
  const upTo = position === undefined ? '' : `, up to ${instant(position.receivedAt, zone)}`;
  const trouble = [...troubles(status, style), ...around.map(style.yellow)];
  return [
    `${dot(state, style)} f2bd ${printable(version)} - ${state}`,
    ...properties([
      ['Since', `${instant(startedAt, zone)}; ${relative(startedAt, now)}`],
      ['Journal', `${counted(entries, 'entry')} read${upTo}`],
      ...withoutUnit(status).map((text) => ['', text] as const),
      ['Firewall', firewallText(firewall, style)],
      ...(firewall.notes ?? []).map((note) => ['', printable(note)] as const),
      ...trouble.map((line, index) => [index === 0 ? 'Problems' : '', line] as const),
    ]),
    '',
    ...(jails.some(({ maxretry }) => maxretry > 0) ? [] : ['No jails are enabled.']),
    ...(jails.length === 0 ? [] : formatTable(jails, jailColumns, style)),
  ];
}

/** Entries whose senders were gone when journald looked at them; nothing where there were none. */
export function withoutUnit(
  counts: Pick<AgentStatus, 'believedWithoutUnit' | 'passedOverWithoutUnit'>,
): readonly string[] {
  const { believedWithoutUnit: believed, passedOverWithoutUnit: passedOver } = counts;
  if (believed + passedOver === 0) return [];
  const all = counted(believed + passedOver, 'entry');
  return [`${all} without a unit: ${number(believed)} believed, ${number(passedOver)} passed over`];
}
