/**
 * What the journal says of each event: how urgent it is, a sentence for people, and F2B_* fields for programs. Pure.
 */

import type { AgentEvent } from '../agent/agent-event.js';
import type { Ban, ReplacedBan } from '../core/ban.js';
import type { UnbanCause } from '../core/effect.js';
import type { Failure } from '../core/failure.js';
import { FOREVER } from '../core/time.js';
import { counted } from '../text/counted.js';
import { errorLine } from '../text/error-lines.js';
import { ineffectiveWords } from '../text/ineffective.js';
import { length } from '../text/length.js';
import { sparedBecause } from '../text/spared-because.js';
import { micros, printable } from './words.js';

/** A journal field; names may repeat. */
export type Field = readonly [name: string, value: string];

/** The levels of syslog(3) that events use. */
const level = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;

export interface Description {
  /** syslog level, 0 to 7. */
  readonly priority: number;
  /** One printable line. */
  readonly message: string;
  readonly fields: readonly Field[];
}

const endedBecause: Readonly<Record<Exclude<UnbanCause, 'manual'>, string>> = {
  expired: 'its time is over',
  folded: 'the ban of the network around it replaces this one',
  'jail-removed': 'the jail is gone from the configuration',
};

function failureFields(failure: Failure): Field[] {
  return [
    ['F2B_JAIL', failure.jail],
    ['F2B_ADDRESS', failure.address.text],
    ['F2B_AT', micros(failure.at)],
    ['F2B_COUNT', String(failure.count)],
    ...(failure.user === undefined ? [] : [['F2B_USER', failure.user] as const]),
    ...failure.evidence.map((cursor): Field => ['F2B_CURSOR', cursor]),
  ];
}

function whichBan(ban: Ban): Field[] {
  return [
    ['F2B_JAIL', ban.jail],
    ['F2B_ADDRESS', ban.address.text],
    ['F2B_SINCE', micros(ban.since)],
  ];
}

/** The evidence is told once, with the ban: on a host under attack it is most of what is told. */
function banFields(ban: Ban): Field[] {
  return [
    ...whichBan(ban),
    ['F2B_UNTIL', micros(ban.until)],
    ['F2B_BANTIME', micros(ban.until - ban.since)],
    ['F2B_FAILURES', String(ban.failures)],
    ['F2B_BANCOUNT', String(ban.count)],
    ['F2B_ORIGIN', ban.origin],
    ['F2B_DISPOSITION', ban.disposition],
    ...ban.ports.map((port): Field => ['F2B_PORT', port]),
    ...(ban.reason === undefined ? [] : [['F2B_REASON', ban.reason] as const]),
  ];
}

/** Who asked for it, as far as that is known: root is not always in passwd(5) under that name, but always 0. */
function asker(by: number | undefined): string {
  if (by === undefined) return 'a person';
  return by === 0 ? 'root' : `user ${by}`;
}

function askerField(by: number | undefined): Field[] {
  return by === undefined ? [] : [['F2B_BY', String(by)]];
}

function whyBanned(ban: Ban, by: number | undefined): string {
  switch (ban.origin) {
    case 'jail':
      return `after ${counted(ban.failures, 'failure')}${ban.reason === undefined ? '' : `, ${ban.reason}`}`;
    case 'recidive':
      return 'as it was banned again and again';
    case 'fleet':
      return `as others of the fleet did: ${ban.reason ?? 'nobody said which'}`;
    case 'manual':
      return ban.reason === undefined ? `as ${asker(by)} asked` : `as ${asker(by)} asked: ${ban.reason}`;
  }
}

function describeBan({ ban, replaced, by, user }: AgentEvent & { kind: 'ban' }): Description {
  const { jail, address, since } = ban;
  return {
    priority: level.notice,
    message: `${jail}: banned ${address.text} ${lengthOf(ban.until, since)} ${whyBanned(ban, by)}${insteadOf(replaced, since)}`,
    fields: [
      ...banFields(ban),
      ...(user === undefined ? [] : [['F2B_USER', user] as const]),
      ...ban.evidence.map((cursor): Field => ['F2B_CURSOR', cursor]),
      ...(replaced === undefined ? [] : [['F2B_REPLACED_UNTIL', micros(replaced.until)] as const]),
      ...(replaced?.reason === undefined ? [] : [['F2B_REPLACED_REASON', replaced.reason] as const]),
      ...askerField(by),
    ],
  };
}

