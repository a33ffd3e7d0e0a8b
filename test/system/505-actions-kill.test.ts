/**
 * kill -9 of f2b-actiond at random moments, also while it starts, and servers that lose their answers or are away:
 * nothing is lost, what comes twice says so by its id, and all of it comes in order. F2B_KILLS sets how often it is killed.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AgentEvent } from '../../src/agent/agent-event.js';
import { aBan } from '../fakes/values.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { sleep, until } from '../support/process.js';
import { ActionsLab, addressOf, type Manner } from './actions-lab.js';
import { seededRandom } from './kill-lab.js';
import { decoded, MailServer } from './mail-server.js';

const KILLS = Number(process.env['F2B_KILLS'] ?? 4);
const BATCH = 10;
/** What is told in an outage. */
const OUTAGE = 6 * BATCH;
/** All that waits is told within this, s. */
const LIMIT = 180 + KILLS;
/** Three kills with each: an outage goes on over starts. */
const MANNERS: readonly Manner[] = [200, 'cut', 503];

/** Writes the id, the event and the address of each run, in one write. */
const PROGRAM = `#!/bin/sh
echo "$F2B_ID $F2B_EVENT $F2B_ADDRESS" >>"$0.log"
`;

interface Told {
  readonly id: string;
  /** Such as `ban 192.0.2.1`. */
  readonly what: string;
}

/** All were told, each with an id of its own, in order, whatever was told again. */
function checkTold(told: readonly Told[], wanted: readonly string[]): void {
  const firsts = new Map(told.map(({ id, what }) => [id, what]));
  assert.deepEqual([...firsts.values()], wanted);
}

