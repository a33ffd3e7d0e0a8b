/**
 * A program for the crash tests: takes numbered events from where its outbox says, and delivers them by writing lines.
 * It is killed at any moment.
 */
import { appendFileSync } from 'node:fs';
import { openOutbox } from '../../../src/outbox/outbox.js';

const [directory = '', sink = '', count = ''] = process.argv.slice(2);
const outbox = await openOutbox(directory, (error) => process.stderr.write(`${error.message}\n`));
process.stdout.write('begun\n');

async function take(): Promise<void> {
  for (let n = ((await outbox.position())?.receivedAt ?? 0) + 1; n <= Number(count); n += 1) {
    const delivery = { queue: 'sink', id: String(n), at: n, body: `line ${n}` };
    await outbox.add([delivery], { cursor: `s=${n}`, receivedAt: n }, () => 10_000);
  }
}

async function deliver(): Promise<void> {
  for (;;) {
    const waiting = await outbox.next('sink', 3);
    if (waiting.length === 0 && (await outbox.position())?.receivedAt === Number(count)) return;
    for (const { id, body } of waiting) appendFileSync(sink, `${id} ${body}\n`);
    if (waiting.length > 0) {
      const ids = waiting.map(({ id }) => id);
      await outbox.done('sink', ids, 1);
    }
  }
}

await Promise.all([take(), deliver()]);
await outbox.close();
