/** Connects to the agent. Invariant: what goes wrong is an F2bError, also when this side finds it. */
import { banInPortions } from '../control/ban-in-portions.js';
import { type AgentClient, agentClient } from '../control/client.js';
import { jailAmong, jailAsked } from '../control/jail-named.js';
import { openPasswordAgent } from '../control/password-agent.js';
import { type Address, parseAddress } from '../core/address/address.js';
import { append } from '../core/append.js';
import type { Ban } from '../core/ban.js';
import { FOREVER, MICROS_PER_MILLISECOND } from '../core/time.js';
import { systemBusAddress } from '../dbus/address.js';
import type { Bus } from '../dbus/bus.js';
import { openBus } from '../dbus/open-bus.js';
import { F2bError } from '../errors.js';
import { systemClock } from '../host/system-clock.js';
import { eventsOn } from './events-on.js';
import { toldBan, toldExplanation, toldHeldBan, toldJail, toldStatus } from './told.js';
import type { AgentStatus, BanOptions, ConnectOptions, F2b, HeldBan, JailStatus } from './values.js';

/** Throws BUS_UNAVAILABLE. The process lives until `close`. */
export async function connect({
  address = systemBusAddress(process.env),
  interactive = false,
}: ConnectOptions = {}): Promise<F2b> {
  return f2bOver(await openBus(address, systemClock), interactive);
}

function f2bOver(bus: Bus, interactive: boolean): F2b {
  // A bus that was restarted is reached again by itself.
  const call: Bus['call'] = async (message, timeout) => {
    await bus.connected();
    return bus.call(message, timeout);
  };
  const client = agentClient({ call }, interactive ? openPasswordAgent : undefined);
  const streams = new Set<() => void>();
  let isClosed = false;
  async function status(): Promise<AgentStatus>;
  async function status(jail: string): Promise<JailStatus>;
  async function status(jail?: string): Promise<AgentStatus | JailStatus> {
    const found = await client.status();
    if (jail === undefined) return toldStatus(found);
    const named = jailAmong(jail, found.jails);
    if (named === undefined) throw new F2bError('UNKNOWN_JAIL', jail);
    return toldJail(named);
  }
  return {
    status,
    async *bans({ jail, evidence = false } = {}) {
      const full = await jailAsked(jail, client);
      for await (const page of client.banPages({ ...(full === undefined ? {} : { jail: full }), evidence }))
        for (const view of page) yield toldHeldBan(view);
    },
    ban: (addresses, options) => ban(client, typeof addresses === 'string' ? [addresses] : addresses, options),
    async unban(address, { jail } = {}) {
      const lifted: Ban[] = [];
      const found = addressIn(address);
      for await (const portion of client.unban(found, await jailAsked(jail, client))) append(lifted, portion);
      return lifted.map(toldBan);
    },
    why: async (address) => toldExplanation(await client.why(addressIn(address))),
    events() {
      const events = eventsOn(bus, streams);
      if (isClosed) events.end();
      return events;
    },
    close() {
      isClosed = true;
      for (const end of streams) end();
      bus.close();
    },
  };
}

async function ban(client: AgentClient, texts: readonly string[], options: BanOptions = {}): Promise<HeldBan[]> {
  const { bantime, jail, reason, force } = options;
  const addresses = texts.map(addressIn);
  const full = await jailAsked(jail, client);
  const request = {
    addresses,
    ...(full === undefined ? {} : { jail: full }),
    ...(bantime === undefined ? {} : { bantime: microsIn(bantime) }),
    ...(reason === undefined ? {} : { reason }),
    ...(force === undefined ? {} : { force }),
  };
  const banned: HeldBan[] = [];
  for await (const views of banInPortions(client, request)) append(banned, views.map(toldHeldBan));
  return banned;
}

/** Throws ARGUMENT_INVALID. */
function addressIn(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new F2bError('ARGUMENT_INVALID', `${JSON.stringify(text)} is no IP address or prefix`, {
    hint: 'give it as in 192.0.2.1, 2001:db8::1 or 192.0.2.0/24; names of hosts are not looked up',
  });
}

/** Throws ARGUMENT_INVALID. */
function microsIn(bantime: number | null): number {
  if (bantime === null) return FOREVER;
  const micros = Math.round(bantime * MICROS_PER_MILLISECOND);
  if (Number.isSafeInteger(micros) && micros > 0) return micros;
  throw new F2bError('ARGUMENT_INVALID', `the bantime ${bantime} is no length of time`, {
    hint: 'give milliseconds, or null for ever',
  });
}
