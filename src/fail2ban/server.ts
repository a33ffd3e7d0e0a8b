/**
 * fail2ban's protocol on a socket: a pickled command and `<F2B_END_COMMAND>`, answered by a pickle and the same.
 * Invariant: whatever clients send or leave out, what is held for them is bounded in size, number and time.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { CLOSE, Commands, END } from './commands.js';
import { pickle } from './pickle.js';
import type { PickleTuple, PickleValue } from './pickle-value.js';
import { MAX_COMMAND, PickleRefused, unpickle } from './unpickle.js';

const MAX_CONNECTIONS = 32;
/** ms for a command, from one answer to the next: longer than clients pause that keep a connection. */
const TIMEOUT = 60_000;

export interface ServerOptions {
  /** Never rejects, and comes to an end. */
  readonly answer: (command: PickleValue) => Promise<PickleTuple>;
  /** Is told of what was refused, for the log. */
  readonly refused: (why: string) => void;
  /** Called whenever somebody has asked. */
  readonly asked: () => void;
  /** ms for a command, from one answer to the next. */
  readonly timeout?: number;
}

export function createFail2banServer(options: ServerOptions): Server {
  const connections = createConnections();
  return createServer({ allowHalfOpen: true }, (socket) => {
    // Whoever is gone needs no answer.
    socket.on('error', () => socket.destroy());
    if (connections.admit(socket)) void converse(socket, options, connections).catch(() => socket.destroy());
    else socket.destroy();
  });
}

/** The connections there are. Whoever has said nothing for longest makes room for the next one. */
interface Connections {
  /** False when all of them are being answered. */
  admit(socket: Socket): boolean;
  answering(socket: Socket): void;
  isAnswering(socket: Socket): boolean;
  /** From then on it is its turn to say something. */
  answered(socket: Socket): void;
}

function createConnections(): Connections {
  const busy = new Set<Socket>();
  const quiet = new Set<Socket>();
  const forget = (socket: Socket) => {
    busy.delete(socket);
    quiet.delete(socket);
  };
  return {
    admit(socket) {
      if (busy.size + quiet.size >= MAX_CONNECTIONS) {
        const [longest] = quiet;
        if (longest === undefined) return false;
        forget(longest);
        longest.destroy();
      }
      quiet.add(socket);
      socket.once('close', () => forget(socket));
      return true;
    },
    answering(socket) {
      quiet.delete(socket);
      busy.add(socket);
    },
    isAnswering: (socket) => busy.has(socket),
    answered(socket) {
      busy.delete(socket);
      if (!socket.destroyed) quiet.add(socket);
    },
  };
}

/** Answers one command after the other; while one is answered nothing is read, and no time is counted. */
async function converse(socket: Socket, options: ServerOptions, connections: Connections): Promise<void> {
  const deadline = setTimeout(
    () => void (connections.isAnswering(socket) ? deadline.refresh() : socket.destroy()),
    options.timeout ?? TIMEOUT,
  );
  // It goes on when all is said: clients that do not close are closed.
  socket.once('close', () => clearTimeout(deadline));
  const answer: ServerOptions['answer'] = async (command) => {
    connections.answering(socket);
    const answered = await options.answer(command);
    connections.answered(socket);
    deadline.refresh();
    return answered;
  };
  try {
    const commands = new Commands();
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      commands.add(chunk);
      for (let message = commands.next(); message !== undefined; message = commands.next()) {
        if (!(await reply(message, socket, { ...options, answer }))) return;
        deadline.refresh();
      }
      if (commands.waiting > MAX_COMMAND) return refuse(socket, 'the command is too long', options.refused);
    }
    socket.end();
  } finally {
    if (!socket.writableEnded) socket.destroy();
    // What still comes is dropped, so that the end of it is seen.
    socket.resume();
  }
}

/** False when the conversation has ended. */
async function reply(message: Buffer, socket: Socket, { answer, refused, asked }: ServerOptions): Promise<boolean> {
  if (message.equals(CLOSE)) {
    socket.end();
    return false;
  }
  asked();
  const command = read(message);
  if (typeof command === 'string') {
    refuse(socket, command, refused);
    return false;
  }
  const answered = Buffer.concat([pickle(await answer(command.value)), END]);
  if (!socket.write(answered)) await once(socket, 'drain');
  return true;
}

function refuse(socket: Socket, why: string, refused: ServerOptions['refused']): void {
  refused(why);
  socket.end(Buffer.concat([pickle(`ERROR: ${why}`), END]));
}

/** The command, or why it is none. */
function read(message: Buffer): { readonly value: PickleValue } | string {
  try {
    return { value: unpickle(message) };
  } catch (error) {
    if (error instanceof PickleRefused) return error.message;
    throw error;
  }
}
