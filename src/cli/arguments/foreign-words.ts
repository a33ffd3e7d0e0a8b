/** Verbs of other programs, such as fail2ban-client, and the command that does the same here. Nothing is guessed. */

import { parseAddress } from '../../core/address/address.js';
import { isAgent } from './is-agent.js';

const BAN = 'f2bctl ban ADDRESS [--for TIME] [--jail JAIL]';

/** Each word of the first column stands for the answer beside it. */
const answers: readonly (readonly [words: string, answer: string])[] = [
  ['banip block deny drop reject blacklist insert -A -I --append --insert', BAN],
  [
    'unbanip unblock remove delete del release pardon flush clear purge --purge destroy',
    'f2bctl unban ADDRESS, or: f2bctl unban --all',
  ],
  [
    'banned list ls list-bans show-bans get-banned get-bans decisions iplist blocklist banlist denylist',
    'f2bctl bans [JAIL|ADDRESS]',
  ],
  ['jails list-units list-unit-files units services filters', 'f2bctl list-jails [--all]'],
  ['collections hub scenarios parsers', 'f2bctl list-jails --all, and: f2bctl enable --now JAIL'],
  ['get info properties settings show-config dump get-default', 'f2bctl show JAIL [-p KEY]'],
  ['config configure', 'f2bctl cat JAIL, or: f2bctl edit JAIL'],
  ['add create new add-jail new-jail', 'a jail is a file, /etc/f2b/units/NAME.conf: see f2b.unit(5)'],
  ['logs events history journal alerts messages tail follow', 'f2bctl log [--follow]'],
  ['watch monitor live dashboard htop', 'f2bctl top'],
  ['grep', 'f2bctl log -g PATTERN'],
  ['logging', 'f2bctl log; what is told of failures: LogFailures= in f2b.conf(5)'],
  ['limit', 'f2bctl set JAIL MaxRetry=N FindTime=TIME'],
  ['set-property', 'f2bctl set JAIL KEY=VALUE'],
  ['reset', 'f2bctl unban --all, or: f2bctl revert JAIL'],
  ['--failed list-failed', 'f2bctl status, or: f2bctl doctor'],
  ['daemon-reload daemon-reexec rehash', 'f2bctl reload'],
  ['mask', 'f2bctl disable --now JAIL'],
  ['unmask preset', 'f2bctl enable --now JAIL'],
  ['lint validate configtest test-config verify-config', 'f2bctl check'],
  ['regex failregex explain-line', 'f2bctl test FILTER LINE…'],
  ['explain whois lookup find query inspect is-banned isbanned reason', 'f2bctl why ADDRESS'],
  [
    'whitelist allowlist addignoreip ignore spare',
    'f2bctl allow ADDRESS --for TIME, or IgnoreIP= in the configuration',
  ],
  ['delignoreip unallow', 'f2bctl disallow ADDRESS'],
  ['ignoreip allowances', 'f2bctl allowed'],
  ['simulation dry-run', 'f2bctl simulate JAIL'],
  ['stats statistics state-of ps bouncers health', 'f2bctl status'],
  ['is-failed is-system-running', 'f2bctl is-active [JAIL], or: f2bctl doctor'],
  ['backup export', 'f2bctl state export, or: f2bctl bans --json'],
  ['restore', 'f2bctl state import'],
  ['sync reconcile repair', 'f2bctl verify'],
  ['man manual', 'man f2bctl'],
  ['--help-all', 'f2bctl --help, and: f2bctl help COMMAND'],
  ['attempt', 'f2bctl test FILTER LINE…, or: f2bctl ban ADDRESS'],
  ['loglevel logtarget syslogsocket flushlogs', 'journalctl -u f2bd: the agent writes to the journal alone'],
  ['dbfile dbpurgeage dbmaxmatches', 'f2bctl state check; OffenderMemory= is in f2b.conf(5)'],
  ['reset-failed', 'systemctl reset-failed f2bd'],
  ['panic-on --panic-on', 'firewall-cmd --panic-on'],
  ['-P', 'f2bctl show JAIL KEY --value'],
  ['--permanent --runtime-to-permanent save', 'f2bctl ban ADDRESS --for infinity: bans are kept over a reboot'],
  ['echo', 'f2bctl ping'],
  ['capi lapi console machines', 'f2bctl fleet status'],
  ['--sync', 'f2bctl fleet status; what DenyHosts synchronized, the fleet does: f2b-fleet(7)'],
  ['-t --test --check', 'f2bctl check'],
  ['-d --dump', 'f2bctl show JAIL'],
  ['-f --follow', 'f2bctl log --follow'],
  ['-u --unit -n --lines -e --since -S -r --grep -g -p -b', 'f2bctl log, with the options of journalctl'],
  ['--state --status -s', 'f2bctl status'],
  ['-l --list', 'f2bctl list-jails, or: f2bctl bans'],
  ['-v', 'f2bctl --version'],
  ['summary overview', 'f2bctl report, or: f2bctl status'],
  ['--list-all --list-rich-rules --get-entries --list-sources', 'f2bctl bans'],
  ['--list-services --get-zones --get-services --list-all-zones', 'f2bctl list-jails'],
  ['--reload --complete-reload', 'f2bctl reload'],
  ['--add-source --add-rich-rule --add-entry --banip --zone', 'f2bctl ban ADDRESS'],
  ['--query-source --query-rich-rule --query-entry', 'f2bctl why ADDRESS'],
  ['--remove-source --remove-rich-rule --remove-entry --unbanip', 'f2bctl unban ADDRESS'],
];