function describeUnban({ ban, cause, by }: AgentEvent & { kind: 'unban' }): Description {
  const because = cause === 'manual' ? `${asker(by)} lifted the ban` : endedBecause[cause];
  return {
    priority: level.notice,
    message: `${ban.jail}: unbanned ${ban.address.text}: ${because}`,
    fields: [...banFields(ban), ['F2B_CAUSE', cause], ...askerField(by)],
  };
}

function lengthOf(until: number, since: number): string {
  return until === FOREVER ? 'for ever' : `for ${length(until - since)}`;
}

function insteadOf(replaced: ReplacedBan | undefined, since: number): string {
  if (replaced === undefined) return '';
  const reason = replaced.reason === undefined ? '' : ` (${replaced.reason})`;
  return `, instead of ${lengthOf(replaced.until, since)}${reason}`;
}

function describeFailure({ failure, counted: sum, maxretry }: AgentEvent & { kind: 'failure' }): Description {
  const user = failure.user === undefined ? '' : ` for user ${failure.user}`;
  return {
    priority: level.info,
    message: `${failure.jail}: failure ${sum} of ${maxretry} by ${failure.address.text}${user}`,
    fields: [...failureFields(failure), ['F2B_FAILURES', String(sum)], ['F2B_MAXRETRY', String(maxretry)]],
  };
}

function describeFailures(event: AgentEvent & { kind: 'failures' }): Description {
  return {
    priority: level.info,
    message: `${event.jail}: ${counted(event.failures, 'failure')} by ${counted(event.addresses, 'address')}`,
    fields: [
      ['F2B_JAIL', event.jail],
      ['F2B_FAILURES', String(event.failures)],
      ['F2B_ADDRESSES', String(event.addresses)],
      ['F2B_SINCE', micros(event.first)],
      ['F2B_UNTIL', micros(event.last)],
    ],
  };
}

function describeSpared({ failure, by, zone }: AgentEvent & { kind: 'spared' }): Description {
  return {
    priority: level.info,
    message: `${failure.jail}: ${failure.address.text} failed and is spared: ${sparedBecause(by, zone)}`,
    fields: [
      ...failureFields(failure),
      ['F2B_CAUSE', by],
      ...(zone === undefined ? [] : [['F2B_ZONE', zone] as const]),
    ],
  };
}

function describeIneffective({ ban, failures, cause }: AgentEvent & { kind: 'ineffective' }): Description {
  const words = ineffectiveWords(cause);
  const since = `${counted(failures, 'failure')} of ${ban.address.text} since the firewall holds its ban`;
  return {
    priority: level.error,
    message: `${ban.jail}: ${since}: ${words.cause}; ${words.hint}`,
    fields: [
      ['F2B_JAIL', ban.jail],
      ['F2B_ADDRESS', ban.address.text],
      ['F2B_SINCE', micros(ban.since)],
      ['F2B_FAILURES', String(failures)],
      ['F2B_CAUSE', cause.kind],
      ...(cause.port === undefined ? [] : [['F2B_PORT', `${cause.port}/tcp`] as const]),
      ['F2B_HINT', words.hint],
    ],
  };
}

function describeReconciled({ reconciliation: { added, removed } }: AgentEvent & { kind: 'reconciled' }): Description {
  const agrees = added === 0 && removed === 0;
  return {
    priority: agrees ? level.debug : level.notice,
    message: agrees
      ? 'the firewall holds all bans and nothing else'
      : `mended the firewall: ${counted(added, 'missing ban')} added, ${counted(removed, 'foreign item')} removed`,
    fields: [
      ['F2B_ADDED', String(added)],
      ['F2B_REMOVED', String(removed)],
    ],
  };
}

function describeLifecycle(event: Extract<AgentEvent, { kind: 'started' | 'stopped' | 'reloaded' }>): Description {
  switch (event.kind) {
    case 'started':
      return {
        priority: level.info,
        message: `following the journal with ${counted(event.jails, 'jail')}, ${counted(event.bans, 'ban')} in force`,
        fields: [
          ['F2B_JAILS', String(event.jails)],
          ['F2B_BANS', String(event.bans)],
        ],
      };
    case 'stopped':
      return { priority: level.info, message: 'stopped; bans stay in the firewall', fields: [] };
    case 'reloaded':
      return {
        priority: level.info,
        message: `the configuration was read again: ${counted(event.jails, 'jail')}`,
        fields: [['F2B_JAILS', String(event.jails)]],
      };
  }
}

/** Characters of a message that settings may take. */
const LONGEST_SETTINGS = 300;

function describeSet({ jail, settings, by }: AgentEvent & { kind: 'set' }): Description {
  return {
    priority: level.notice,
    message:
      settings.length === 0
        ? `${jail}: only what its files say counts again`
        : `${jail}: ${listed(settings)} until the configuration is read again, as ${asker(by)} asked`,
    fields: [['F2B_JAIL', jail], ...settings.map((setting): Field => ['F2B_SETTING', setting]), ...askerField(by)],
  };
}

