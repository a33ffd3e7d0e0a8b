/** f2b-actiond with a real journal and a real web server: what is told, to whom, and what becomes of faults. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { F2bError } from '../../src/errors.js';
import { aBan } from '../fakes/values.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { until } from '../support/process.js';
import { ActionsLab, addressOf } from './actions-lab.js';

/** Writes a line for each run: what it was run for, and what it was given. */
const PROGRAM = `#!/bin/sh
echo "$1 $F2B_ACTION $F2B_EVENT $F2B_ADDRESS $F2B_REASON" >>"$0.log"
[ "$1" != ban ] || [ ! -e "$0.status" ] || { echo "something is wrong"; exit "$(cat "$0.status")"; }
`;

describe('f2b-actiond', { skip: missingJournalRemote ?? false }, () => {
  let lab: ActionsLab;
  let url: string;
  const numbers = (path: string) => lab.sink.events(path).map(({ address }) => address);

  before(async () => {
    lab = new ActionsLab();
    url = await lab.sink.listen();
    const program = join(lab.folder, 'program');
    writeFileSync(program, PROGRAM, { mode: 0o755 });
    lab.secret('hook-secret', 'a secret of ours');
    lab.action('hook', `Type=webhook\nURL=${url}/hook\nSecret=hook-secret`);
    lab.action('other', `Type=webhook\nURL=${url}/other\nTimeout=1s`);
    lab.action(
      'told',
      `Type=command\nBan=${program} ban\nUnban=${program} unban\nStart=${program} start\nStop=${program} stop`,
    );
    lab.action('problems', `Type=webhook\nURL=${url}/problems\nOn=problem resolved`);
    lab.ban(1);
    await lab.start();
  });
  after(() => lab.remove());
  beforeEach(() => {
    lab.sink.manner = 200;
  });

  test('tells each action of what happens from its first start on', async () => {
    lab.ban(2);
    lab.tell({ kind: 'unban', ban: aBan({ address: addressOf(2) }), cause: 'expired' });
    await until('both are told', () => (lab.sink.events('/hook').length >= 3 ? true : undefined));
    const events = lab.sink.events('/hook');
    assert.deepEqual(
      events.map(({ event, address }) => [event, address]),
      [
        ['ban', '10.0.0.1'],
        ['ban', '10.0.0.2'],
        ['unban', '10.0.0.2'],
      ],
    );
    const log = await until('the program was run', () => {
      const lines = readFileSync(join(lab.folder, 'program.log'), 'utf8').trimEnd().split('\n');
      return lines.length >= 4 ? lines : undefined;
    });
    assert.deepEqual(
      log.map((line) => line.trimEnd()),
      ['start told', 'ban told ban 10.0.0.1', 'ban told ban 10.0.0.2', 'unban told unban 10.0.0.2'],
    );
  });

  test('signs what it sends, and gives each delivery an id', () => {
    for (const { headers, body } of lab.sink.received.filter(({ path }) => path === '/hook')) {
      const stamp = String(headers['f2b-timestamp']);
      const digest = createHmac('sha256', 'a secret of ours').update(`${stamp}.${body}`).digest('hex');
      assert.equal(headers['f2b-signature'], `sha256=${digest}`);
      assert.match(String(headers['f2b-delivery']), /^[0-9a-f]{32}$/);
    }
    assert.ok(!lab.log.includes('a secret of ours'));
  });

  test('tells of problems whoever wants to know, and nobody else', async () => {
    lab.tell({ kind: 'problem', error: new F2bError('FIREWALL_UNAVAILABLE') });
    const [event] = await until('it is told', () => {
      const events = lab.sink.events('/problems');
      return events.length > 0 ? events : undefined;
    });
    assert.equal(event?.code, 'FIREWALL_UNAVAILABLE');
    assert.ok(lab.sink.events('/hook').every(({ event: kind }) => kind !== 'problem'));
  });

  test('an answer that is wrong, garbage, cut off or never comes is told once and tried again', async () => {
    let next = 10;
    for (const manner of [500, 302, 'garbage', 'cut', 'never'] as const) {
      lab.sink.manner = manner;
      const before = lab.sink.received.length;
      lab.ban(next);
      const failing = await until(`it fails for ${manner}`, async () => {
        const status = await lab.statusOf('other');
        return status.state === 'failing' && lab.sink.received.length > before ? status : undefined;
      });
      assert.ok(failing.waiting >= 1);
      assert.ok(!(failing.lastError ?? '').includes('\u001b'));
      lab.sink.manner = 200;
      const wanted = addressOf(next).text;
      await until('it is told in the end', () => (numbers('/other').includes(wanted) ? true : undefined));
      next += 1;
      await until('all is well', async () => ((await lab.statusOf('other')).state === 'ok' ? true : undefined));
    }
    assert.ok(!/elsewhere/.test(JSON.stringify(lab.sink.received.map(({ path }) => path))));
    assert.ok((lab.log.match(/^<4>other: /gm)?.length ?? 0) >= 5, lab.log);
  });

  test('one receiver that never answers holds up no other', async () => {
    lab.action('silent', `Type=webhook\nURL=${url.replace(/\d+$/, '1')}/silent`);
    lab.action('stuck', 'Type=command\nBan=/bin/sleep 3600\nTimeout=1h');
    lab.reload();
    await until('the new ones are there', async () =>
      (await lab.status()).some(({ name }) => name === 'stuck') ? true : undefined,
    );
    lab.ban(20, 21, 22);
    await until('the others are told', () => (numbers('/hook').includes('10.0.0.22') ? true : undefined));
    assert.equal((await lab.statusOf('stuck')).waiting, 3);
    const silent = await until('the other fails', async () => {
      const status = await lab.statusOf('silent');
      return status.state === 'failing' ? status : undefined;
    });
    assert.match(silent.lastError ?? '', /127\.0\.0\.1:1 cannot be reached \(/);
  });

  test('a reload keeps what waits, and tells what is wrong with a file while the others go on', async () => {
    lab.configure('actions/stuck.conf', '[Action]\nType=command\nBann=/bin/true\n');
    lab.reload();
    const wrong = await until('it is wrong', async () => {
      const status = await lab.statusOf('stuck');
      return status.state === 'wrong' ? status : undefined;
    });
    assert.equal(wrong.waiting, 3);
    assert.match(lab.log, /stuck\.conf:3: there is no key "Bann".*did you mean Ban=\?/s);
    lab.ban(30);
    await until('the others are told', () => (numbers('/hook').includes('10.0.0.30') ? true : undefined));
    lab.configure('actions/stuck.conf', '[Action]\nType=command\nBan=/bin/true\n');
    lab.reload();
    await until('all of it is delivered', async () => {
      const { waiting, delivered } = await lab.statusOf('stuck');
      return waiting === 0 && delivered === 4 ? true : undefined;
    });
  });

  test('a program that fails is told of with what it said', async () => {
    writeFileSync(join(lab.folder, 'program.status'), '1');
    lab.ban(40);
    const failing = await until('it fails', async () => {
      const told = await lab.statusOf('told');
      return told.state === 'failing' ? told : undefined;
    });
    assert.equal(failing.lastError, 'Ban= ended with status 1: something is wrong');
    writeFileSync(join(lab.folder, 'program.status'), '0');
    await until('all is well', async () => ((await lab.statusOf('told')).state === 'ok' ? true : undefined));
  });

  test('a test goes through at once and says that it is one, or why it does not', async () => {
    await lab.control.test('hook', 'ban');
    const event = lab.sink.events('/hook').at(-1);
    assert.equal(event?.test, true);
    assert.match(event?.message ?? '', /^TEST: /);
    await assert.rejects(lab.control.test('silent', 'ban'), { code: 'ACTION_FAILED' });
    await assert.rejects(lab.control.test('no-such', 'ban'), { code: 'ACTION_UNKNOWN' });
  });

  test('ends when asked to, having run what is to be run at the end', async () => {
    assert.equal(await lab.stop(), 0);
    assert.match(readFileSync(join(lab.folder, 'program.log'), 'utf8'), /\nstop told *\n$/);
    await assert.rejects(lab.status(), { code: 'ACTIOND_NOT_RUNNING' });
  });
});
