/**
 * Asks an RDAP server about a network (RFC 9082, 3.1.1). Invariants: few redirections are followed, and from one server to
 * another over TLS and to public addresses alone; a bounded part of an answer is read.
 */
import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../../../config/values/loopback-host.js';
import { type Address, parseAddress } from '../../../core/address/address.js';
import { isPrivate } from '../../../core/address/private.js';
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

/** `version`: ours, which the server is told. `servers`: name servers in place of the system's. */
export function rdapClient(version: string, servers: readonly string[] = []): AskRdap {
  const headers = { accept: 'application/rdap+json', 'user-agent': `f2b/${version}` };
  return async (server, address, signal) => {
    let url = new URL(`${server.replace(/\/+$/, '')}/ip/${address.text}`);
    // The server that we were told to ask may be anywhere, until it sends us to another.
    let isNamed = true;
    for (let step = 0; step <= MOST_REDIRECTIONS; step += 1) {
      const isHere = isNamed && isLoopbackHost(url.hostname);
      const lookup = isHere ? {} : { lookup: askedNames(signal, { servers, isPublic: !isNamed }) };
      const answer = await answerTo({ url: url.href, method: 'GET', headers, ...lookup }, signal);
      const { statusCode: status = 0, headers: said } = answer;
      if (!REDIRECTIONS.includes(status)) return replyOf(status, answer);
      answer.destroy();
      const next = followed(url, said.location);
      isNamed &&= next.origin === url.origin;
      url = next;
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

/** Where a redirection leads; a name in it is still to be looked up. Throws when it must not be followed. */
export function followed(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) throw new Error('the redirection leads nowhere');
  const to = new URL(location, from);
  to.username = '';
  to.password = '';
  if (to.origin === from.origin) return to;
  if (to.protocol !== 'https:') throw new Error('the redirection is not over TLS');
  // A URL has any way to write an IPv4 address as four numbers, and IPv6 addresses in brackets.
  const address = parseAddress(to.hostname.replace(/^\[|\]$/g, ''));
  if (address !== undefined && isPrivate(address)) throw new Error('the redirection leads to no public address');
  return to;
}
