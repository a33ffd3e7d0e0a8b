/** Simulated members of a fleet that ban at a steady rate, each over a connection of its own. */
import { encodeContent } from '../../src/fleet/messages/message.js';
import { subjectText } from '../../src/fleet/messages/subject.js';
import type { Session } from '../../src/fleet/session.js';
import { openSession } from '../../src/nats/session.js';
import { anAddress } from '../fakes/values.js';
import { sleep } from '../support/process.js';
import { publishedAddress } from './published-address.js';
import { untilStored } from './until-stored.js';

/** What the parent sends first; it is told `ready`, and sends the seconds for which they are to ban. */
export interface PublishingOrder {
  readonly servers: readonly string[];
  readonly caFile: string;
  readonly replicas: number;
  readonly hosts: readonly { readonly name: string; readonly seed: string }[];
  /** Bans a second of all together. */
  readonly rate: number;
}

/** What the parent is told in the end: bans that the servers have, from when till when they got them, ms since the epoch. */
export interface Published {
  readonly bans: number;
  readonly begin: number;
  readonly end: number;
  /** Of those so many were sent again, for an answer was late. */
  readonly again: number;
}

const HOUR = 3_600_000_000;

process.once('message', async ({ servers, caFile, replicas, hosts, rate }: PublishingOrder) => {
  const sessions: { readonly name: string; readonly session: Session }[] = [];
  // One after the other: a server on a busy machine lets go of whom it has kept waiting for two seconds.
  for (const { name, seed } of hosts) {
    const own = { host: name, seed: new TextEncoder().encode(seed) };
    sessions.push({ name, session: await openSession({ servers, ...own, tls: { caFile }, replicas }) });
  }
  let next = 0;
  const publish = () => {
    const own = sessions[next % sessions.length];
    const address = anAddress(publishedAddress(next));
    next += 1;
    if (own === undefined) throw new Error('nobody is to publish');
    const subject = subjectText({ kind: 'ban', host: own.name, jail: 'ssh.service', address });
    const at = Date.now() * 1_000;
    const data = encodeContent({ kind: 'ban', at, since: at, until: at + HOUR });
    const id = `${own.name} ${next}`;
    return untilStored(() => own.session.publish(subject, data, id));
  };
  process.on('message', async (seconds: number) => {
    const [first, begin] = [next, Date.now()];
    const pending: Promise<number>[] = [];
    const bans = Math.round(rate * seconds);
    while (next - first < bans) {
      const due = Math.min(bans, Math.floor(((Date.now() - begin) / 1_000) * rate));
      while (next - first < due) pending.push(publish());
      await sleep(0.02);
    }
    const again = (await Promise.all(pending)).filter((attempts) => attempts > 1).length;
    process.send?.({ bans, begin, end: Date.now(), again } satisfies Published);
  });
  process.send?.('ready');
});
process.once('disconnect', () => process.exit());
