/** The agent itself, and what it says of its firewall, its journal and its jails. */
import type { AgentStatus } from '../../agent/agent-status.js';
import { F2bError } from '../../errors.js';
import { counted } from '../../text/counted.js';
import { withAgent } from '../command.js';
import { restartLines, restartsDue } from '../restarts.js';
import { type Examination, type Finding, problem, warning } from './finding.js';
import { sshdPenalties } from './sshd-penalties.js';

export const agent: Examination = {
  name: 'Agent',
  async find(dependencies) {
    try {
      const status = await withAgent(dependencies, (client) => client.status());
      const found = [...findingsIn(status), ...(await sshdPenalties(status.jails, dependencies))];
      const restarts = restartLines(await restartsDue(dependencies));
      return [...found, ...restarts.map((line) => warning(line, 'until then the old one is in force'))];
    } catch (error) {
      if (!(error instanceof F2bError)) throw error;
      return [problem(error.message, error.hint)];
    }
  },
};

function findingsIn({ problems, firewall, jails, passedOverWithoutUnit }: AgentStatus): readonly Finding[] {
  const guarding = jails.filter(({ maxretry }) => maxretry > 0);
  const slow = jails.filter(({ slowRegexes }) => slowRegexes.length > 0);
  const lost = jails.filter(({ slowLines, slowRegexes }) => slowLines > 0 && slowRegexes.length === 0);
  const late = firewall.pending > 0 && firewall.oldestPending > 60_000_000;
  return [
    ...problems.map(({ message, hint }) => problem(message, hint)),
    ...firewall.warnings.map((text) => warning(text, 'see "FIREWALL" in f2bd(8)')),
    ...(late ? [problem('bans wait for the firewall', 'see: systemctl status firewalld; f2bctl verify')] : []),
    ...(guarding.length > 0
      ? []
      : [problem('no jail is enabled', 'f2bctl list-jails --all; f2bctl enable --now JAIL')]),
    ...slow.map(({ name }) => warning(`a regex of ${name} keeps taking too long`, `see: f2bctl status ${name}`)),
    ...lost.map(({ name, slowLines, filter }) =>
      warning(
        `${counted(slowLines, 'line')} of ${name} took too long to match: failures in them count for nobody`,
        `which, and why: f2bctl test ${filter} --journal --since today --show slow; LineBudget= of f2b.conf(5) gives each more time`,
      ),
    ),
    ...(passedOverWithoutUnit > 0
      ? [
          warning(
            'entries of senders that were gone were passed over',
            'state Identifier= in the jails that they belong to: see f2b.unit(5)',
          ),
        ]
      : []),
  ];
}
