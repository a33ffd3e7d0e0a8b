/** One item of `Ports=` → ports in firewalld's form (`22/tcp`, `1000-2000/udp`). */
import { quoted } from './quoted.js';
import { type Reading, right, wrong } from './reading.js';
import type { ServiceLookup } from './services.js';

const HINT =
  'write 22/tcp, 6000-6100/udp or names from /etc/services, separated by spaces; without a protocol it is tcp';

/** `22`, `22/tcp`, `8000-8010/udp`, `ssh`, `domain/udp`. A name without a protocol means all that services(5) lists. */
export function readPort(word: string, services: ServiceLookup): Reading<readonly string[]> {
  const [, first, last, name, protocol] =
    /^(?:(\d{1,5})(?:-(\d{1,5}))?|([A-Za-z0-9][\w.+-]*))(?:\/(tcp|udp|sctp|dccp))?$/.exec(word) ?? [];
  if (name !== undefined) return readName(word, name, protocol, services);
  if (first === undefined) return wrong(`${quoted(word)} is not a port`, HINT);
  const from = Number(first);
  const to = Number(last ?? first);
  if (from < 1 || to > 65535) return wrong(`${quoted(word)} is outside 1 to 65535`, HINT);
  if (to < from) return wrong(`the range ${quoted(word)} ends before it starts`, HINT);
  return right([`${from === to ? from : `${from}-${to}`}/${protocol ?? 'tcp'}`]);
}

function readName(
  word: string,
  name: string,
  protocol: string | undefined,
  services: ServiceLookup,
): Reading<readonly string[]> {
  const ports = services(name)?.filter((port) => protocol === undefined || port.endsWith(`/${protocol}`)) ?? [];
  return ports.length > 0 ? right(ports) : wrong(`${quoted(word)} is not a service in /etc/services`, HINT);
}
