/** Why a ban does not keep its address out, as far as the connections that the address has now tell. */
import type { Ban } from './ban.js';

export interface IneffectiveCause {
  /**
   * `open-port`: it comes to a port that the ban does not close. `past`: it comes to one that is closed, past the
   * firewall. `elsewhere`: it has no connection to this machine's own sockets, so a proxy or content network stands in
   * front, or the service has a network of its own.
   */
  readonly kind: 'open-port' | 'past' | 'elsewhere';
  /** Where it was seen. */
  readonly port?: number;
}

/**
 * `seen`: the TCP ports of this machine to which the address had connections while it failed; undefined when nobody could
 * look.
 */
export function ineffectiveCause(
  { disposition, ports }: Pick<Ban, 'disposition' | 'ports'>,
  seen: readonly number[] | undefined,
): IneffectiveCause {
  const isClosed = (port: number) => disposition !== 'ports' || ports.some((range) => includes(range, port));
  const [first] = seen ?? [];
  const open = seen?.find((port) => !isClosed(port));
  if (open !== undefined) return { kind: 'open-port', port: open };
  if (first !== undefined) return { kind: 'past', port: first };
  if (seen === undefined && disposition === 'ports') return { kind: 'open-port' };
  return { kind: 'elsewhere' };
}

/** `22/tcp`, `6000-6010/tcp`, as a ban has them. */
function includes(range: string, port: number): boolean {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?\/tcp$/.exec(range) ?? [];
  return from !== undefined && Number(from) <= port && port <= Number(to);
}
