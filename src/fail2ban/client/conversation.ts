/** A conversation with a server that speaks fail2ban's protocol, over its socket. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { F2bError, systemCode } from '../../errors.js';
import { CLOSE, Commands, END } from '../commands.js';
import { pickle } from '../pickle.js';
import { PickleError, PickleTuple, type PickleValue } from '../pickle-value.js';
import { pythonText } from '../python-text.js';
import { MAX_ANSWER, PickleRefused, unpickleAnswer } from '../unpickle.js';

/** What a server says to a command. */
export type Answered =
  | { readonly ok: true; readonly value: PickleValue }
  | { readonly ok: false; readonly error: PickleError };

export interface Conversation {
  /** One after the other. `timeout` in ms. Throws FAIL2BAN_SOCKET. */
  ask(command: readonly PickleValue[], timeout?: number): Promise<Answered>;
  close(): void;
}

/** ms: longer than the agent may take. */
const TIMEOUT = 600_000;

/** Throws FAIL2BAN_SOCKET. */
export async function openConversation(path: string): Promise<Conversation> {
  const socket = connect(path);
  await once(socket, 'connect').catch((cause: unknown) => {
    throw unreachable(path, cause);
  });
  // Who asks next is told.
  socket.on('error', () => socket.destroy());
  const answers = new Commands();
  return {
    async ask(command, timeout = TIMEOUT) {
      const timer = setTimeout(() => socket.destroy(new Error('timed out')), timeout);
      try {
        socket.write(Buffer.concat([pickle(command), END]));
        return answered(unpickleAnswer(await nextAnswer(socket, answers)));
      } catch (cause) {
        throw unreachable(path, cause);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      socket.end(Buffer.concat([CLOSE, END]));
      socket.resume();
    },
  };
}

async function nextAnswer(socket: Socket, answers: Commands): Promise<Buffer> {
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    answers.add(chunk);
    const whole = answers.next();
    if (whole !== undefined) return whole;
    if (answers.waiting > MAX_ANSWER) throw new PickleRefused('the answer is too long');
  }
  throw new Error('Connection reset by peer');
}

/** `(0, value)` or `(1, exception)`; what was no command to the server is answered by a text. */
function answered(answer: PickleValue): Answered {
  const [code, value = null] = answer instanceof PickleTuple ? answer.items : [];
  if (code === 0) return { ok: true, value };
  return { ok: false, error: value instanceof PickleError ? value : new PickleError(pythonText(value ?? answer)) };
}

function unreachable(path: string, cause: unknown): F2bError {
  const hint = systemCode(cause) === 'EACCES' ? 'root and members of the group f2b-fail2ban may use it' : undefined;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new F2bError('FAIL2BAN_SOCKET', `${path} (${why})`, { cause, ...(hint === undefined ? {} : { hint }) });
}
