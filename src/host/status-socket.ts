/**
 * A second socket of a daemon, for whoever may read how it does and have nothing done: f2b-metrics.
 * Invariant: only the status is told there, whatever is asked.
 */
import { chmodSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { F2bError } from '../errors.js';
import type { Question } from '../ports/question.js';
import { serveJson } from './json-socket.js';

/** The name of the socket in the daemon's runtime directory. */
export const STATUS_SOCKET = 'status';

type Answer = (question: Question) => Promise<unknown>;

/** For the user and the group of this process. A socket that a killed process left is replaced. */
export function serveStatus(directory: string, answer: Answer): Server {
  const path = join(directory, STATUS_SOCKET);
  const server = serveJson(path, statusAlone(answer));
  chmodSync(path, 0o660);
  return server;
}

/** Throws USAGE for all else. */
function statusAlone(answer: Answer): Answer {
  return async (question) => {
    if (question.word === 'status') return answer(question);
    throw new F2bError('USAGE', `only the status is told here, not ${JSON.stringify(question.word)}`);
  };
}
