/** One event of each kind, as the agent might tell it. */

import type { AgentEvent } from '../../src/agent/agent-event.js';
import type { Ban } from '../../src/core/ban.js';
import type { Failure } from '../../src/core/failure.js';
import { F2bError } from '../../src/errors.js';
import { anAddress } from './values.js';

const address = anAddress('203.0.113.7');
const AT = 1_700_000_000_000_000;

export const failure: Failure = {
  jail: 'ssh.service',
  address,
  at: AT,
  cursor: 's=2',
  evidence: ['s=1', 's=2'],
  count: 1,
  user: 'root',
};

export const ban: Ban = {
  jail: 'ssh.service',
  address,
  since: AT,
  until: AT + 600_000_000,
  disposition: 'drop',
  ports: [],
  origin: 'jail',
  count: 2,
  failures: 5,
  evidence: ['s=1', 's=2'],
};

const error = new F2bError('STORE_FULL', '/var/lib/f2b/state.db');

export const oneOfEachKind: { readonly [Kind in AgentEvent['kind']]: AgentEvent & { readonly kind: Kind } } = {
  started: { kind: 'started', jails: 2, bans: 1 },
  stopped: { kind: 'stopped' },
  reloaded: { kind: 'reloaded', jails: 1 },
  set: { kind: 'set', jail: 'ssh.service', settings: ['BanTime=1h', 'IgnoreIP=192.0.2.9'], by: 1000 },
  failure: { kind: 'failure', failure, counted: 3, maxretry: 5 },
  failures: { kind: 'failures', jail: 'ssh.service', failures: 40, addresses: 38, first: AT, last: AT + 59_000_000 },
  spared: { kind: 'spared', failure, by: 'ignoreip' },
  ban: { kind: 'ban', ban },
  unban: { kind: 'unban', ban, cause: 'expired' },
  enforced: { kind: 'enforced', ban, latency: 35_400 },
  ineffective: { kind: 'ineffective', ban, failures: 12, cause: { kind: 'open-port', port: 2222 } },
  reconciled: { kind: 'reconciled', reconciliation: { added: 2, removed: 1 } },
  suppressed: {
    kind: 'suppressed',
    unit: 'ssh.service',
    cursor: 's=3',
    dropped: 99,
  },
  'looked-up': { kind: 'looked-up', jail: 'ssh.service', name: 'host.example', addresses: [address], cursor: 's=5' },
  unresolved: { kind: 'unresolved', jail: 'ssh.service', name: 'nobody.example', cursor: 's=6', isLast: false },
  'slow-line': { kind: 'slow-line', jail: 'ssh.service', cursor: 's=4', regex: '^(a+)+$', isLast: false },
  problem: { kind: 'problem', error },
  resolved: { kind: 'resolved', error },
};
