/** What the servers let a host of the fleet do, as a real nats-server says with the configuration that f2b writes. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { nextTurn } from '../../src/async/next-turn.js';
import { type Delivered, encodeContent, parseMessage } from '../../src/fleet/messages/message.js';
import type { Session } from '../../src/fleet/session.js';
import { openSession } from '../../src/nats/session.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';

const skip = skipWithoutNats;

const data = encodeContent({ kind: 'ban', at: 1, since: 1, until: 9_000_000_000_000_000 });

async function sessionOf(t: TestContext, lab: NatsLab, name: string): Promise<Session> {
  const session = await openSession(lab.optionsOf(name));
  t.after(() => session.close());
  return session;
}

/** The sequence of the last message of the stream. */
async function lastOf(lab: NatsLab): Promise<number> {
  const session = await openSession(lab.optionsOf('web1'));
  await session.close();
  return session.stream.last;
}

/** What the stream holds as far as `last`, its last message, as a host reads it. */
async function keptIn(session: Session, last: number): Promise<readonly Delivered[]> {
  const found: Delivered[] = [];
  await session
    .read(0, async (messages) => {
      found.push(...messages);
      if (found.some(({ sequence }) => sequence >= last)) await session.close();
    })
    .catch(() => {});
  return found;
}

const placesOf = (messages: readonly Delivered[]) => messages.map(({ sequence, subject }) => [sequence, subject]);

test('a host publishes under its own name alone, and what it publishes others read in order', { skip }, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2']);
  const web1 = await sessionOf(t, lab, 'web1');
  await web1.publish('f2b.ban.web1.ssh=2Eservice.192=2E0=2E2=2E1', data, 'a');
  await web1.publish('f2b.ban.web1.ssh=2Eservice.192=2E0=2E2=2E2', data, 'b');
  await web1.publish('f2b.ban.web1.ssh=2Eservice.192=2E0=2E2=2E1', data, 'c');
  const web2 = await sessionOf(t, lab, 'web2');
  assert.deepEqual(placesOf(await keptIn(web2, 3)), [
    [2, 'f2b.ban.web1.ssh=2Eservice.192=2E0=2E2=2E2'],
    [3, 'f2b.ban.web1.ssh=2Eservice.192=2E0=2E2=2E1'],
  ]);
});

test('who begins to read while words take the place of others is handed over all there is', { skip }, async (t) => {
  const names = ['web1', 'web2', 'web3', 'web4', 'web5'];
  const lab = await NatsLab.start(t, names);
  // The server then mostly counts more messages than there are.
  for (let round = 0; round < 5; round += 1) {
    const sessions = await Promise.all(names.map((name) => sessionOf(t, lab, name)));
    const places = sessions.map(({ stream }) => stream.last);
    const readings = sessions.map((session, index) =>
      session.read(places[index] ?? 0, async (messages) => {
        places[index] = messages.at(-1)?.sequence ?? 0;
      }),
    );
    let last = 0;
    const tell = async (session: Session, index: number) => {
      for (const word of ['a', 'b', 'c']) {
        const sequence = await session.publish(`f2b.ban.${names[index]}.x.y`, data, `${names[index]} ${round} ${word}`);
        last = Math.max(last, sequence ?? 0);
      }
    };
    await Promise.all(sessions.map(tell));
    const ended = Promise.allSettled(readings);
    await until(`all have read message ${last}`, () => places.every((place) => place >= last) || undefined);
    for (const session of sessions) await session.close();
    await ended;
  }
});

/** s; for so long the client’s request for messages holds, if nobody says otherwise. */
const REQUEST = 30;

test('who has waited for as long as a request holds is handed over what comes just then', { skip }, async (t) => {
  const names = Array.from({ length: 60 }, (_, n) => `m${n}`);
  const lab = await NatsLab.start(t, ['web1', ...names]);
  const web1 = await sessionOf(t, lab, 'web1');
  const sessions = await Promise.all(names.map((name) => sessionOf(t, lab, name)));
  const begin = Date.now();
  const read = new Map<string, number>();
  const readings = sessions.map((session, index) =>
    session.read(0, async (messages) => {
      read.set(names[index] ?? '', messages.at(-1)?.sequence ?? 0);
    }),
  );
  for (const reading of readings) reading.catch(() => {});
  const ask = async (word: string) => (await web1.publish('f2b.ban.web1.x.y', data, word)) ?? 0;
  const first = await ask('first');
  const haveRead = (last: number) => names.every((name) => (read.get(name) ?? 0) >= last);
  await until('all read', () => haveRead(first) || undefined);
  const lasting = (Date.now() - begin) / 1_000;
  await sleep(begin / 1_000 + REQUEST - Date.now() / 1_000);
  let last = 0;
  // Few enough that they do not use the requests up, and so have them renewed.
  for (let n = 0; n < 200 && Date.now() < begin + (REQUEST + lasting) * 1_000; n += 1) {
    last = await ask(`${n}`);
    await sleep(lasting / 200);
  }
  // Sooner than it is noticed that nothing comes any more.
  await until('all have read the last', () => haveRead(last) || undefined, REQUEST / 2).catch((error: unknown) => {
    const behind = names.filter((name) => (read.get(name) ?? 0) < last);
    throw new Error(`${error}; ${behind.length} of ${names.length} have not`);
  });
});

test('a host that is no administrator is not let publish what is of another', { skip }, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2']);
  for (const subject of [
    'f2b.ban.web1.x.y',
    'f2b.member.web1',
    'f2b.order.y',
    'f2b.allowance.y',
    'f2b.withdrawal.web1',
    '$JS.API.STREAM.DELETE.F2B',
  ]) {
    const web2 = await sessionOf(t, lab, 'web2');
    await assert.rejects(web2.publish(subject, data, 'x'), { code: 'FLEET_DENIED' }, subject);
  }
});

