/** kill -9 of f2b-actiond at random moments: nothing is lost, and what comes twice says so by its id. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missingJournalRemote } from '../support/journal-files.js';
import { sleep, until } from '../support/process.js';
import { ActionsLab, addressOf } from './actions-lab.js';

const KILLS = Number(process.env['F2B_KILLS'] ?? 3);
const EACH = 40;
const BATCH = 10;

/** Writes the id and the address of each run, in one write. */
const PROGRAM = `#!/bin/sh
echo "$F2B_ID $F2B_ADDRESS" >>"$0.log"
`;

interface Told {
  readonly id: string;
  readonly address: string | undefined;
}

/** All were told, in order, whatever was told again. */
function checkTold(told: readonly Told[], wanted: readonly string[]): void {
  const firsts = new Map(told.map(({ id, address }) => [id, address]));
  assert.deepEqual([...firsts.values()], wanted);
}

describe('f2b-actiond', { skip: missingJournalRemote ?? false }, () => {
  let lab: ActionsLab;
  before(() => {
    lab = new ActionsLab();
  });
  after(() => lab.remove());

  test('loses nothing though it is killed again and again, and tells everything in order', async () => {
    const url = await lab.sink.listen();
    const program = join(lab.folder, 'program');
    writeFileSync(program, PROGRAM, { mode: 0o755 });
    lab.action('hook', `Type=webhook\nURL=${url}/hook\nBatch=${BATCH}`);
    lab.action('run', `Type=command\nBan=${program}`);
    lab.ban(0);
    await lab.start();
    for (let kill = 0; kill < KILLS; kill += 1) {
      lab.sink.manner = kill % 2 === 0 ? 200 : 'cut';
      lab.ban(...Array.from({ length: EACH }, (_, n) => 1 + kill * EACH + n));
      await sleep(Math.random() * 0.4);
      await lab.stop('SIGKILL');
      lab.sink.manner = 200;
      await lab.start();
    }
    const isOver = async () => {
      const status = await lab.status();
      const position = 1 + KILLS * EACH;
      const isTold = lab.sink.events('/hook').some(({ address }) => address === addressOf(position - 1).text);
      return isTold && status.every(({ waiting }) => waiting === 0) ? true : undefined;
    };
    await until('nothing waits', isOver, 180);
    const wanted = Array.from({ length: 1 + KILLS * EACH }, (_, n) => addressOf(n).text);
    const hooked = lab.sink.events('/hook').map(({ id, address }) => ({ id, address }));
    checkTold(hooked, wanted);
    const lines = readFileSync(`${program}.log`, 'utf8').trimEnd().split('\n');
    const run = lines.map((line) => ({ id: line.split(' ')[0] ?? '', address: line.split(' ')[1] }));
    checkTold(run, wanted);
    // One is under way at a time, so each kill makes one come twice.
    assert.ok(run.length - wanted.length <= KILLS, `${run.length} for ${wanted.length}`);
    assert.equal(await lab.stop(), 0);
  });
});
