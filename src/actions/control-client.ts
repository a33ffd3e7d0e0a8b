/** Asks f2b-actiond over its socket. */
import { request } from 'node:http';
import { type ErrorCode, errorKinds, F2bError, systemCode } from '../errors.js';
import type { ActionStatus, ActionsControl } from '../ports/actions-control.js';

/** ms: longer than an attempt usually takes. Timeout= may allow more. */
const PATIENCE = 120_000;
/** The longest answer, characters: some thousand actions. */
const MOST = 1 << 22;

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** `socket`: the path of it. */
export function actionsControl(socket: string): ActionsControl {
  return {
    async status() {
      const answer: readonly ActionStatus[] = await ask(socket, 'GET', '/actions');
      return answer;
    },
    async test(action, event) {
      await ask(socket, 'POST', `/test?${new URLSearchParams({ action, event })}`);
    },
  };
}

async function ask(socketPath: string, method: string, path: string) {
  const { status, text } = await reply(socketPath, method, path).catch((cause: unknown) => {
    throw unreached(socketPath, cause);
  });
  const value = JSON.parse(text);
  if (status === 200) return value;
  throw errorOf(value);
}

function unreached(socket: string, cause: unknown): F2bError {
  const code = systemCode(cause) ?? '';
  if (['EACCES', 'EPERM'].includes(code))
    return new F2bError('ACCESS_DENIED', undefined, { cause, hint: 'run it as root' });
  return new F2bError('ACTIOND_NOT_RUNNING', `${socket} (${code})`, { cause });
}

/** The error as it was thrown there. */
function errorOf(value: { readonly code?: unknown; readonly message?: unknown; readonly hint?: unknown }): F2bError {
  const code = isCode(value.code) ? value.code : 'INTERNAL';
  const registered = errorKinds[code].message;
  const message = String(value.message);
  const detail = message.startsWith(`${registered}: `) ? message.slice(registered.length + 2) : message;
  return new F2bError(code, detail, { hint: String(value.hint) });
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorKinds, code);
}

function reply(socketPath: string, method: string, path: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, timeout: PATIENCE }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MOST) asked.destroy(new RangeError('the answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end();
  });
}
