import type { Clock } from '../ports/clock.js';
import { Bus } from './bus.js';

/** A bus that is connected. Throws BUS_UNAVAILABLE; then it does not go on trying. */
export async function openBus(address: string, clock: Clock): Promise<Bus> {
  const bus = new Bus(address, clock);
  try {
    await bus.connected();
    return bus;
  } catch (error) {
    bus.close();
    throw error;
  }
}
