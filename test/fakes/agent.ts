/** An Agent in memory: holds bans, counts what it is asked for, decides nothing. */

import type { Agent, Asker } from '../../src/agent/agent.js';
import type { AgentStatus } from '../../src/agent/agent-status.js';
import type { BanView, Explanation } from '../../src/agent/explanation.js';
import { covers, overlaps } from '../../src/core/address/address.js';
import { type Ban, compareBans, portionOf } from '../../src/core/ban.js';
import type { UnbanCause } from '../../src/core/effect.js';
import { F2bError } from '../../src/errors.js';
import type { Allowance } from '../../src/ports/store.js';
import { aBan, NOON } from './values.js';

export const aStatus: AgentStatus = {
  version: '1.2.3',
  startedAt: NOON,
  state: 'running',
  entries: 8_500,
  position: { cursor: 's=1;i=9', receivedAt: NOON + 9 },
  believedWithoutUnit: 0,
  passedOverWithoutUnit: 0,
  jails: [
    {
      name: 'ssh.service',
      description: 'OpenSSH server',
      filter: 'sshd',
      units: ['ssh.service', 'ssh@*.service'],
      maxretry: 5,
      findtime: 600_000_000,
      bantime: 600_000_000,
      entries: 8_000,
      failing: 3,
      failures: 40,
      banned: 2,
      bans: 7,
      slowLines: 0,
      believedWithoutUnit: 0,
      passedOverWithoutUnit: 0,
      slowRegexes: [],
    },
  ],
  firewall: { name: 'firewalld 2.3.1', state: 'ready', held: 2, pending: 0, oldestPending: 0, warnings: [] },
  problems: [],
};

export interface FakeAgent extends Agent {
  readonly held: BanView[];
  current: AgentStatus;
  explanation: Partial<Explanation>;
  readonly calls: string[];
  /** Whom it bans for nobody; with others, none of them. */
  readonly spared: Set<string>;
  /** Who asked for bans and unbans. */
  readonly askers: Asker[];
  tellBan(ban: Ban): void;
  tellUnban(ban: Ban, cause: UnbanCause): void;
}

export function fakeAgent(): FakeAgent {
  const onBan = new Set<(ban: Ban) => void>();
  const onUnban = new Set<(ban: Ban, cause: UnbanCause) => void>();
  let allowed: Allowance[] = [];
  const agent: FakeAgent = {
    held: [],
    current: aStatus,
    explanation: {},
    calls: [],
    spared: new Set(),
    askers: [],
    status: () => agent.current,
    get banned() {
      return agent.held.length;
    },
    bans: ({ jail, after }, limit) =>
      agent.held
        .filter(({ ban }) => jail === undefined || ban.jail === jail)
        .filter(({ ban }) => after === undefined || compareBans(ban, after) > 0)
        .sort((one, other) => compareBans(one.ban, other.ban))
        .slice(0, limit),
    ban: async ({ addresses, jail = 'manual', bantime = 600_000_000, reason }, by) => {
      agent.askers.push(by);
      if (jail === 'nowhere')
        throw new F2bError('ARGUMENT_INVALID', 'there is no jail nowhere', { hint: 'see f2bctl status' });
      const spared = addresses.filter(({ text }) => agent.spared.has(text)).map(({ text }) => text);
      if (spared.length > 0) throw new F2bError('BAN_REFUSED', spared.join(', '));
      const views = addresses.map((address): BanView => {
        const ban = aBan({
          ...{ address, jail, until: NOON + bantime, origin: 'manual', evidence: [], failures: 0 },
          ...(reason === undefined ? {} : { reason }),
        });
        const known = agent.held.findIndex((view) => compareBans(view.ban, ban) === 0);
        const [replaced] = known < 0 ? [] : agent.held.splice(known, 1);
        return { ban, state: 'enforced', ...(replaced === undefined ? {} : { replaced: replaced.ban }) };
      });
      agent.held.push(...views.map(({ ban, state }) => ({ ban, state })));
      return views;
    },
    carryOver: async (bans, by) => {
      agent.askers.push(by);
      const [refused, taken] = [
        bans.filter(({ jail }) => jail === 'nowhere'),
        bans.filter(({ jail }) => jail !== 'nowhere'),
      ];
      const known = taken.filter((one) => agent.held.some(({ ban }) => compareBans(ban, one) === 0));
      for (const one of taken.filter((one) => !known.includes(one)))
        agent.held.push({ ban: aBan({ ...one, evidence: [] }), state: 'enforced' });
      return {
        ...{ banned: taken.length - known.length, known: known.length, remembered: taken.length },
        refused: refused.map(({ jail, address }) => ({ jail, address, why: 'there is no such jail' })),
      };
    },
    report: async (reports, by) => {
      agent.askers.push(by);
      const ours = (text: string) => text.startsWith('192.0.2.');
      for (const { address, until, reason } of reports.filter(({ address }) => !ours(address.text)))
        agent.held.push({ ban: aBan({ address, until, reason, jail: 'fleet', origin: 'fleet' }), state: 'enforced' });
      return reports.flatMap(({ address }) => (ours(address.text) ? [{ address, refusal: 'it is ours' }] : []));
    },
    unban: async (address, jail, limit, by) => {
      agent.askers.push(by);
      const lifted = agent.held.filter(
        ({ ban }) => overlaps(address, ban.address) && (jail === undefined || ban.jail === jail),
      );
      const portion = portionOf(
        lifted.map(({ ban }) => ban),
        limit ?? lifted.length,
      );
      for (const view of lifted.slice(0, portion.length)) agent.held.splice(agent.held.indexOf(view), 1);
      return portion;
    },
    allow: async ({ address, until, reason }, limit, by) => {
      allowed = allowed.filter((other) => other.address.text !== address.text);
      allowed.push({ address, since: NOON, until, ...(reason === undefined ? {} : { reason }) });
      return agent.unban(address, undefined, limit, by);
    },
    disallow: async (address, limit) => {
      const ended = allowed.filter((allowance) => covers(address, allowance.address)).slice(0, limit);
      allowed = allowed.filter((allowance) => !ended.includes(allowance));
      return ended;
    },
    allowances: () => allowed,
    why: (address) => ({
      address,
      bans: [],
      failures: [],
      offenders: [],
      outlooks: [],
      entries: [],
      more: false,
      ...agent.explanation,
    }),
    set: async (jail, settings, by) => {
      agent.askers.push(by);
      agent.calls.push(`set ${jail} ${settings.join(' ')}`);
      agent.current = {
        ...agent.current,
        jails: agent.current.jails.map((one) =>
          one.name === jail ? { ...one, temporary: [...(one.temporary ?? []), ...settings] } : one,
        ),
      };
    },
    reload: async () => {
      agent.calls.push('reload');
    },
    verify: async () => {
      agent.calls.push('verify');
      return { added: 2, removed: 1 };
    },
    onBan: (listener) => {
      onBan.add(listener);
      return () => onBan.delete(listener);
    },
    onUnban: (listener) => {
      onUnban.add(listener);
      return () => onUnban.delete(listener);
    },
    tellBan: (ban) => {
      for (const listener of onBan) listener(ban);
    },
    tellUnban: (ban, cause) => {
      for (const listener of onUnban) listener(ban, cause);
    },
  };
  return agent;
}
