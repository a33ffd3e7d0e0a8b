/** `actions/NAME.conf` with its drop-ins → one action, checked; all problems are told at once. */
import { isError, type Parsed, type Problem } from '../../core/problem.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { type Assigned, list, scalar } from '../assigned.js';
import type { SourceFiles } from '../config-texts.js';
import { type Place, parseSyntax } from '../files/syntax.js';
import { inOrder } from '../in-order.js';
import {
  type ActionType,
  actionKeys,
  denylistFormats,
  isOfType,
  typesOf,
  type WebhookFormat,
  webhookFormats,
} from '../keys/action-keys.js';
import { checkKnown } from '../keys/known-keys.js';
import { actionName } from '../values/action-readers.js';
import type { Machine } from '../values/machine.js';
import { quoted } from '../values/quoted.js';
import { choice } from '../values/readers.js';
import type {
  ActionCommon,
  ActionConfig,
  Argv,
  CommandAction,
  DenylistAction,
  MailAction,
  WebhookAction,
} from './action-config.js';
import { actionWithoutEffect } from './action-without-effect.js';
import type { ActionFiles } from './fail2ban/read-action-file.js';
import { readFail2ban } from './fail2ban/read-fail2ban.js';
import { type ActionAssigned, missing } from './missing.js';
import { parseTemplate } from './template.js';

/** What of Every= and Batch= suits a type, unless the file says otherwise. Durations in µs. */
const usual: Readonly<Record<ActionType, { readonly every: number; readonly batch: number }>> = {
  command: { every: 0, batch: 1 },
  webhook: { every: 0, batch: 25 },
  mail: { every: 60 * MICROS_PER_SECOND, batch: 1_000 },
  denylist: { every: MICROS_PER_SECOND, batch: 1 },
  fail2ban: { every: 0, batch: 1 },
};

/** Forms that know where to send to. */
const WITH_URL: readonly WebhookFormat[] = ['telegram', 'pagerduty', 'abuseipdb'];
/** Forms that need the other side's token, or to whom there. */
const WITH_TOKEN: readonly WebhookFormat[] = ['telegram', 'matrix', 'gotify', 'pagerduty', 'abuseipdb'];
const WITH_RECIPIENT: readonly WebhookFormat[] = ['telegram', 'matrix', 'ntfy'];

/** What is to be known of a machine to read its actions. */
export type ActionMachine = Pick<Machine, 'isUsable'> & ActionFiles;

/** The value is missing when there is anything wrong. */
export function parseAction({ name, texts }: SourceFiles, machine: ActionMachine): Parsed<ActionConfig> {
  const trees = texts.map(({ path, text }) => parseSyntax(text, path));
  const problems: Problem[] = trees.flatMap(({ value, problems }) => [...problems, ...checkKnown(value, 'action')]);
  const assigned: Assigned = { assignments: trees.flatMap(({ value }) => value.assignments), problems };
  const whole: Place = { file: texts[0]?.path ?? name, line: 0 };
  const named = actionName(name);
  if (!named.ok) problems.push({ ...whole, message: named.message, hint: 'give the file another name' });
  const type = scalar(assigned, actionKeys.type);
  if (type.value === undefined) {
    if (!problems.some(({ message }) => message.startsWith('Type=')))
      problems.push({
        ...whole,
        message: 'Type= is missing',
        hint: 'write Type=command, webhook, mail, denylist or fail2ban in [Action]',
      });
    return { value: undefined, problems: inOrder(problems) };
  }
  checkKeys(assigned, type.value);
  const common = readCommon(name, type.value, assigned);
  const value = readType(type.value, common, { assigned, whole, machine });
  if (value !== undefined) problems.push(...actionWithoutEffect(value, assigned.assignments));
  const isWrong = problems.some(isError);
  return { value: isWrong ? undefined : value, problems: inOrder(problems) };
}

function checkKeys({ assignments, problems }: Assigned, type: ActionType): void {
  for (const { section, key, value, place } of assignments) {
    const types = typesOf(key);
    if (section !== 'Action' || value === '' || types.length === 0 || isOfType(key, type)) continue;
    const message = `${key}= means nothing with Type=${type}`;
    problems.push({ ...place, message, hint: `drop it, or write Type=${types.join(' or Type=')}` });
  }
}

function readCommon(name: string, type: ActionType, assigned: Assigned): ActionCommon {
  const on = list(assigned, actionKeys.on).map(({ value }) => value);
  return {
    name,
    on: on.length === 0 ? ['ban', 'unban'] : [...new Set(on)],
    jails: list(assigned, actionKeys.jails).map(({ value }) => value),
    every: scalar(assigned, actionKeys.every).value ?? usual[type].every,
    batch: scalar(assigned, actionKeys.batch).value ?? usual[type].batch,
    limit: scalar(assigned, actionKeys.limit).value,
    timeout: scalar(assigned, actionKeys.timeout).value,
  };
}

interface Input extends ActionAssigned {
  readonly machine: ActionMachine;
}

function readType(type: ActionType, common: ActionCommon, input: Input): ActionConfig | undefined {
  switch (type) {
    case 'command':
      return readCommand(common, input);
    case 'webhook':
      return readWebhook(common, input);
    case 'mail':
      return readMail(common, input);
    case 'denylist':
      return readDenylist(common, input);
    case 'fail2ban':
      return readFail2ban(common, input);
  }
}

