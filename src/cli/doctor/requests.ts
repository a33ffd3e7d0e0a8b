/**
 * The clients in lines of access logs, as they are common: the address first, and where the log has it, what
 * X-Forwarded-For said, last. Anybody can send that header, so it alone says nothing.
 */
import { type Address, isSingle, parseAddress } from '../../core/address/address.js';

export interface Request {
  /** Whom the server talked to. */
  readonly peer: Address;
  /** For whom it says that it came, the client itself first; undefined when it says nothing of that. */
  readonly client: Address | undefined;
}

/** `ADDRESS - USER [TIME] "REQUEST" …`, perhaps with the name of the site before it and syslog's head. */
const COMMON = /^(?:\S+ nginx: )?(?:[\w.-]+(?::\d+)? )?([\da-fA-F.:]{2,45}) \S+ \S+ \[[^\]]{1,40}\] "/;
/** The last quoted text of a line. */
const LAST_QUOTED = /"([\da-fA-F.:, ]{2,200})"\s*$/;
/** Caddy's and Traefik's JSON. */
const JSON_PEER = /"(?:remote_ip|ClientHost)":"([\da-fA-F.:]{2,45})"/;
const JSON_CLIENT = /"X-Forwarded-For":\["([\da-fA-F.:]{2,45})/;
/** Characters of a line that are looked at: the rest is the client's to choose. */
const LONGEST = 4_096;

/** Undefined for what is no line of an access log. */
export function requestIn(message: string): Request | undefined {
  const text = message.slice(0, LONGEST);
  const [, peerText = '', isJson] = text.startsWith('{')
    ? [undefined, JSON_PEER.exec(text)?.[1], true]
    : [undefined, COMMON.exec(text)?.[1], false];
  const peer = single(peerText);
  if (peer === undefined) return undefined;
  const clientText = isJson ? JSON_CLIENT.exec(text)?.[1] : LAST_QUOTED.exec(text)?.[1]?.split(',')[0];
  return { peer, client: single(clientText?.trim() ?? '') };
}

function single(text: string): Address | undefined {
  const address = parseAddress(text);
  return address !== undefined && isSingle(address) ? address : undefined;
}
