/** The keys of `actions/NAME.conf`, and which of them belong to which type. */
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { FilterSpec } from '../../filter/filter.js';
import {
  actionSpec,
  credentialName,
  httpUrl,
  jailPattern,
  jsonTemplate,
  type MailServer,
  mailAddress,
  mailServer,
  rdapUrl,
} from '../values/action-readers.js';
import { absolutePath, anyText, boolean, choice, command, duration, integer, optional } from '../values/readers.js';
import { type KnownKey, lists, scalars } from './key.js';

export const actionTypes = ['command', 'webhook', 'mail', 'denylist', 'fail2ban'] as const;
export type ActionType = (typeof actionTypes)[number];

/** What an action can be told of: every kind of event that the agent tells. */
export const onKinds = [
  ...['ban', 'unban', 'enforced', 'failure', 'failures', 'spared', 'problem', 'resolved', 'started', 'stopped'],
  ...['reloaded', 'set', 'reconciled', 'suppressed', 'looked-up', 'unresolved', 'slow-line', 'ineffective'],
] as const;

/** The forms in which a webhook is told. */
export const webhookFormats = [
  ...(['json', 'template', 'slack', 'discord', 'telegram', 'matrix', 'ntfy', 'gotify', 'teams'] as const),
  ...(['pagerduty', 'mattermost', 'abuseipdb'] as const),
] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

export const denylistFormats = [
  'plain',
  'nginx-geo',
  'nginx-deny',
  'haproxy-map',
  'apache',
  'caddy',
  'traefik',
  'hosts-deny',
] as const;
export type DenylistFormat = (typeof denylistFormats)[number];

const scalar = scalars('Action');
const listOf = lists('Action');
const HOUR = 3_600 * MICROS_PER_SECOND;
const program = optional(command);

/** Those of every type. */
const common = {
  type: scalar('Type', optional(choice(...actionTypes)), '', 'command, webhook, mail, denylist or fail2ban'),
  on: listOf('On', choice(...onKinds), 'which events it is told of; by default ban and unban'),
  jails: listOf('Jails', jailPattern, 'jails, globs allowed, to whose events it is restricted'),
  every: scalar<number | undefined>(
    'Every',
    optional(duration({ min: 0, max: 24 * HOUR })),
    '',
    'how long events are collected to be told together',
  ),
  timeout: scalar(
    'Timeout',
    duration({ min: 100_000, max: HOUR, tooLow: 'nothing would ever be done in time' }),
    '30s',
    'how long one attempt may take',
  ),
};

/** Of those that keep what waits. */
const ofQueue = {
  limit: scalar(
    'Limit',
    integer({ min: 1, max: 1_000_000, tooLow: 'nothing could wait to be told' }),
    '10000',
    'how many events wait while they cannot be told; older ones are dropped',
  ),
};

const batch = {
  batch: scalar<number | undefined>(
    'Batch',
    optional(integer({ min: 1, max: 1_000 })),
    '',
    'how many events are told together at most',
  ),
};

const ofCommand = {
  ban: scalar('Ban', program, '', 'the program that is run for each ban, with its arguments'),
  unban: scalar('Unban', program, '', 'the program that is run for each unban'),
  flush: scalar('Flush', program, '', 'the program that is run once when all bans of a jail are lifted at once'),
  event: scalar('Event', program, '', 'the program that is run for each other event'),
  start: scalar('Start', program, '', 'the program that is run before the first of them'),
  stop: scalar('Stop', program, '', 'the program that is run at the end, if Start= was'),
  check: scalar('Check', program, '', 'the program that says before each of them, by status 0, that all is well'),
  repair: scalar('Repair', program, '', 'the program that is run when Check= says no, by default that of Start='),
};

const ofWebhook = {
  url: scalar('URL', optional(httpUrl), '', 'where events are sent to'),
  urlCredential: scalar('URLCredential', optional(credentialName), '', 'the credential that holds that address'),
  format: scalar('Format', anyText, '', 'the form that they have there'),
  template: scalar('Template', optional(jsonTemplate), '', 'the JSON of Format=template'),
  secret: scalar('Secret', optional(credentialName), '', 'the credential that each request is signed with'),
  token: scalar('Token', optional(credentialName), '', 'the credential by which the other side lets us in'),
  recipient: scalar('Recipient', optional(anyText), '', 'the chat, room, topic or channel there'),
  categories: listOf('Categories', integer({ min: 1, max: 99 }), 'what AbuseIPDB is to call it, by its numbers'),
};

const ofMail = {
  to: listOf('To', mailAddress, 'who gets the mail'),
  from: scalar<string | undefined>('From', optional(mailAddress), '', 'who it is from'),
  server: scalar<MailServer>('Server', mailServer, 'smtp://localhost', 'where it is handed in'),
  user: scalar('User', optional(anyText), '', 'the name to log in with there'),
  password: scalar('Password', optional(credentialName), '', 'the credential that holds the password'),
  whois: scalar('Whois', boolean, 'no', 'whether registries are asked whose network a banned address is in'),
  rdapServer: scalar('RDAPServer', rdapUrl, 'https://rdap.org', 'the RDAP server that is asked with Whois=yes'),
};

const ofDenylist = {
  file: scalar('File', optional(absolutePath), '', 'the file that is kept equal to the bans'),
  reload: scalar('Reload', program, '', 'the program that is run after each change of it'),
  socket: scalar(
    'Socket',
    optional(absolutePath),
    '',
    "HAProxy's runtime socket, over which it is told of each change",
  ),
};

const ofFail2ban = {
  name: scalar<FilterSpec | undefined>('Name', optional(actionSpec), '', "fail2ban's action file, with its options"),
  actionPath: listOf('ActionPath', absolutePath, 'folders with such files, /etc/fail2ban/action.d by default'),
};

export const actionKeys = {
  ...{ ...common, ...ofQueue, ...batch, ...ofCommand },
  ...{ ...ofWebhook, ...ofMail, ...ofDenylist, ...ofFail2ban },
};

/** The keys that mean something to a type, beside those of every type. */
const ofType: Readonly<Record<ActionType, readonly KnownKey[]>> = {
  command: [...Object.values(ofQueue), ...Object.values(ofCommand)],
  webhook: [...Object.values(ofQueue), ...Object.values(batch), ...Object.values(ofWebhook)],
  mail: [...Object.values(ofQueue), ...Object.values(batch), ...Object.values(ofMail)],
  denylist: [ofWebhook.format, ...Object.values(ofDenylist)],
  fail2ban: [...Object.values(ofQueue), ...Object.values(ofFail2ban)],
};

/** True when the key means something to the type. */
export function isOfType(key: string, type: ActionType): boolean {
  return [...Object.values(common), ...ofType[type]].some(({ name }) => name === key);
}

/** The types that a key means something to. */
export function typesOf(key: string): readonly ActionType[] {
  return actionTypes.filter((type) => isOfType(key, type));
}
