/** Where people are logged in from, as systemd-logind knows it: org.freedesktop.login1(5). */
import { createConcurrencyLimit } from '../async/concurrency-limit.js';
import { type Address, parseAddress } from '../core/address/address.js';
import { printable } from '../core/printable.js';
import type { Bus } from '../dbus/bus.js';
import { type Answer, errors } from '../dbus/message.js';
import { unwrap } from '../dbus/wire.js';

const LOGIND = 'org.freedesktop.login1';
const SESSION = 'org.freedesktop.login1.Session';

/** Far more than anybody has; more than this are not asked about. */
const MAX_SESSIONS = 2_000;

/** How many are asked about at a time. */
const PARALLEL = 50;

/** The addresses of all remote login sessions. Rejects when logind does not tell, or does not run. */
export async function loginSessions(bus: Pick<Bus, 'call' | 'connected'>): Promise<readonly Address[]> {
  await bus.connected();
  const answer = await bus.call({
    destination: LOGIND,
    path: '/org/freedesktop/login1',
    interface: 'org.freedesktop.login1.Manager',
    member: 'ListSessions',
  });
  if (!answer.ok) throw unanswered(answer);
  const sessions = Array.isArray(answer.body[0]) ? answer.body[0].slice(0, MAX_SESSIONS) : [];
  const limited = createConcurrencyLimit(PARALLEL);
  const hosts = await Promise.all(sessions.map((session) => limited(() => remoteHost(bus, session))));
  return hosts.filter((address) => address !== undefined);
}

function unanswered({ error, text }: Answer & { readonly ok: false }): Error {
  return new Error(`logind: ${printable(text === '' ? error : text)}`);
}

/** `session`: id, uid, user, seat, object path. One that has ended by now has no host. */
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
  if (!answer.ok && answer.error === errors.UNKNOWN_OBJECT) return undefined;
  if (!answer.ok) throw unanswered(answer);
  const host = unwrap(answer.body[0]);
  return typeof host === 'string' ? parseAddress(host) : undefined;
}
