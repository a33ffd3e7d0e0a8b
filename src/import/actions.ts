/** `action`: what bans becomes Disposition= and Ports=, what tells others an action. */

import { propertiesOf } from '../config/actions/fail2ban/properties.js';
import type { ServiceLookup } from '../config/values/services.js';
import type { FilterSpec } from '../filter/filter.js';
import { parseFilterSpec } from '../filter/filter-spec.js';
import type { Fail2banJail } from './fail2ban.js';
import { type Answer, banLine, carried, differently, notPossible } from './finding.js';
import {
  type ActionPlaces,
  type OtherAction,
  otherAction,
  readAction,
  type TakenNames,
  type WrittenAction,
} from './other-actions.js';
import { portsOf } from './ports-of.js';
import { programsRun } from './programs-run.js';

/** fail2ban's actions that close ports, or everything. */
const CLOSES_PORTS = /^(?:iptables|nftables|firewallcmd)/;
const CLOSES_ALL = /^(?:ufw|route|hostsdeny|shorewall|apf|csf|pf|npf|ipfw)/;

/** Options of fail2ban's firewall actions that have become something, or are labels. */
const OF_PORTS_AND_NAMES: readonly string[] = ['type', 'port', 'protocol', 'name', 'actname', 'bantime'];

/** The actions of a value: one or more on a line, each with options in brackets. */
function actionsOf(value: string): readonly string[] {
  return value.match(/[^\s,[\]]+(?:\[(?:"[^"]*"|'[^']*'|[^\]"'])*\])*/g) ?? [];
}

export interface ImportedActions {
  readonly answer: Answer;
  /** Actions to be written. */
  readonly actions: readonly WrittenAction[];
}

function specsOf({ options }: Fail2banJail): readonly FilterSpec[] {
  const texts = actionsOf(options.get('action')?.value ?? '');
  return texts.map((text) => parseFilterSpec(text).value ?? { name: text, options: {} });
}

function isFirewall({ name }: FilterSpec): boolean {
  return CLOSES_PORTS.test(name) || CLOSES_ALL.test(name);
}

/** Programs by which an action of one's own closes something, such as a chain of Docker's. */
const FIREWALL_PROGRAM = /^(?:ip6?tables|nft|ipset|firewall-cmd|ufw|shorewall)$/;
/** Programs by which such an action tells another host as well. */
const TELLS_OTHERS = /^(?:ssh|curl|wget)$/;

/** What the action runs for a ban; nothing where its file cannot be read. */
function programsOf(spec: FilterSpec, { directory, files }: ActionPlaces): readonly string[] {
  const { value } = readAction(spec, `${directory}/action.d`, files);
  return programsRun((value && propertiesOf(value, 'jail').value?.get('actionban')) ?? '');
}

/** Whether an action of one's own, called as one of a firewall, bans on other hosts alone. */
function isElsewhere(spec: FilterSpec, places: ActionPlaces): boolean {
  const programs = programsOf(spec, places);
  return programs.some((name) => TELLS_OTHERS.test(name)) && !programs.some((name) => FIREWALL_PROGRAM.test(name));
}

/** What an action of one's own closes something with on this host; undefined when it does something else. */
function ownFirewall(spec: FilterSpec, places: ActionPlaces): OwnFirewall | undefined {
  if (isFirewall(spec)) return undefined;
  const programs = programsOf(spec, places);
  const program = programs.find((name) => FIREWALL_PROGRAM.test(name));
  const lost = programs.find((name) => TELLS_OTHERS.test(name));
  return program === undefined ? undefined : { spec, program, lost };
}

/** Whether whom the jail names is let in where others are not, as by fail2ban's own pass2allow. */
export function letsIn(jail: Fail2banJail): boolean {
  return specsOf(jail).some(
    (spec) => isFirewall(spec) && /^(?:RETURN|ACCEPT|allow)$/i.test(spec.options['blocktype'] ?? ''),
  );
}

/** What becomes of the value of `action`. */
export function importActions(
  jail: Fail2banJail,
  { services, ...places }: ActionPlaces & { readonly services: ServiceLookup },
  taken: TakenNames,
): ImportedActions {
  const specs = specsOf(jail);
  const ownFirewalls = specs.flatMap((spec) => ownFirewall(spec, places) ?? []);
  const isOwn = (spec: FilterSpec) => ownFirewalls.some((one) => one.spec === spec);
  const firewalls = specs.filter((spec) => (isFirewall(spec) && !isElsewhere(spec, places)) || isOwn(spec));
  const others = specs
    .filter((spec) => !firewalls.includes(spec))
    .map((spec) => otherAction(spec, jail.name, places, taken));
  const how = firewalls.length === 0 ? undefined : disposition(firewalls, ownFirewalls, { services, ...places });
  // What is there twice, and in nothing different, is one.
  const actions = [...new Map(others.flatMap((other) => ('text' in other ? [[other.name, other]] : []))).values()];
  const notes = [...new Set([...(how === undefined ? [] : [how.note]), ...others.map(noteOf)])];
  if (how !== undefined && others.length === 0) return { answer: how, actions };
  if (specs.length === 0) return { answer: notPossible('it is empty; here a jail always bans'), actions };
  if (how === undefined && actions.length === 0) return { answer: notPossible(notes.join('; ')), actions };
  const named = actions.map(({ name }) => name).join(' ');
  const lines = [...(how?.lines ?? []), ...(named === '' ? [] : [banLine('Action', named)])];
  return { answer: differently(lines, notes.join('; ')), actions };
}

function noteOf(other: OtherAction): string {
  if (!('text' in other)) return `${other.from}: not possible, ${other.why}`;
  return `Action=${other.name}, which runs fail2ban's file: install f2b-actions and systemctl enable --now f2b-actiond`;
}

interface OwnFirewall {
  readonly spec: FilterSpec;
  readonly program: string;
  /** What else it runs, for others: that is not carried over. */
  readonly lost: string | undefined;
}

/** Of several, what they close together: a jail has one disposition. */
function disposition(
  firewalls: readonly FilterSpec[],
  own: readonly OwnFirewall[],
  { services, ...places }: ActionPlaces & { readonly services: ServiceLookup },
): Answer {
  const isOwn = (spec: FilterSpec) => own.some((one) => one.spec === spec);
  const closed = firewalls.map((spec) => closedBy(spec, isOwn(spec), services));
  const isAll = closed.some((one) => one.isAll);
  const instead = own.map(insteadOf);
  const aside = [
    ...new Set([
      ...instead,
      ...firewalls.flatMap((spec) => localOf(spec, places)),
      ...firewalls.flatMap(({ options }) => asideOf(options, isAll)),
    ]),
  ];
  const unknown = closed.flatMap((one) => one.unknown);
  const noted = (answer: Answer): Answer => ({ ...answer, note: [answer.note, ...aside].join('; ') });
  if (isAll) return noted(carried('Ban', 'Disposition', firewalls.some(rejects) ? 'reject' : 'drop'));
  const ports = [...new Set(closed.flatMap((one) => one.ports))];
  if (unknown.length > 0 || ports.length === 0)
    return noted(
      differently(
        [banLine('Disposition', 'drop')],
        unknown.length === 0
          ? 'Disposition=drop closes everything, as no port is given'
          : `Disposition=drop closes everything, as no service here has the name ${unknown.join(' ')}`,
      ),
    );
  const lines = [banLine('Disposition', 'ports'), banLine('Ports', ''), banLine('Ports', ports.join(' '))];
  return noted({ outcome: 'carried over', lines, note: `Disposition=ports Ports=${ports.join(' ')}` });
}

function insteadOf({ spec, program, lost }: OwnFirewall): string {
  const left = lost === undefined ? '' : `; what it does with ${lost} is left out: put that into an action of its own`;
  return `${spec.name} runs ${program}: its file is not needed, f2b closes${left}`;
}

/** `isOwn`: an action of one's own, which closes the ports that it is given. */
function closedBy({ name, options }: FilterSpec, isOwn: boolean, services: ServiceLookup): ReturnType<typeof portsOf> {
  const { type = '', port = '', protocol = 'tcp' } = options;
  if (isOwn && port !== '') return portsOf(port, protocol, services);
  if (!CLOSES_PORTS.test(name) || name.includes('allports') || type === 'allports')
    return { ports: [], unknown: [], isAll: true };
  return portsOf(port, protocol, services);
}

/** What a person changed of a stock action is of its commands, which are not run here. */
function localOf({ name }: FilterSpec, { directory, files }: ActionPlaces): readonly string[] {
  const path = `${directory}/action.d/${name}.local`;
  if (files.read(path) === undefined) return [];
  return [`without ${path}: how bans are enforced is said by Disposition= and Firewall=`];
}

/** By what the options say: fail2ban's own files say it too, which is left to the default here. */
function rejects({ options }: FilterSpec): boolean {
  return /^reject\b/i.test(options['blocktype'] ?? '');
}

/** What those who wrote them will look for, of the options that say neither what is closed nor what it is called. */
function asideOf(options: Readonly<Record<string, string>>, isAll: boolean): readonly string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    if (OF_PORTS_AND_NAMES.includes(key) || value === '' || value.startsWith('<known/')) return [];
    if (key === 'blocktype' && isAll && /^(?:reject|drop|blackhole)\b/i.test(value)) return [];
    if (key !== 'chain')
      return [`without ${key}=${value}: how bans are enforced is said by Disposition= and Firewall=`];
    return value === 'INPUT' ? [] : [`chain=${value} is not needed: a ban holds before anything is forwarded`];
  });
}
