/** What a person who writes fail2ban's keys into our files is told to write instead. */
import { quoted } from '../values/quoted.js';

/** `filter`: the filter of the jail whose file it is, as far as is known. */
type Answer = (value: string, filter: string) => string;

const bare = (value: string) => quoted(value).slice(1, -1);

const inFilter = (key: string): Answer => {
  return (_value, filter) =>
    `it belongs to the filter: [Definition] with ${key} = … in /etc/f2b/filters/${filter}.local`;
};
const say = (text: string): Answer => {
  return () => text;
};

const noFiles = say(
  'the journal is read, not files: name the units in Unit= of [Journal], or drop it; f2b-tail(8) brings a file into the journal',
);
const firewall = say('write Disposition=drop, reject or ports in [Ban]; Firewall= in f2bd.conf says which firewall');
const actions = say('write a file actions/NAME.conf and Action=NAME in [Ban], see f2b.action(5)');
const agentsLog = say('drop it: the agent logs to the journal, see f2bctl log');

/** The formula that fail2ban has unless another is given, without blanks; growing ban times here are by it too. */
const DOUBLING = 'ban.Time*(1<<(ban.Countifban.Count<20else20))*banFactor';

/** What growing ban times by a formula of fail2ban's are here; undefined for its own formula, which they go by anyway. */
export function formulaAnswer(formula: string): string | undefined {
  if (formula.replaceAll(/\s/g, '') === DOUBLING) return undefined;
  if (!formula.includes('exp(')) return 'write what it comes to, ban by ban, as BanTimeMultipliers= in [Ban]';
  return 'write BanTimeMultipliers=1 2.7 7.4 20.1 54.6 148.4 403.4 in [Ban], which are the powers of e, or those of banFactor';
}

/** See jail.conf(5) of fail2ban 1.1. Keys that differ in case and dots alone, as `bantime.increment`, are not here. */
const answers: ReadonlyMap<string, Answer> = new Map([
  ['mode', (value, filter) => `write Filter=${filter}[mode=${bare(value)}] in [Jail]`],
  ['failregex', inFilter('failregex')],
  ['ignoreregex', inFilter('ignoreregex')],
  ['prefregex', inFilter('prefregex')],
  ['datepattern', inFilter('datepattern')],
  ['maxlines', inFilter('maxlines')],
  ['logpath', noFiles],
  ['logencoding', noFiles],
  ['logtimezone', noFiles],
  ['skip_if_nologs', noFiles],
  ['systemd_if_nologs', noFiles],
  ['backend', say('drop it: the journal is always what is read')],
  ['journalmatch', say('write Unit= in [Journal], and Match= for further fields')],
  ['banaction', firewall],
  ['banaction_allports', firewall],
  ['chain', firewall],
  ['blocktype', firewall],
  ['returntype', firewall],
  ['port', say('write Disposition=ports and Ports= in [Ban]; without them a ban closes all ports')],
  ['protocol', say('write it behind the port, such as Ports=53/udp in [Ban]')],
  ['action', actions],
  ['action_', actions],
  ['action_mw', actions],
  ['action_mwl', actions],
  ['actionban', actions],
  ['actionunban', actions],
  ['actionstart', actions],
  ['actionstop', actions],
  ['actioncheck', actions],
  ['destemail', actions],
  ['sender', actions],
  ['sendername', actions],
  ['mta', actions],
  ['bantime.formula', (value) => formulaAnswer(value) ?? 'drop it: ban times grow by it with BanTimeIncrement=yes'],
  ['bantime.rndtime', say('write BanTimeRandom= in [Ban]')],
  ['bantime.maxtime', say('write BanTimeMax= in [Ban]')],
  ['bantime.overalljails', say('write BanTimeAllJails= in [Ban]')],
  ['ignorecache', say('drop it: an answer of IgnoreCommand= holds for 5 minutes')],
  ['maxmatches', say('drop it: f2bctl why shows all entries behind a ban')],
  ['dbfile', say('drop it: the state lies in /var/lib/f2b')],
  ['dbpurgeage', say('write OffenderMemory= in [Ban]')],
  ['dbmaxmatches', say('drop it: f2bctl why shows all entries behind a ban')],
  ['loglevel', agentsLog],
  ['logtarget', agentsLog],
  ['syslogsocket', agentsLog],
  ['socket', say('drop it: f2bctl reaches the agent over the bus')],
  ['pidfile', say('drop it: systemd knows the agent, see systemctl status f2bd')],
  ['fail2ban_agent', say('drop it: nobody is told which program it is')],
  ['allowipv6', say('drop it: both families are guarded')],
]);

/** Dots and capitals are no difference: BanTimeFormula is what `bantime.formula` would be called here. */
const plain = (key: string) => key.toLowerCase().replaceAll('.', '');

const byPlainName = new Map([...answers].map(([key, answer]) => [plain(key), answer]));

/** Undefined when fail2ban has no such key, or one that is nearly spelled as ours. */
export function fail2banAnswer(key: string, value: string, filter: string): string | undefined {
  return byPlainName.get(plain(key))?.(value, filter);
}
