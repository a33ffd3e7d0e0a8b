/**
 * Simulated members of a fleet, many in one process: each has a connection of its own and decides as f2b-fleetd does, but
 * stores nothing and has no agent. Tells its parent when each of them would ban an address.
 */
import { FleetDecider } from '../../src/fleet/deciding/fleet-decider.js';
import { openSession, type SessionOptions } from '../../src/nats/session.js';
import { fleetLimits } from '../support/fleet-limits.js';

/** What the parent sends first. */
export interface Order {
  readonly servers: readonly string[];
  readonly caFile: string;
  readonly hosts: readonly { readonly name: string; readonly seed: string }[];
}

/** When an address came to be banned at each of these members, ms since the epoch. */
export interface Seen {
  readonly address: string;
  readonly at: number;
}

async function member(options: SessionOptions): Promise<void> {
  const session = await openSession(options);
  const decider = new FleetDecider(
    options.host,
    fleetLimits({ maxBansPerHost: 10_000, maxBansPerMinute: 10_000, maxBans: 100_000 }),
    7,
  );
  const reading = session.read(session.stream.last, async (messages) => {
    const at = Date.now();
    for (const message of messages)
      for (const address of decider.receive(message).touched)
        if (decider.verdict(address, at * 1_000).kind === 'ban') process.send?.({ address: address.text, at });
  });
  reading.catch((error: unknown) => {
    process.stderr.write(`${options.host}: ${String(error)}\n`);
    process.exit(1);
  });
}

process.once('message', async ({ servers, caFile, hosts }: Order) => {
  for (const { name, seed } of hosts)
    await member({ servers, host: name, seed: new TextEncoder().encode(seed), tls: { caFile }, replicas: 1 });
  process.send?.('ready');
});
process.once('disconnect', () => process.exit());
