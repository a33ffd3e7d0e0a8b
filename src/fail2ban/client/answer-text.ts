/** Answers as fail2ban's client prints them for people. Scripts take them apart: every character counts. */
import { PickleDict, type PickleError, PickleTuple, type PickleValue } from '../pickle-value.js';
import { pythonRepr, pythonText } from '../python-text.js';
import { statisticsTable } from './statistics-table.js';

/** What is printed for the answer to a command. What no text is for, or is of another shape, is printed as Python does. */
export function answerText(command: readonly string[], value: PickleValue): string {
  return ofVerb(command, value) ?? ofServerSetting(command, value) ?? ofJail(command, value) ?? pythonText(value);
}

/** What is printed when a command failed. */
export function errorText({ name, message }: PickleError): string {
  switch (name) {
    case 'UnknownJailException':
      return `Sorry but the jail '${message}' does not exist`;
    case 'DuplicateJailException':
      return `The jail '${message}' already exists`;
    case 'IndexError':
      return 'Sorry but the command is invalid';
    case 'KeyError':
      return pythonRepr(message);
    default:
      return message;
  }
}

function ofVerb(command: readonly string[], value: PickleValue): string | undefined {
  const [verb = '', first] = command;
  switch (verb) {
    case 'ping':
      return `Server replied: ${pythonText(value)}`;
    case 'start':
      return 'Jail started';
    case 'stop':
      if (value !== null) return pythonText(value);
      return first === undefined ? 'Shutdown successful' : 'Jail stopped';
    case 'add':
      return `Added jail ${pythonText(value)}`;
    case 'flushlogs':
      return `logs: ${pythonText(value)}`;
    case 'echo':
      return textsIn(value)?.join(' ');
    case 'status':
      return first === undefined || first === '--all' ? statusText(value) : jailText(first, value);
    case 'stats':
    case 'statistics':
      return value instanceof PickleDict ? statisticsTable(value) : undefined;
    default:
      return undefined;
  }
}

/** Of Python's logging, and fail2ban's NOTICE. */
const LEVELS: ReadonlyMap<number, string> = new Map([
  [50, 'CRITICAL'],
  [40, 'ERROR'],
  [30, 'WARNING'],
  [25, 'NOTICE'],
  [20, 'INFO'],
  [10, 'DEBUG'],
]);

function ofServerSetting([, name = '']: readonly string[], value: PickleValue): string | undefined {
  const text = pythonText(value);
  switch (name) {
    case 'syslogsocket':
      return `Current syslog socket is:\n\`- ${text}`;
    case 'logtarget':
      return `Current logging target is:\n\`- ${text}`;
    case 'loglevel':
      return `Current logging level is ${pythonRepr(typeof value === 'number' ? levelName(value) : value)}`;
    case 'dbfile':
      return value === null ? NO_DATABASE : `Current database file is:\n\`- ${text}`;
    case 'dbpurgeage':
      return value === null ? NO_DATABASE : `Current database purge age is:\n\`- ${text}seconds`;
    default:
      return undefined;
  }
}

const NO_DATABASE = 'Database currently disabled';

function levelName(level: number): string {
  return LEVELS.get(level) ?? `Level ${level}`;
}

function ofJail(command: readonly string[], value: PickleValue): string | undefined {
  const [verb, jail = '', key = '', more] = command;
  switch (key) {
    case 'logpath':
    case 'addlogpath':
    case 'dellogpath':
      return listed(value, 'Current monitored log file(s):', 'No file is currently monitored');
    case 'logencoding':
      return `Current log encoding is set to:\n${pythonText(value)}`;
    case 'journalmatch':
    case 'addjournalmatch':
    case 'deljournalmatch':
      return matchText(value);
    case 'datepattern':
      return `Current date pattern set to: ${datePattern(value)}`;
    case 'ignoreip':
    case 'addignoreip':
    case 'delignoreip':
      return listed(value, 'These IP addresses/networks are ignored:', 'No IP address/network is ignored');
    case 'failregex':
    case 'addfailregex':
    case 'delfailregex':
    case 'ignoreregex':
    case 'addignoreregex':
    case 'delignoreregex':
      return regexText(value);
    case 'actions':
      return named(value, 'actions', `jail ${jail}`);
    case 'actionproperties':
      return named(value, 'properties', `jail ${jail} action ${more ?? ''}`);
    case 'actionmethods':
      return named(value, 'methods', `jail ${jail} action ${more ?? ''}`);
    case 'banip':
      return verb === 'get' ? textsIn(value)?.join(more === '--with-time' ? '\n' : (more ?? ' ')) : undefined;
    default:
      return undefined;
  }
}