const answerOf = new Map(answers.flatMap(([words, answer]) => words.split(' ').map((word) => [word, answer] as const)));

/** Of these words, what is meant where an address stands behind them. */
const ofAddresses = new Map([
  ['add', BAN],
  ['get', 'f2bctl why ADDRESS'],
  ['info', 'f2bctl why ADDRESS'],
]);

/** What people type out of habit before the command that they mean. */
const PROGRAMS: ReadonlySet<string> = new Set([
  ...['f2bctl', 'sudo', 'doas', 'systemctl', 'journalctl', 'fail2ban-client', 'cscli', 'firewall-cmd'],
  ...['ufw', 'ipset', 'iptables', 'ip6tables', 'nft'],
]);

/** What is meant for the whole agent is systemd's to do; what is meant for a jail is ours. */
const services: Readonly<Record<string, 'enable' | 'disable' | 'reload'>> = {
  start: 'enable',
  stop: 'disable',
  kill: 'disable',
  shutdown: 'disable',
  restart: 'reload',
  'try-restart': 'reload',
  'reload-or-restart': 'reload',
};

/** What to type instead of a first word that is no command of f2bctl; undefined where nobody knows. */
export function foreignWord(word: string, rest: readonly string[]): string | undefined {
  const verb = services[word];
  const [object] = rest;
  if (verb !== undefined) {
    const agents = word === 'shutdown' || word === 'kill' ? 'stop' : word;
    if (object === undefined || isAgent(object)) return `systemctl ${agents} f2bd`;
    const ours = verb === 'reload' ? 'f2bctl reload' : `f2bctl ${verb} --now ${object}`;
    return `${ours}; the whole agent: systemctl ${agents} f2bd`;
  }
  if (word === 'decisions' || word === 'alerts') return ofCrowdsec(word, object);
  const [option = ''] = word.startsWith('--') ? word.split('=', 1) : [word];
  return (rest.some(isAddress) ? ofAddresses.get(word) : undefined) ?? answerOf.get(option);
}

function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

/**
 * The command with its words in order: `sshd status` is `status sshd`, and an address alone asks why. Undefined where no
 * command is among the first two words, and for an option, which belongs to nothing that is known.
 */
export function inOrder([word = '', verb = '', ...rest]: readonly string[], verbs: ReadonlySet<string>) {
  if (word.startsWith('-')) return undefined;
  if (verbs.has(verb)) return ['f2bctl', verb, ...(PROGRAMS.has(word) ? [] : [word]), ...rest].join(' ');
  return isAddress(word) ? `f2bctl why ${word}` : undefined;
}

function ofCrowdsec(word: string, verb: string | undefined): string {
  if (verb === 'add') return 'f2bctl ban ADDRESS [--for TIME]';
  if (verb === 'delete') return 'f2bctl unban ADDRESS';
  return word === 'alerts' ? 'f2bctl log' : 'f2bctl bans';
}

/** fail2ban-client has `set JAIL banip ADDRESS` and the like. */
export function fail2banVerb(jail: string, words: readonly string[]): string | undefined {
  const [word = '', ...values] = words;
  if (word.includes('=')) return undefined;
  const value = values.length > 0 ? values.join(' ') : 'ADDRESS';
  switch (word) {
    case 'banip':
      return `f2bctl ban ${value} --jail ${jail}`;
    case 'unbanip':
      return `f2bctl unban ${value} --jail ${jail}`;
    case 'addignoreip':
      return `f2bctl allow ${value} --for TIME, or: f2bctl set ${jail} IgnoreIP=${value}`;
    case 'delignoreip':
      return `f2bctl disallow ${value}`;
    case 'idle':
      return `f2bctl disable --now ${jail}`;
    default:
      return values.length === 1 ? `f2bctl set ${jail} KEY=${value}: f2b.unit(5) lists the keys` : undefined;
  }
}
