/** `action`: what bans becomes Disposition= and Ports=; what tells others is named in the note. */
import type { ServiceLookup } from '../config/values/services.js';
import { parseFilterSpec } from '../filter/filter-spec.js';
import { type Answer, carried, differently, type Line, notPossible } from './finding.js';
import { portsOf } from './values.js';

/** fail2ban's actions that close ports, or everything. */
const CLOSES_PORTS = /^(?:iptables|nftables|firewallcmd)/;
const CLOSES_ALL = /^(?:ufw|route|hostsdeny|shorewall|apf|csf|pf|npf|ipfw)/;

const ban = (key: string, value: string): Line => ({ section: 'Ban', key, value });

/** The actions of a value: one or more on a line, each with options in brackets. */
function actionsOf(value: string): readonly string[] {
  return value.match(/[^\s,[\]]+(?:\[(?:"[^"]*"|'[^']*'|[^\]"'])*\])*/g) ?? [];
}

export function actionAnswer(value: string, services: ServiceLookup): Answer {
  const specs = actionsOf(value).map((text) => parseFilterSpec(text).value ?? { name: text, options: {} });
  const isFirewall = (name: string) => CLOSES_PORTS.test(name) || CLOSES_ALL.test(name);
  const firewall = specs.find(({ name }) => isFirewall(name));
  const others = specs.filter(({ name }) => !isFirewall(name)).map(({ name }) => name);
  const left =
    others.length === 0
      ? ''
      : `${others.join(', ')}: not possible, feed a program with f2bctl log --follow --output=json`;
  if (firewall === undefined) return notPossible(left === '' ? 'it is empty; here a jail always bans' : left);
  const how = disposition(firewall.name, firewall.options, services);
  if (left === '') return how;
  return differently(how.lines, `${how.note}; ${left}`);
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
