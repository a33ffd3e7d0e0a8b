/** Requests over HTTP, and a bounded part of what is answered. */
import { type IncomingMessage, type RequestOptions, request as requestPlainly } from 'node:http';
import { request as requestOverTls } from 'node:https';

export interface HttpRequest extends Pick<RequestOptions, 'method' | 'headers' | 'lookup'> {
  /** With http or https. */
  readonly url: string;
  readonly body?: string;
}

/**
 * The answer, as soon as its head is there. Rejects when there is none, and once the signal aborts, which ends the answer
 * too. Not fetch(), which loads a parser in WebAssembly: 30 MB when it is used first.
 */
export function answerTo({ url, body, ...options }: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = new URL(url).protocol === 'https:' ? requestOverTls : requestPlainly;
    // No agent: a connection that is kept may end while it is used next.
    request(url, { ...options, signal, agent: false }, resolve)
      .on('error', reject)
      // Who answers with another protocol gets no answer from Node, and neither would we.
      .on('close', () => reject(new Error('the connection was closed without an answer')))
      .end(body);
  });
}

/** The first `most` bytes of its body, as text; the rest is not read. */
export async function beginning(answer: IncomingMessage, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    length += part.length;
    if (length >= most) break;
  }
  return Buffer.concat(parts).toString('utf8', 0, most);
}