/** All of them, or as much as a line is to hold. */
function listed(settings: readonly string[]): string {
  const all = settings.join(', ');
  return all.length <= LONGEST_SETTINGS ? all : `${all.slice(0, LONGEST_SETTINGS)}…`;
}

function describeLookup({ jail, name, addresses, cursor }: AgentEvent & { kind: 'looked-up' }): Description {
  const found = addresses.map(({ text }) => text);
  return {
    priority: level.warning,
    message: `${jail}: determined ${found.join(', ')} using a DNS lookup of ${name}; whoever has that name chooses whom this bans: let the service log addresses, or write UseDNS=no, or UseDNS=yes to allow it`,
    fields: [
      ['F2B_JAIL', jail],
      ['F2B_NAME', name],
      ['F2B_CURSOR', cursor],
      ...found.map((text): Field => ['F2B_ADDRESS', text]),
    ],
  };
}

function describeUnresolved({ jail, name, cursor, isLast }: AgentEvent & { kind: 'unresolved' }): Description {
  const rest = isLast ? '; further such failures are not told' : '';
  return {
    priority: level.warning,
    message: `${jail}: a failure of ${name.slice(0, 100)} counts for nobody, as this is no address and no host name that resolves; let the service log addresses, or write <ADDR> in the filter where they stand${rest}`,
    fields: [
      ['F2B_JAIL', jail],
      ['F2B_NAME', name],
      ['F2B_CURSOR', cursor],
    ],
  };
}

function describeTrouble(
  event: Extract<
    AgentEvent,
    { kind: 'suppressed' | 'looked-up' | 'unresolved' | 'slow-line' | 'problem' | 'resolved' }
  >,
): Description {
  switch (event.kind) {
    case 'suppressed':
      return {
        priority: level.warning,
        message: `journald dropped ${event.dropped ?? 'unknown numbers of'} entries of ${event.unit}, an attack may hide behind it; raise RateLimitBurst= in journald.conf or LogRateLimitBurst= of the unit`,
        fields: [
          ['F2B_UNIT', event.unit],
          ['F2B_CURSOR', event.cursor],
          ...(event.dropped === undefined ? [] : [['F2B_DROPPED', String(event.dropped)] as const]),
        ],
      };
    case 'looked-up':
      return describeLookup(event);
    case 'unresolved':
      return describeUnresolved(event);
    case 'slow-line':
      return {
        priority: level.warning,
        message: `${event.jail}: a line took too long to match and was passed over; simplify the filter's regex: ${event.regex}${event.isLast ? `; further lines that are too much for it are only counted, see f2bctl status ${event.jail}` : ''}`,
        fields: [
          ['F2B_JAIL', event.jail],
          ['F2B_CURSOR', event.cursor],
          ['F2B_REGEX', event.regex],
        ],
      };
    case 'problem':
      return {
        priority: level.error,
        message: errorLine(event.error),
        fields: [
          ['F2B_CODE', event.error.code],
          ['F2B_HINT', event.error.hint],
        ],
      };
    case 'resolved':
      return {
        priority: level.notice,
        message: `resolved: ${event.error.message}`,
        fields: [['F2B_CODE', event.error.code]],
      };
  }
}

function describe(event: AgentEvent): Description {
  switch (event.kind) {
    case 'started':
    case 'stopped':
    case 'reloaded':
      return describeLifecycle(event);
    case 'set':
      return describeSet(event);
    case 'failure':
      return describeFailure(event);
    case 'failures':
      return describeFailures(event);
    case 'spared':
      return describeSpared(event);
    case 'ban':
      return describeBan(event);
    case 'unban':
      return describeUnban(event);
    case 'enforced':
      return {
        priority: level.info,
        message: `${event.ban.jail}: the firewall holds ${event.ban.address.text}, ${length(event.latency)} after the entry`,
        fields: [...whichBan(event.ban), ['F2B_LATENCY', micros(event.latency)]],
      };
    case 'ineffective':
      return describeIneffective(event);
    case 'reconciled':
      return describeReconciled(event);
    case 'suppressed':
    case 'looked-up':
    case 'unresolved':
    case 'slow-line':
    case 'problem':
    case 'resolved':
      return describeTrouble(event);
  }
}

/** The message is printable; the fields carry what was captured, as programs need it. */
export function describeEvent(event: AgentEvent): Description {
  const description = describe(event);
  return { ...description, message: printable(description.message) };
}
