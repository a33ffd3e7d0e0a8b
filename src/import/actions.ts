/** `action`: what bans becomes Disposition= and Ports=, what tells others an action. */
import type { ServiceLookup } from '../config/values/services.js';
import type { FilterSpec } from '../filter/filter.js';
import { parseFilterSpec } from '../filter/filter-spec.js';
import type { Fail2banJail } from './fail2ban.js';
import { type Answer, carried, differently, type Line, notPossible } from './finding.js';
import {
  type ActionPlaces,
  type OtherAction,
  otherAction,
  type TakenNames,
  type WrittenAction,
} from './other-actions.js';
import { portsOf } from './ports-of.js';

/** fail2ban's actions that close ports, or everything. */
const CLOSES_PORTS = /^(?:iptables|nftables|firewallcmd)/;
const CLOSES_ALL = /^(?:ufw|route|hostsdeny|shorewall|apf|csf|pf|npf|ipfw)/;

const ban = (key: string, value: string): Line => ({ section: 'Ban', key, value });

/** The actions of a value: one or more on a line, each with options in brackets. */
function actionsOf(value: string): readonly string[] {
  return value.match(/[^\s,[\]]+(?:\[(?:"[^"]*"|'[^']*'|[^\]"'])*\])*/g) ?? [];
}

export interface ImportedActions {
  readonly answer: Answer;
  /** Actions to be written. */
  readonly actions: readonly WrittenAction[];
}

/** What becomes of the value of `action`. */
export function importActions(
  { name: jail, options }: Fail2banJail,
  { services, ...places }: ActionPlaces & { readonly services: ServiceLookup },
  taken: TakenNames,
): ImportedActions {
  const value = options.get('action')?.value ?? '';
  const specs = actionsOf(value).map((text) => parseFilterSpec(text).value ?? { name: text, options: {} });
  const isFirewall = ({ name }: FilterSpec) => CLOSES_PORTS.test(name) || CLOSES_ALL.test(name);
  const firewall = specs.find(isFirewall);
  const others = specs.filter((spec) => !isFirewall(spec)).map((spec) => otherAction(spec, jail, places, taken));
  const how = firewall === undefined ? undefined : disposition(firewall.name, firewall.options, services);
  // What is there twice, and in nothing different, is one.
  const actions = [...new Map(others.flatMap((other) => ('text' in other ? [[other.name, other]] : []))).values()];
  const notes = [...new Set([...(how === undefined ? [] : [how.note]), ...others.map(noteOf)])];
  if (how !== undefined && others.length === 0) return { answer: how, actions };
  if (specs.length === 0) return { answer: notPossible('it is empty; here a jail always bans'), actions };
  if (how === undefined && actions.length === 0) return { answer: notPossible(notes.join('; ')), actions };
  const named = actions.map(({ name }) => name).join(' ');
  const lines = [...(how?.lines ?? []), ...(named === '' ? [] : [ban('Action', named)])];
  return { answer: differently(lines, notes.join('; ')), actions };
}

function noteOf(other: OtherAction): string {
  if (!('text' in other)) return `${other.from}: not possible, ${other.why}`;
  return `Action=${other.name}, which runs fail2ban's file: install f2b-actions and systemctl enable --now f2b-actiond`;
}

function disposition(name: string, options: Readonly<Record<string, string>>, services: ServiceLookup): Answer {
  const { type = '', port = '', protocol = 'tcp' } = options;
  if (!CLOSES_PORTS.test(name) || name.includes('allports') || type === 'allports')
    return carried('Ban', 'Disposition', 'drop');
  const { ports, unknown, isAll } = portsOf(port, protocol, services);
  if (isAll) return carried('Ban', 'Disposition', 'drop');
  const lines = [ban('Disposition', 'ports'), ban('Ports', ''), ban('Ports', ports.join(' '))];
  if (unknown.length > 0 || ports.length === 0)
    return differently(
      [ban('Disposition', 'drop')],
      `Disposition=drop closes everything, as no service here has the name ${unknown.join(' ') || '(no port is given)'}`,
    );
  return { outcome: 'carried over', lines, note: `Disposition=ports Ports=${ports.join(' ')}` };
}
