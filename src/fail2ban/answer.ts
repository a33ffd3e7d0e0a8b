/**
 * Answers fail2ban's commands with what f2b has. Invariant: each command gets an answer; what f2b has not is an error that
 * says so and what to do instead, never a pretence.
 */
import type { AgentClient } from '../control/client.js';
import { asF2bError } from '../errors.js';
import type { Asked } from './asked.js';
import { bannedAnswer, bannedIn, bannedInEach, unban, unbanAll } from './bans.js';
import { getAnswer } from './get.js';
import { jailCalled, Refusal } from './jail-names.js';
import { PickleError, PickleTuple, type PickleValue } from './pickle-value.js';
import { reloadAnswer } from './reload.js';
import { setAnswer } from './set.js';
import { SPOKEN_VERSION } from './spoken-version.js';
import { startJail, stopJail } from './start-stop.js';
import { jailStatus, statistics, status } from './status.js';

export interface Answering extends Asked {
  /** f2b's. */
  readonly version: string;
}

/** `(0, value)`, or `(1, exception)`; never throws. */
export async function answer(command: PickleValue, answering: Answering): Promise<PickleTuple> {
  try {
    return new PickleTuple(0, await dispatch(partsOf(command), answering));
  } catch (error) {
    if (error instanceof Refusal) return new PickleTuple(1, error.error);
    const { message, hint } = asF2bError(error);
    return new PickleTuple(1, new PickleError(`${message}; ${hint}`));
  }
}

function partsOf(command: PickleValue): readonly PickleValue[] {
  if (!Array.isArray(command)) throw new Refusal('a command is a list of words');
  return command;
}

async function dispatch(parts: readonly PickleValue[], answering: Answering): Promise<PickleValue> {
  // What is no text is of use to a reload alone.
  const words = parts.filter((part): part is string => typeof part === 'string');
  if (words.some((word) => word.includes('\0'))) throw new Refusal('no word holds a NUL');
  const [verb = '', ...rest] = words;
  const { client, version } = answering;
  switch (verb) {
    case 'ping':
      await client.status();
      return 'pong';
    case 'server-status':
      await client.status();
      return 'Server ready';
    case 'version':
      return `${SPOKEN_VERSION}+f2b${version}`;
    case 'echo':
      return rest;
    case 'status':
      return statusAnswer(rest, client);
    case 'stats':
    case 'statistic':
    case 'statistics':
      return statistics(await client.status());
    case 'banned':
      return bannedAnswer(rest, client);
    case 'unban':
      if (rest.length === 0) throw new Refusal('Invalid command');
      return rest.length === 1 && rest[0] === '--all' ? unbanAll(client) : unban(rest, undefined, client);
    case 'get':
      return getAnswer(rest, answering);
    case 'set':
      return setAnswer(rest, answering);
    case 'reload':
      return reloadAnswer(parts.slice(1), client);
    case 'flushlogs':
      return 'flushed';
    default:
      return otherwise(verb, rest, answering);
  }
}

async function statusAnswer(
  [name, flavor = 'basic', ...more]: readonly string[],
  client: AgentClient,
): Promise<PickleValue> {
  if (more.length > 0) throw new Refusal('Invalid command (no status)');
  const found = await client.status();
  if (name === undefined) return status(found);
  if (name === '--all') return status(found, { flavor, banned: bannedInEach(client) });
  return jailStatus(jailCalled(name, found.jails), flavor, (jail) => bannedIn(jail, client));
}

async function otherwise(verb: string, [name]: readonly string[], { client, inTurn }: Answering): Promise<PickleValue> {
  switch (verb) {
    case 'start':
      return inTurn(() => startJail(name, client));
    case 'stop':
      return inTurn(() => stopJail(name, client));
    case 'add':
      throw new Refusal('a jail is added as a file in /etc/f2b/units, see f2b.unit(5); or f2bctl import');
    default:
      throw new Refusal(`f2b has no command ${JSON.stringify(verb.slice(0, 40))}: see f2b-migration(7)`);
  }
}
