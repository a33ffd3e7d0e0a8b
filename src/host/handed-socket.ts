/** The socket that systemd hands over to a service of a socket unit. */
import { F2bError } from '../errors.js';

/** The first of them, see sd_listen_fds(3). */
const FIRST_SOCKET = 3;

/** Its descriptor. `unit`: the socket unit. Throws USAGE when this process was handed none. */
export function handedSocket(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
  unit: string,
): number {
  const { LISTEN_PID: receiver, LISTEN_FDS: count } = environment;
  if (receiver === String(pid) && Number(count) >= 1) return FIRST_SOCKET;
  throw new F2bError('USAGE', 'no socket was handed over', { hint: `start it as a service: systemctl start ${unit}` });
}