function listIn(value: PickleValue): readonly PickleValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function textsIn(value: PickleValue): readonly string[] | undefined {
  return listIn(value)?.map(pythonText);
}

/** One a line, the last marked as such. */
function branches(lines: readonly string[]): readonly string[] {
  return lines.map((line, at) => `${at === lines.length - 1 ? '`-' : '|-'} ${line}`);
}

function listed(value: PickleValue, head: string, none: string): string | undefined {
  const texts = textsIn(value);
  if (texts === undefined) return undefined;
  return texts.length === 0 ? none : [head, ...branches(texts)].join('\n');
}

function regexText(value: PickleValue): string | undefined {
  const numbered = textsIn(value)?.map((text, at) => `[${at}]: ${text}`) ?? null;
  return listed(numbered, 'The following regular expression are defined:', 'No regular expression is defined');
}

function matchText(value: PickleValue): string | undefined {
  const groups = listIn(value)?.map((group) => textsIn(group)?.join(' ') ?? pythonText(group));
  if (groups === undefined) return undefined;
  return groups.length === 0 ? 'No journal match filter set' : `Current match filter:\n${groups.join(' + ')}`;
}

function datePattern(value: PickleValue): string {
  if (value === null) return 'Not set/required';
  const [first = null, second = null] = value instanceof PickleTuple ? value.items : (listIn(value) ?? [null, value]);
  return first === null ? pythonText(second) : `${pythonText(first)} (${pythonText(second)})`;
}

function named(value: PickleValue, what: string, whose: string): string | undefined {
  const texts = textsIn(value);
  if (texts === undefined) return undefined;
  return texts.length === 0
    ? `No ${what} for ${whose}`
    : `The ${whose} has the following ${what}:\n${texts.join(', ')}`;
}

/** A name and what there is to say of it. */
interface Part {
  readonly name: string;
  readonly value: PickleValue;
}

/** Undefined unless all of them are pairs. */
function partsIn(value: PickleValue): readonly Part[] | undefined {
  const parts = listIn(value)?.flatMap((pair) => {
    const [name, one] = pair instanceof PickleTuple ? pair.items : [];
    return typeof name === 'string' && one !== undefined ? [{ name, value: one }] : [];
  });
  return parts?.length === listIn(value)?.length ? parts : undefined;
}

function partLine({ name, value }: Part): string {
  return `${name}:\t${textsIn(value)?.join(' ') ?? pythonText(value)}`;
}

/** `status JAIL`. */
function jailText(jail: string, value: PickleValue): string | undefined {
  const tree = jailTree(value, '');
  return tree && [`Status for the jail: ${jail}`, ...tree].join('\n');
}

function jailTree(value: PickleValue, indent: string): readonly string[] | undefined {
  const groups = partsIn(value)?.map((group) => ({ ...group, parts: partsIn(group.value) }));
  return groups?.flatMap(({ name, parts = [] }, at) => {
    const isLast = at === groups.length - 1;
    const lines = branches(parts.map(partLine)).map((line) => `${indent}${isLast ? ' ' : '|'}  ${line}`);
    return [`${indent}${isLast ? '`-' : '|-'} ${name}`, ...lines];
  });
}

/** `status`, and `status --all` with a dictionary of all jails behind the rest. */
function statusText(value: PickleValue): string | undefined {
  const all = listIn(value);
  if (all === undefined) return undefined;
  const last = all.at(-1);
  const jails = last instanceof PickleDict ? last.entries : undefined;
  const parts = partsIn(jails === undefined ? all : all.slice(0, -1))?.map(partLine);
  if (parts === undefined) return undefined;
  if (jails === undefined || jails.length === 0) return ['Status', ...branches(parts)].join('\n');
  const trees = jails.flatMap(([name, jail], at) => {
    const isLast = at === jails.length - 1;
    const tree = jailTree(jail, isLast ? '      ' : '   |  ') ?? [];
    return [`   ${isLast ? '`-' : '|-'} Jail: ${name}`, ...tree];
  });
  return ['Status', ...parts.map((part) => `|- ${part}`), '`- Status for the jails:', ...trees].join('\n');
}