test('what a server answers to a publisher, who has it sent over the word of another, is no word of the fleet', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'evil']);
  const subject = 'f2b.ban.web1.ssh=2Eservice.192=2E0=2E2=2E1';
  const web1 = await sessionOf(t, lab, 'web1');
  await web1.publish(subject, data, 'a');
  const evil = await lab.connect(t, 'evil');
  evil.publish('f2b.ban.evil.x.y', data, { reply: subject });
  await evil.flush();
  // The word of web1, that of evil, and the answer.
  await until('the answer is in the stream', async () => (await lastOf(lab)) >= 3 || undefined);
  const found = await keptIn(web1, 3);
  const last = found.filter((message) => message.subject === subject).at(-1);
  assert.ok(last !== undefined && last.sequence === 3);
  assert.equal(parseMessage(last), undefined);
});

test('a member can have the word of another stored again as it was, and under no other subject', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'evil']);
  const subject = 'f2b.ban.web1.ssh=2Eservice.192=2E0=2E2=2E1';
  const web1 = await sessionOf(t, lab, 'web1');
  // Without an id: the servers know for ten minutes those that they have had.
  (await lab.connect(t, 'web1')).publish(subject, data);
  await until('it is told', async () => (await lastOf(lab)) === 1 || undefined);
  const evil = await lab.connect(t, 'evil');
  const manager = await jetstreamManager(evil, { checkAPI: false });
  await manager.consumers.add('F2B', { name: 'evil', ack_policy: 'none', deliver_policy: 'all', mem_storage: true });
  evil.publish('$JS.API.CONSUMER.MSG.NEXT.F2B.evil', '1', { reply: 'f2b.order.192=2E0=2E2=2E9' });
  await evil.flush();
  await until('it is stored', async () => (await lastOf(lab)) === 2 || undefined);
  assert.deepEqual(placesOf(await keptIn(web1, 2)), [[2, subject]]);
  const cycle = { name: 'push', ack_policy: 'none', deliver_subject: 'f2b.order.192=2E0=2E2=2E9' } as const;
  await assert.rejects(manager.consumers.add('F2B', cycle));
});

test('a member can have words removed, and a host that tells of itself again finds out', { skip }, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'evil']);
  const web1 = await sessionOf(t, lab, 'web1');
  const member = await web1.publish('f2b.member.web1', data, 'a');
  assert.equal(await web1.publish('f2b.member.web1', data, 'b', member), 2);
  const evil = await lab.connect(t, 'evil');
  evil.publish('f2b.ban.evil.x.y', data, { reply: '$JS.API.STREAM.PURGE.F2B' });
  await evil.flush();
  await until('it is stored', async () => (await lastOf(lab)) === 3 || undefined);
  await until(
    'nothing is left',
    async () => (await web1.publish('f2b.member.web1', data, `${Math.random()}`, 0)) !== undefined || undefined,
  );
  assert.equal(await web1.publish('f2b.member.web1', data, 'c', 2), undefined);
});

test('who reads is handed nothing more once the stream is gone, though there is some that has come', {
  skip,
}, async (t) => {
  const mayDelete = (config: string) => config.replaceAll('"$JS.API.STREAM.INFO.*"', '"$JS.API.STREAM.>"');
  const lab = await NatsLab.start(t, ['web1', 'evil'], { amend: mayDelete });
  const web1 = await sessionOf(t, lab, 'web1');
  const subjects = Array.from({ length: 900 }, (_, n) => `f2b.ban.web1.ssh.10=2E0=2E${n >> 8}=2E${n & 255}`);
  await Promise.all(subjects.map((subject) => web1.publish(subject, data, subject)));
  const manager = await jetstreamManager(await lab.connect(t, 'evil'), { checkAPI: false });
  let [portions, isOver, isDealtWith] = [0, false, false];
  const reading = web1.read(0, async () => {
    portions += 1;
    await manager.streams.delete('F2B');
    await until('reading has ended', () => isOver || undefined);
    isDealtWith = true;
  });
  await assert.rejects(
    reading.finally(() => {
      isOver = true;
    }),
    { code: 'FLEET_UNREACHABLE' },
  );
  await until('the portion is dealt with', () => isDealtWith || undefined);
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  assert.equal(portions, 1);
});

test('what is told again is left out where a later word stands', { skip }, async (t) => {
  const lab = await NatsLab.start(t, ['admin']);
  const admin = await sessionOf(t, lab, 'admin');
  const subject = 'f2b.allowance.192=2E0=2E2=2E1';
  await admin.publish(subject, data, 'a', 0);
  await admin.publish(subject, data, 'b', 0);
  await admin.publish(subject, data, 'c', 1);
  await admin.publish(subject, data, 'd', 1);
  const { stream } = await sessionOf(t, lab, 'admin');
  assert.equal(stream.last, 2);
});

test('a server whose certificate has another name, or was signed by somebody else, is not spoken to', {
  skip,
}, async (t) => {
  const other = await NatsLab.start(t, ['web1'], { certified: 'nats1.example.org' });
  await assert.rejects(openSession(other.optionsOf('web1')), { code: 'FLEET_UNREACHABLE' });
  const own = await NatsLab.start(t, ['web1']);
  await assert.rejects(openSession({ ...own.optionsOf('web1'), tls: {} }), { code: 'FLEET_UNREACHABLE' });
  await (await openSession(own.optionsOf('web1'))).close();
});

test('a host whose key the servers do not know is not let in', { skip }, async (t) => {
  const lab = await NatsLab.start(t, ['web1']);
  lab.enroll('web2');
  await assert.rejects(openSession(lab.optionsOf('web2')), { code: 'FLEET_DENIED' });
});
