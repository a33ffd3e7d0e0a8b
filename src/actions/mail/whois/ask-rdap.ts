/**
 * Asks an RDAP server about a network (RFC 9082, 3.1.1). Invariants: few redirections are followed, and over TLS alone,
 * unless they lead from this machine to itself; a bounded part of an answer is read.
 */
import type { IncomingMessage } from 'node:http';
import type { Address } from '../../../core/address/address.js';
import { askedNames } from '../../../host/asked-names.js';
import { answerTo, beginning } from '../../http-answer.js';
import { type RdapNetwork, readRdapNetwork } from './registered-network.js';

export type RdapReply =
  | { readonly kind: 'network'; readonly network: RdapNetwork }
  /** No network is registered there. */
  | { readonly kind: 'nothing' }
  /** The server is asked too often. */
  | { readonly kind: 'busy' };

/** Asks about the network of an address. Rejects when there is no answer to use, and soon once the signal aborts. */
export type AskRdap = (server: string, address: Address, signal: AbortSignal) => Promise<RdapReply>;

/** From one that knows who has an address to a registry, from there to one of a country, and one to spare. */
const MOST_REDIRECTIONS = 4;
const REDIRECTIONS: readonly number[] = [301, 302, 303, 307, 308];
const BUSY: readonly number[] = [429, 503];
/** Bytes; those of registries have some ten thousand. */
const MOST_ANSWER = 262_144;

/** `version`: ours, which the server is told. */
export function rdapClient(version: string): AskRdap {
  const headers = { accept: 'application/rdap+json', 'user-agent': `f2b/${version}` };
  return async (server, address, signal) => {
    let url = new URL(`${server.replace(/\/+$/, '')}/ip/${address.text}`);
    for (let step = 0; step <= MOST_REDIRECTIONS; step += 1) {
      const lookup = isLoopback(url) ? {} : { lookup: askedNames(signal) };
      const answer = await answerTo({ url: url.href, method: 'GET', headers, ...lookup }, signal);
      const { statusCode: status = 0, headers: said } = answer;
      if (!REDIRECTIONS.includes(status)) return replyOf(status, answer);
      answer.destroy();
      url = followed(url, said.location);
    }
    throw new Error('too many redirections');
  };
}

async function replyOf(status: number, answer: IncomingMessage): Promise<RdapReply> {
  if (status === 200) {
    const network = readRdapNetwork(await beginning(answer, MOST_ANSWER));
    if (network === undefined) throw new Error('the answer is not about a network');
    return { kind: 'network', network };
  }
  answer.destroy();
  if (status === 404) return { kind: 'nothing' };
  if (BUSY.includes(status)) return { kind: 'busy' };
  throw new Error(`it answered with status ${status}`);
}

/** Where a redirection leads. Throws when it must not be followed. */
export function followed(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) throw new Error('the redirection leads nowhere');
  const to = new URL(location, from);
  if (isLoopback(to) && !isLoopback(from)) throw new Error('the redirection leads to this machine');
  if (to.protocol !== 'https:' && !(to.protocol === 'http:' && isLoopback(to)))
    throw new Error('the redirection is not over TLS');
  to.username = '';
  to.password = '';
  return to;
}

function isLoopback({ hostname }: URL): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/.test(hostname);
}
