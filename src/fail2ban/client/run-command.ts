/** One command of fail2ban's client. Invariant: what is printed for people comes from `answerText` and `errorText`. */
import { printableLines } from '../../core/printable.js';
import { asF2bError } from '../../errors.js';
import { PickleTuple, type PickleValue } from '../pickle-value.js';
import { pythonRepr } from '../python-text.js';
import { answerText, errorText } from './answer-text.js';
import type { Conversation } from './conversation.js';

export interface Client {
  /** Throws FAIL2BAN_SOCKET. */
  readonly open: () => Promise<Conversation>;
  /** A line on standard output. */
  readonly print: (line: string) => void;
  readonly log: Log;
}

/** What people read beside the answers: what is asked and answered, and what went wrong. */
export interface Log {
  detail(line: string): void;
  error(line: string): void;
}

/** Resolves with whether all went well. Never rejects. */
export async function runCommand(words: readonly string[], client: Client): Promise<boolean> {
  const [verb = '', ...rest] = words;
  try {
    switch (verb) {
      case 'start':
        return rest.length === 0 ? await startServer(client) : await ask(words, client);
      case 'restart':
        if (rest.length > 0) return await reload(['--restart', ...rest], client);
        return told(client, 'f2b is restarted with: systemctl restart f2bd');
      case 'reload':
        return await reload(rest, client);
      case 'ping':
        return await ping(words, client);
      default:
        return await ask(words, client);
    }
  } catch (error) {
    const { message, hint } = asF2bError(error);
    return told(client, `${message}; ${hint}`);
  }
}

function told({ log }: Client, line: string): false {
  log.error(line);
  return false;
}

/** Prints the answer. `words`: what was asked for, for those that are sent with more. */
async function ask(
  words: readonly string[],
  client: Client,
  { command = words, timeout }: { readonly command?: readonly PickleValue[]; readonly timeout?: number } = {},
): Promise<boolean> {
  const { log, print } = client;
  return withConversation(client, async (conversation) => {
    log.detail(`CMD: ${pythonRepr(command)}`);
    const answer = await conversation.ask(command, timeout);
    if (answer.ok) {
      log.detail(`OK: ${pythonRepr(answer.value)}`);
      print(printed(answerText(words, answer.value)));
      return true;
    }
    log.error(`NOK: ${pythonRepr(new PickleTuple(answer.error.message))}`);
    print(printed(errorText(answer.error)));
    return false;
  });
}

async function withConversation<T>({ open }: Client, use: (conversation: Conversation) => Promise<T>): Promise<T> {
  const conversation = await open();
  try {
    return await use(conversation);
  } finally {
    conversation.close();
  }
}

/** Tabs stand in the answers of fail2ban's client. */
function printed(text: string): string {
  return text.split('\t').map(printableLines).join('\t');
}

/** ms: a longer timer would end at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

async function ping(words: readonly string[], client: Client): Promise<boolean> {
  const [, seconds] = words;
  if (seconds === undefined) return ask(words, client);
  const timeout = Math.min(Number(seconds) * 1_000, MAX_TIMEOUT);
  if (!(timeout > 0)) return told(client, `${JSON.stringify(seconds)} is no number of seconds: write ping 5`);
  return ask(words, client, { timeout });
}

/** Whether somebody answers, without a word. */
function isAnswered(client: Client): Promise<boolean> {
  return withConversation(client, async (conversation) => (await conversation.ask(['ping'])).ok);
}

async function startServer(client: Client): Promise<boolean> {
  const isRunning = await isAnswered(client);
  return told(client, isRunning ? 'Server already running' : 'f2b is started with: systemctl start f2bd');
}

const RELOAD_OPTIONS = ['--restart', '--unban', '--if-exists'];

/** fail2ban's client sends its server's configuration along; f2b reads its own. */
async function reload(rest: readonly string[], client: Client): Promise<boolean> {
  const first = rest.findIndex((word) => !RELOAD_OPTIONS.includes(word));
  const options = first < 0 ? rest : rest.slice(0, first);
  const [jail = '--all', ...more] = first < 0 ? [] : rest.slice(first);
  if (more.length > 0) return told(client, `Unexpected argument(s) for reload: ${pythonRepr(rest.slice(first))}`);
  return ask(['reload', jail, ...options], client, { command: ['reload', jail, options, []] });
}
