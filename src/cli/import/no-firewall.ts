import type { AgentStatus } from '../../agent/agent-status.js';

/** Why the agent keeps nobody out, and what to do about it; nothing when it does. */
export function whyNoFirewall({ firewall, problems }: AgentStatus): readonly string[] {
  if (firewall.name === 'dry-run')
    return ['f2bd runs with --dry-run and keeps nobody out: take that out of its unit (systemctl edit f2bd)'];
  if (firewall.state === 'ready') return [];
  return [`${firewall.name}: ${firewall.problem ?? 'it is not there'}`, ...problems.map(({ hint }) => hint)];
}
