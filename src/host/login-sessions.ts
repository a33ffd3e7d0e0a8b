/** Where people are logged in from, as systemd-logind knows it: org.freedesktop.login1(5). */
import { type Address, parseAddress } from '../core/address.js';
import type { Bus } from '../dbus/bus.js';
import { unwrap } from '../dbus/wire.js';

const LOGIND = 'org.freedesktop.login1';
const SESSION = 'org.freedesktop.login1.Session';

/** A machine has few remote sessions; more than this are not asked about. */
const MAX_SESSIONS = 200;

/** The addresses of all remote login sessions; none when logind does not run. */
export async function loginSessions(bus: Pick<Bus, 'call'>): Promise<readonly Address[]> {
  const answer = await bus.call({
    destination: LOGIND,
    path: '/org/freedesktop/login1',
    interface: 'org.freedesktop.login1.Manager',
    member: 'ListSessions',
  });
  const sessions = answer.ok && Array.isArray(answer.body[0]) ? answer.body[0].slice(0, MAX_SESSIONS) : [];
  const hosts = await Promise.all(sessions.map((session) => remoteHost(bus, session)));
  return hosts.filter((address) => address !== undefined);
}

/** `session`: id, uid, user, seat, object path. */
async function remoteHost(bus: Pick<Bus, 'call'>, session: unknown): Promise<Address | undefined> {
  const path: unknown = Array.isArray(session) ? session[4] : undefined;
  if (typeof path !== 'string') return undefined;
  const answer = await bus.call({
    destination: LOGIND,
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: [SESSION, 'RemoteHost'],
  });
  const host = answer.ok ? unwrap(answer.body[0]) : undefined;
  return typeof host === 'string' ? parseAddress(host) : undefined;
}
