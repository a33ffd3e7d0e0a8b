/**
 * Simulated members of a fleet, many in one process: each has a connection of its own and decides as f2b-fleetd does, but
 * stores nothing and has no agent. Tells its parent now and then when each of them came to ban an address.
 */
import { FleetDecider } from '../../src/fleet/deciding/fleet-decider.js';
import type { ReadMessage } from '../../src/fleet/messages/message.js';
import { openSession, type SessionOptions } from '../../src/nats/session.js';
import { fleetLimits } from '../support/fleet-limits.js';

/** What the parent sends first. */
export interface Order {
  readonly servers: readonly string[];
  readonly caFile: string;
  readonly replicas: number;
  readonly hosts: readonly { readonly name: string; readonly seed: string }[];
}

/** An address, and when it came to be banned at one of these members, ms since the epoch. */
export type Seen = readonly [address: string, at: number];

/** ms; what is told takes time of the machine that is measured. */
const TOLD_EVERY = 2_000;

let seen: Seen[] = [];

/** Connected, and connected again from where it was when the connection ends, as f2b-fleetd is. */
async function member(options: SessionOptions): Promise<void> {
  const decider = new FleetDecider(
    options.host,
    fleetLimits({ maxBansPerHost: 100_000, maxBansPerMinute: 100_000, maxBans: 100_000 }),
    7,
  );
  let session = await openSession(options);
  let place = session.stream.last;
  const take = async (messages: readonly ReadMessage[]) => {
    const at = Date.now();
    for (const message of messages)
      for (const address of decider.receive(message).touched)
        if (decider.verdict(address, at * 1_000).kind === 'ban') seen.push([address.text, at]);
    place = messages.at(-1)?.sequence ?? place;
  };
  const stay = async () => {
    for (;;) {
      const why = await session.read(place, take).catch(String);
      process.stderr.write(`${new Date().toISOString()} ${options.host}: ${why}\n`);
      session = await openSession(options);
    }
  };
  stay().catch((error: unknown) => {
    process.stderr.write(`${options.host}: ${String(error)}\n`);
    process.exit(1);
  });
}

process.once('message', async ({ servers, caFile, replicas, hosts }: Order) => {
  for (const { name, seed } of hosts)
    await member({ servers, host: name, seed: new TextEncoder().encode(seed), tls: { caFile }, replicas });
  process.send?.('ready');
  setInterval(() => {
    if (seen.length > 0) process.send?.(seen);
    seen = [];
  }, TOLD_EVERY);
});
process.once('disconnect', () => process.exit());
