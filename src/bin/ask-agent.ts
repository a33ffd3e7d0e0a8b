import { type AgentClient, agentClient } from '../control/client.js';
import { systemBusAddress } from '../dbus/address.js';
import { openBus } from '../dbus/open-bus.js';
import { systemClock } from '../host/system-clock.js';

/** Asks the agent over the bus, over a connection of its own. Throws what the question throws, and BUS_UNAVAILABLE. */
export async function askAgent<T>(ask: (agent: AgentClient) => Promise<T>): Promise<T> {
  const bus = await openBus(systemBusAddress(process.env), systemClock);
  try {
    return await ask(agentClient(bus));
  } finally {
    bus.close();
  }
}
