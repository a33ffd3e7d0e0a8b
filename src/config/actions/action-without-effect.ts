/**
 * Settings of an action that are valid, each for itself, and can have no effect together: warned of, as something else
 * was meant. A list of bans without bans is an error: it would let in whom it is to keep out.
 */
import type { Problem } from '../../core/problem.js';
import type { Assignment } from '../files/syntax.js';
import { actionKeys, type WebhookFormat } from '../keys/action-keys.js';
import type { ActionConfig, CommandAction, Fail2banAction, WebhookAction } from './action-config.js';

/** Forms that send it anywhere. */
const USES: readonly (readonly [key: string, formats: readonly WebhookFormat[]])[] = [
  [actionKeys.template.name, ['template']],
  [
    actionKeys.token.name,
    ['json', 'template', 'telegram', 'matrix', 'ntfy', 'gotify', 'pagerduty', 'abuseipdb'] as const,
  ],
  [actionKeys.recipient.name, ['telegram', 'matrix', 'ntfy', 'mattermost']],
  [actionKeys.categories.name, ['abuseipdb']],
];

/** The assignment that sets the key, as far as any does. */
type Find = (key: string) => readonly Assignment[];

/** `assignments`: all of the action's files. */
export function actionWithoutEffect(config: ActionConfig, assignments: readonly Assignment[]): readonly Problem[] {
  const find: Find = (name) => {
    const last = assignments.findLast(({ section, key }) => section === 'Action' && key === name);
    return last === undefined || last.value === '' ? [] : [last];
  };
  switch (config.type) {
    case 'command':
      return ofCommand(config, find);
    case 'webhook':
      return ofWebhook(config, find);
    case 'mail':
      return config.rdapServer === undefined ? find('RDAPServer').map(unasked) : [];
    case 'fail2ban':
      return ofFail2ban(config, find);
    case 'denylist':
      return config.on.includes('ban') ? [] : find('On').map(withoutBans);
  }
}

function ofFail2ban({ on }: Fail2banAction, find: Find): readonly Problem[] {
  const others = on.filter((kind) => kind !== 'ban' && kind !== 'unban');
  return (others.length === 0 ? [] : find('On')).map((one) =>
    warning(
      one,
      `On=${others.join(' ')} has no effect: fail2ban's actions know bans and unbans alone`,
      'write an action of another type for it',
    ),
  );
}

function unasked(one: Assignment): Problem {
  return warning(one, 'RDAPServer= has no effect without Whois=yes', 'write Whois=yes, or drop it');
}

function withoutBans({ place }: Assignment): Problem {
  const message = 'On= without ban leaves the list empty';
  return { ...place, message, hint: 'drop On=: a list is kept equal to the bans' };
}

function warning({ place }: Assignment, message: string, hint: string): Problem {
  return { ...place, message, hint, severity: 'warning' };
}

function ofWebhook({ format }: WebhookAction, find: Find): readonly Problem[] {
  return USES.filter(([, formats]) => !formats.includes(format)).flatMap(([key, formats]) =>
    find(key).map((one) =>
      warning(
        one,
        `${key}= has no effect with Format=${format}`,
        `drop it, or write Format=${formats.join(' or Format=')}`,
      ),
    ),
  );
}

function ofCommand({ on, commands }: CommandAction, find: Find): readonly Problem[] {
  const others = on.filter((kind) => kind !== 'ban' && kind !== 'unban');
  const never = others.length > 0 ? [] : find('Event');
  const unrun = [
    ...(on.includes('ban') && commands.ban === undefined ? ['ban'] : []),
    ...(on.includes('unban') && commands.unban === undefined ? ['unban'] : []),
    ...(commands.event === undefined ? others : []),
  ];
  const unflushed = on.includes('unban') && commands.unban !== undefined ? [] : find('Flush');
  const unchecked = commands.check === undefined ? find('Repair') : [];
  return [
    ...never.map((one) =>
      warning(
        one,
        'Event= is never run: On= names bans and unbans alone',
        'add the other events to On=, such as On=problem',
      ),
    ),
    ...(unrun.length === 0 ? [] : find('On')).map((one) =>
      warning(
        one,
        `On=${unrun.join(' ')} has no effect: no program is run for it`,
        'write Ban=, Unban=, or Event= for all others',
      ),
    ),
    ...unflushed.map((one) =>
      warning(
        one,
        'Flush= has no effect without Unban=, in whose place it is run',
        'write Unban=, and unban in On= if that is there; or drop Flush=',
      ),
    ),
    ...unchecked.map((one) => warning(one, 'Repair= has no effect without Check=', 'write Check=, or drop Repair=')),
  ];
}
