/** To which of this machine's ports an address has connections, by ss(8): of its network namespace, without any right. */
import type { Address } from '../../core/address/address.js';
import { runCommand } from './run-command.js';

/** Sorted, each once; undefined when ss is not there or does not know. */
export async function portsReachedBy({ family, text }: Address): Promise<readonly number[] | undefined> {
  // The kernel compares an IPv4 address also with the mapped one of a dual-stack socket.
  const peer = family === 4 ? text : `[${text}]`;
  // Synchronized: packets of the peer have arrived. Those that ended a moment ago are among them.
  const [connected, listening] = await Promise.all([
    localPorts(['state', 'synchronized', 'dst', peer]),
    localPorts(['state', 'listening']),
  ]);
  if (connected === undefined || listening === undefined) return undefined;
  // Others are of connections that this machine began itself.
  return [...connected].filter((port) => listening.has(port)).sort((one, other) => one - other);
}

async function localPorts(filter: readonly string[]): Promise<ReadonlySet<number> | undefined> {
  const answer = await runCommand(['ss', '--no-header', '--numeric', '--tcp', ...filter]);
  if (answer?.status !== 0) return undefined;
  return new Set(
    answer.output.split('\n').flatMap((line) => {
      // Receive and send queue, local and peer address; a state before them where several are asked for.
      const [, port] = /^(?:[A-Z]\S* +)?\d+ +\d+ +\S+:(\d+) /.exec(line) ?? [];
      return port === undefined ? [] : [Number(port)];
    }),
  );
}
