/** What is asked of fail2ban’s server and of ours, and what must be alike in their answers. */
import assert from 'node:assert/strict';

/** What clients of both servers ask, in this order, of the same state. */
export const COMMANDS = `ping
status
set sshd banip 198.51.100.1 198.51.100.2 2001:db8:1::/64
set sshd banip 198.51.100.1
status sshd
status sshd short
status --all
banned
banned 198.51.100.1 198.51.100.99
set sshd bantime 7200
get sshd bantime
set sshd bantime 1d12h
set sshd bantime -1
get sshd bantime
set sshd bantime
set sshd bantime 1h
set sshd findtime 30m
get sshd findtime
set sshd findtime 600
set sshd maxretry 7
get sshd maxretry
set sshd maxretry 3
set sshd usedns no
get sshd usedns
set sshd usedns warn
set sshd ignoreself false
get sshd ignoreself
set sshd ignoreself true
set sshd addignoreip 192.0.2.0/24 198.51.100.99
set sshd addignoreip 198.51.100.99
set sshd addignoreip 2001:db8::1
get sshd ignoreip
set sshd delignoreip 198.51.100.99
set sshd delignoreip 198.51.100.99
set sshd delignoreip 2001:db8::1
set sshd delignoreip 192.0.2.0/24
set sshd delignoreip
set sshd addignoreip
set sshd bantime.increment true
get sshd bantime.increment
set sshd bantime.factor 2
set sshd bantime.multipliers "1 5 30"
set sshd bantime.maxtime 5w
get sshd bantime.maxtime
set sshd bantime.rndtime 8m
set sshd bantime.overalljails true
set sshd bantime.increment false
get sshd bantime.increment
set nope maxretry 3
get sshd banned
get sshd banned 198.51.100.1
get sshd banned 198.51.100.1 198.51.100.99
get sshd bantime
get sshd findtime
get sshd maxretry
get sshd ignoreip
get sshd ignoreself
get sshd logpath
get loglevel
set sshd unbanip 198.51.100.2
set sshd unbanip 198.51.100.2
set sshd unbanip --report-absent 198.51.100.2
unban 198.51.100.1
status nope
get nope bantime
set nope banip 198.51.100.1
get
set sshd
echo a b
unban --all
banned
quit
`;

/** What is answered alike however often it is asked, by at least one of the servers. */
export const QUESTIONS = `set sshd banip 198.51.100.7 2001:db8:7::/64
ping
version
status
status sshd
status --all short
stats
statistics
banned
banned 198.51.100.7
get sshd banip
get sshd banip ,
get sshd banned
get sshd failregex
get sshd ignoreregex
get sshd ignoreip
get sshd ignorecommand
get sshd datepattern
get sshd journalmatch
get sshd logpath
get sshd logencoding
get sshd usedns
get sshd maxlines
get sshd prefregex
get sshd actions
get sshd actionproperties nftables-multiport
get sshd actionmethods nftables-multiport
get sshd action nftables-multiport actionban
get logtarget
get syslogsocket
get dbfile
get dbpurgeage
get dbmaxmatches
flushlogs
echo a "b c" 'd "e'
echo it's
set sshd addignoreip 198.51.100.99
set sshd delignoreip 198.51.100.99
set sshd maxretry 3
add sshd auto
start sshd
nonsense
unban --all
quit
`;

const PROMPT = 'fail2ban> ';

/**
 * Without the greeting, the times in logs, and the totals, which grow from one client's bans to the next one's. For each
 * line that was asked, the last one ends it, the client is to have prompted.
 */
export function sameServer(answers: string, asked: string, what: string): readonly string[] {
  const prompts = answers.split(PROMPT).length - 1;
  const least = asked.trimEnd().split('\n').length;
  assert.ok(prompts >= least, `${what}: ${prompts} prompts for ${least} lines: ${answers}`);
  return comparable(answers.slice(answers.indexOf(PROMPT))).map((line) =>
    line.replace(/\d+ *│ +\d+ ║ +(\d+) │ +\d+$/, '$1').replace(/^(fail2ban> )?[-\d]+ [:,\d]+ .*ERROR/, '$1ERROR'),
  );
}

/** Without what is of each server's own: its totals, its journal matches, the order of addresses, the time in the log. */
export function comparable(answers: string): readonly string[] {
  return answers
    .replaceAll(/(?:^(?:\||`)- .*\n)+/gm, inOneOrder)
    .split('\n')
    .filter((line) => !/Journal matches|Total |failed:/.test(line))
    .map((line) => line.replace(/^(fail2ban> )?[-\d]+ [:,\d]+ .*NOK/, '$1NOK'));
}

/** A list in the order of its texts. */
function inOneOrder(list: string): string {
  const items = list.trimEnd().split('\n');
  return items
    .map((item) => `- ${item.slice(3)}\n`)
    .sort()
    .join('');
}