describe('f2b-actiond', { skip: missingJournalRemote ?? false }, () => {
  let lab: ActionsLab;
  let mail: MailServer;
  let program: string;
  /** All that the agent told, in order. */
  const wanted: string[] = [];
  let next = 0;

  /** The agent bans the next addresses, and lifts every third ban. */
  const tell = (count: number) => {
    const events = Array.from({ length: count }, (): readonly AgentEvent[] => {
      const ban = aBan({ address: addressOf(next) });
      next += 1;
      const banned: AgentEvent = { kind: 'ban', ban };
      return next % 3 === 0 ? [banned, { kind: 'unban', ban, cause: 'expired' }] : [banned];
    }).flat();
    for (const event of events)
      if (event.kind === 'ban' || event.kind === 'unban') wanted.push(`${event.kind} ${event.ban.address.text}`);
    lab.tell(...events);
  };
  const untilTold = () =>
    until(
      'nothing waits',
      async () => {
        if (runs().at(-1)?.what !== wanted.at(-1)) return undefined;
        return (await lab.status()).every(({ waiting }) => waiting === 0) ? true : undefined;
      },
      LIMIT,
    );
  const runs = (): readonly Told[] =>
    (existsSync(`${program}.log`) ? readFileSync(`${program}.log`, 'utf8') : '')
      .trimEnd()
      .split('\n')
      .map((line) => ({ id: line.split(' ')[0] ?? '', what: line.slice(line.indexOf(' ') + 1) }));
  /** Requests that the server took, whether it said so or not. */
  const taken = () => lab.sink.received.filter(({ manner }) => manner === 200 || manner === 'cut');
  /** What each mail tells. */
  const mailed = () =>
    mail.mails.map(({ raw }) => {
      const [text = ''] = decoded(raw).split(/^content-type: text\/html/im);
      return [...text.matchAll(/^\S+Z {2}\S+: (un)?banned ([\d.]+)/gm)].map(
        ([, un = '', address]) => `${un}ban ${address}`,
      );
    });

  before(async () => {
    lab = new ActionsLab();
    mail = new MailServer({ authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'] });
    const url = await lab.sink.listen();
    program = join(lab.folder, 'program');
    writeFileSync(program, PROGRAM, { mode: 0o755 });
    lab.action('hook', `Type=webhook\nURL=${url}/hook\nBatch=${BATCH}`);
    lab.action('run', `Type=command\nBan=${program}\nUnban=${program}`);
    lab.action(
      'mail',
      `Type=mail\nTo=root@mail.example\nServer=smtp://127.0.0.1:${await mail.listen()}\nEvery=1s\nBatch=50`,
    );
    tell(1);
    await lab.start();
  });
  after(async () => {
    await lab.remove();
    await mail.close();
  });

  test('loses nothing though it is killed again and again, and tells everything in order', async (t) => {
    const random = seededRandom(t);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const manner = MANNERS[Math.floor(kill / 3) % MANNERS.length] ?? 200;
      lab.sink.manner = manner;
      mail.isCut = manner === 'cut';
      tell(1 + Math.floor(random() * 20));
      await sleep(random() * 0.4);
      await lab.stop('SIGKILL');
      lab.launch();
      // Every second one is killed while it starts.
      if (kill % 2 === 0) await lab.answers();
      else await sleep(random());
    }
    lab.sink.manner = 200;
    mail.isCut = false;
    await lab.answers();
    await untilTold();
    const hooked = taken().flatMap(({ body }) => eventsOf(body));
    checkTold(hooked, wanted);
    checkTold(runs(), wanted);
    const again = runs().length - wanted.length;
    const cuts = taken().filter(({ manner }) => manner === 'cut').length;
    const requests = repeats(taken().map(({ body }) => eventsOf(body).map(({ id }) => id)));
    assert.deepEqual([...new Set(mailed().flat())], wanted);
    const mails = repeats(mailed());
    t.diagnostic(
      `${wanted.length} events, ${KILLS} kills. Again: ${again} runs; ${requests} of ${taken().length} requests`,
    );
    t.diagnostic(`after ${cuts} lost answers; ${mails} of ${mail.mails.length} mails after ${mail.cuts} lost answers`);
    // One is under way at a time, so each kill makes one come twice; so does each answer that was lost.
    assert.ok(again <= KILLS && requests <= KILLS + cuts && mails <= KILLS + mail.cuts);
  });

  test('after an outage tells what happened meanwhile in order, in whole groups, one after the other', async () => {
    lab.sink.manner = 503;
    const earlier = wanted.length;
    tell(OUTAGE);
    await until('it fails', async () => ((await lab.statusOf('hook')).state === 'failing' ? true : undefined));
    await lab.stop('SIGKILL');
    await lab.start();
    await until('all of it waits', async () =>
      (await lab.statusOf('hook')).waiting === wanted.length - earlier ? true : undefined,
    );
    const before = taken().length;
    lab.sink.manner = 200;
    await untilTold();
    const groups = taken().slice(before);
    const told = groups.flatMap(({ body }) => eventsOf(body).map(({ what }) => what));
    assert.deepEqual(told, wanted.slice(earlier));
    const sizes = groups.map(({ body }) => eventsOf(body).length);
    assert.deepEqual(
      sizes.slice(0, -1),
      sizes.slice(0, -1).map(() => BATCH),
    );
    // However fast the server answers: the next one comes a tenth of a second after it.
    const gaps = groups.slice(1).map(({ at }, index) => at - (groups[index]?.at ?? 0));
    assert.ok(Math.min(...gaps) > 90, `${gaps}`);
    assert.equal(await lab.stop(), 0);
  });
});

function eventsOf(body: string): readonly Told[] {
  const { events }: { readonly events: readonly { id: string; event: string; address: string }[] } = JSON.parse(body);
  return events.map(({ id, event, address }) => ({ id, what: `${event} ${address}` }));
}

/** How many of them hold something that one before holds. */
function repeats(groups: readonly (readonly string[])[]): number {
  const seen = new Set<string>();
  return groups.filter((group) => {
    const isAgain = group.some((one) => seen.has(one));
    for (const one of group) seen.add(one);
    return isAgain;
  }).length;
}
