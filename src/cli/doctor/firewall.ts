/**
 * Who else is at work in the firewall, and who empties it. The agent puts back what is gone; whoever does it again and
 * again opens a gap each time, and what firewalld itself had is gone until it is reloaded.
 */
import type { AgentStatus } from '../../agent/agent-status.js';
import { MICROS_PER_DAY } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import { number } from '../../text/counted.js';
import { relative } from '../../text/length.js';
import { tellsOfRulesGone } from '../../text/rules-gone.js';
import { withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { eventMatches } from '../event-matches.js';
import { type Examination, type Finding, warning } from './finding.js';
import { iptables } from './iptables.js';
import { likelyDoer } from './likely-doer.js';
import { recentEntries } from './recent-entries.js';

export const firewall: Examination = {
  name: 'Firewall',
  async find(dependencies) {
    const found = await Promise.all([losses(dependencies), flusher(dependencies), iptables(dependencies)]);
    return found.flat();
  },
};

/** Entries of the agent that are looked at. */
const MOST = 20_000;

/** What the agent said of it. */
async function losses(dependencies: Dependencies): Promise<readonly Finding[]> {
  const request = { matches: eventMatches(dependencies), fields: ['MESSAGE', 'F2B_EVENT'] };
  const entries = await recentEntries(dependencies, request, dependencies.now() - MICROS_PER_DAY, MOST);
  const lost = entries.filter(
    ({ fields: { MESSAGE = '', F2B_EVENT } }) => F2B_EVENT === undefined && tellsOfRulesGone(MESSAGE),
  );
  const [last] = lost;
  if (last === undefined) return [];
  const times = lost.length === 1 ? 'once' : `${number(lost.length)} times`;
  const doer = await likelyDoer(last.receivedAt, dependencies);
  return [
    warning(
      `rules of the firewall were removed ${times} within a day, last ${relative(last.receivedAt, dependencies.now())}, and put back${doer === undefined ? '' : `; ${doer.what}`}`,
      doer?.hint ??
        'find out who does it: nft monitor | grep "by process" names each program that changes the rules; let it change a table of its own alone',
    ),
  ];
}

const NFTABLES_CONF = '/etc/nftables.conf';

/** nftables.service beside firewalld: each time it is started, reloaded or stopped, all rules go. */
async function flusher(dependencies: Dependencies): Promise<readonly Finding[]> {
  const { run, configuration } = dependencies;
  const answer = await run(['systemctl', 'is-active', '--', 'firewalld.service', 'nftables.service']);
  if (answer?.output.trim() !== 'active\nactive') return [];
  const text = configuration.read(NFTABLES_CONF) ?? '';
  if (!/^\s*flush ruleset\b/m.test(text) || !(await isFirewalldUsed(dependencies))) return [];
  return [
    warning(
      `nftables.service removes the rules of firewalld and of f2b whenever it is started, reloaded or stopped: ${NFTABLES_CONF} has "flush ruleset"`,
      'one of the two is enough: systemctl disable nftables (it is stopped by the next boot), or Firewall=nftables in f2bd.conf and systemctl disable --now firewalld',
    ),
  ];
}

async function isFirewalldUsed(dependencies: Dependencies): Promise<boolean> {
  try {
    const { firewall: used }: AgentStatus = await withAgent(dependencies, (client) => client.status());
    return used.name.startsWith('firewalld');
  } catch (error) {
    if (error instanceof F2bError) return true;
    throw error;
  }
}