function program({ assigned, machine }: Input, key: (typeof actionKeys)['ban']): Argv | undefined {
  const { value, place } = scalar(assigned, key);
  if (value !== undefined && place !== undefined && !machine.isUsable(value[0] ?? '', 'program')) {
    const message = `${key.name}=: ${quoted(value[0] ?? '')} cannot be run`;
    const hint = 'give the absolute path of a program that the user f2b-actions may run';
    assigned.problems.push({ ...place, message, hint, severity: 'warning' });
  }
  return value;
}

function readCommand(common: ActionCommon, input: Input): CommandAction {
  const { ban, unban, flush, event, start, stop, check, repair } = actionKeys;
  const commands = {
    ban: program(input, ban),
    unban: program(input, unban),
    flush: program(input, flush),
    event: program(input, event),
    start: program(input, start),
    stop: program(input, stop),
    check: program(input, check),
    repair: program(input, repair),
  };
  if (commands.ban === undefined && commands.unban === undefined && commands.event === undefined) {
    missing(input, 'Ban', ', and so are Unban= and Event=: nothing would ever be run', 'write Ban=/PATH/OF/PROGRAM');
  }
  return { ...common, type: 'command', commands };
}

/** The value of Format=, which is another choice for each type. */
function format<T extends string>({ assigned }: Input, formats: readonly T[], initial: T): T {
  const { value, place } = scalar(assigned, actionKeys.format);
  if (value === '' || place === undefined) return initial;
  const read = choice(...formats)(value);
  if (read.ok) return read.value;
  assigned.problems.push({ ...place, message: `Format=: ${read.message}` });
  return initial;
}

function readWebhook(common: ActionCommon, input: Input): WebhookAction {
  const { assigned } = input;
  const form = format(input, webhookFormats, 'json');
  const template = scalar(assigned, actionKeys.template).value;
  const value: WebhookAction = {
    ...common,
    type: 'webhook',
    format: form,
    url: scalar(assigned, actionKeys.url).value,
    urlCredential: scalar(assigned, actionKeys.urlCredential).value,
    token: scalar(assigned, actionKeys.token).value,
    secret: scalar(assigned, actionKeys.secret).value,
    recipient: scalar(assigned, actionKeys.recipient).value,
    template: template === undefined ? undefined : parseTemplate(template).value,
    categories: list(assigned, actionKeys.categories).map(({ value }) => value),
  };
  const of = `, which Format=${form} needs`;
  if (value.url === undefined && value.urlCredential === undefined && !WITH_URL.includes(form))
    missing(input, 'URL', '', 'write URL=https://HOST/PATH, or URLCredential= when the address is a secret');
  if (value.token === undefined && WITH_TOKEN.includes(form))
    missing(input, 'Token', of, 'name the credential that holds it, see f2b.action(5)');
  if (value.recipient === undefined && WITH_RECIPIENT.includes(form))
    missing(input, 'Recipient', of, 'write the id of the chat or room, or the topic');
  if (form === 'template' && template === undefined)
    missing(input, 'Template', of, 'write Template={"text": "{{message}}"}');
  if (form === 'abuseipdb' && value.categories.length === 0)
    missing(
      input,
      'Categories',
      of,
      'write Categories=18 22 for guessing passwords of ssh; abuseipdb.com/categories lists them',
    );
  return value;
}

function readMail(common: ActionCommon, input: Input): MailAction {
  const { assigned } = input;
  const to = list(assigned, actionKeys.to).map(({ value }) => value);
  if (to.length === 0) missing(input, 'To', '', 'write To=root, or another address');
  const user = scalar(assigned, actionKeys.user);
  const password = scalar(assigned, actionKeys.password);
  if (user.value !== undefined && password.value === undefined)
    missing(input, 'Password', ', which User= needs', 'name the credential that holds it, see f2b.action(5)');
  if (user.value === undefined && password.value !== undefined)
    missing(input, 'User', ', which Password= needs', 'write the name to log in with');
  return {
    ...common,
    type: 'mail',
    to: [...new Set(to)],
    from: scalar(assigned, actionKeys.from).value,
    server: scalar(assigned, actionKeys.server).value,
    user: user.value,
    password: password.value,
    rdapServer: scalar(assigned, actionKeys.whois).value ? scalar(assigned, actionKeys.rdapServer).value : undefined,
  };
}

function readDenylist(common: ActionCommon, input: Input): DenylistAction | undefined {
  const path = scalar(input.assigned, actionKeys.file).value;
  const form = format(input, denylistFormats, 'plain');
  if (path === undefined) {
    missing(input, 'File', '', 'write the path of a file, such as File=/var/lib/f2b-actions/denylist');
    return undefined;
  }
  const { value: socket, place } = scalar(input.assigned, actionKeys.socket);
  if (socket !== undefined && place !== undefined && form !== 'haproxy-map') {
    const message = `Socket= means nothing with Format=${form}`;
    input.assigned.problems.push({ ...place, message, hint: 'drop it, or write Format=haproxy-map' });
  }
  return { ...common, type: 'denylist', path, format: form, reload: program(input, actionKeys.reload), socket };
}
