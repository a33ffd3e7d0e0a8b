/**
 * Questions and answers between two programs of this machine: HTTP with JSON over a socket in a folder that says who may
 * ask. Whatever clients send or leave out, what is held for them is bounded.
 */
import { rmSync } from 'node:fs';
import { createServer, type RequestOptions, request, type Server } from 'node:http';
import { asF2bError, type ErrorCode, errorToldAs, F2bError, isErrorCode, systemCode } from '../errors.js';
import type { Ask, Question } from '../ports/question.js';

/** ms for a request, from its first byte to its last. */
const REQUEST_TIME = 5_000;
const MAX_CONNECTIONS = 16;
const MAX_HEADERS = 4_096;
/** Bytes of an answer. */
const MAX_ANSWER = 100_000_000;

export interface Asked {
  readonly path: string;
  /** What it means when nobody listens there. */
  readonly absent: ErrorCode;
  /** ms until the answer has begun. */
  readonly timeout: number;
}

/** A socket that a killed process left is replaced. What `answer` throws is told to who asked. */
export function serveJson(path: string, answer: (question: Question) => Promise<unknown>): Server {
  rmSync(path, { force: true });
  const limits = { maxHeaderSize: MAX_HEADERS, headersTimeout: REQUEST_TIME, requestTimeout: REQUEST_TIME };
  const server = createServer(limits, ({ url = '' }, response) => {
    const send = (status: number, value: unknown) =>
      response
        .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        .end(JSON.stringify(value ?? {}));
    answered(url, answer).then(
      (value) => send(200, value),
      (error: unknown) => {
        const { code, message, hint } = asF2bError(error);
        send(500, { code, message, hint });
      },
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server.listen(path);
}

/** Rejects for a path that is none, as clients may send any. */
async function answered(url: string, answer: (question: Question) => Promise<unknown>): Promise<unknown> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  return answer({ word: pathname.slice(1), parameters: searchParams });
}

/** Its questions throw `absent`, ACCESS_DENIED, and what the other side threw. */
export function askJson({ path: socketPath, absent, timeout }: Asked): Ask {
  return async (word, parameters, signal) => {
    const asked = { socketPath, path: `/${word}?${parameters}`, timeout, ...(signal && { signal }) };
    const text = await received(asked).catch((cause: unknown) => {
      const isDenied = ['EACCES', 'EPERM'].includes(systemCode(cause) ?? '');
      throw new F2bError(isDenied ? 'ACCESS_DENIED' : absent, undefined, { cause });
    });
    const value: unknown = JSON.parse(text);
    throwIfError(value);
    return value;
  };
}

function received(options: RequestOptions): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const asked = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
        if (body.length > MAX_ANSWER) asked.destroy();
      });
      response.on('end', () => resolve(body)).on('error', reject);
    });
    asked
      .on('timeout', () => asked.destroy())
      .on('error', reject)
      .end();
  });
}

function throwIfError(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('code' in value) || !isErrorCode(value.code)) return;
  const { code } = value;
  const message = 'message' in value ? String(value.message) : '';
  throw errorToldAs(code, message, 'hint' in value ? String(value.hint) : undefined);
}
