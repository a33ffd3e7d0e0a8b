/** Runs inside the namespaces of private-journald.ts: f2b-tail is killed again and again while its files are rotated. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { libraryPath } from '../support/journal-files.js';
import { repository } from '../support/repository.js';
import { TailedLog } from '../support/tailed-log.js';
import { startJournald } from './private-journald.js';
import { unitGroup } from './unit-group.js';

const UNIT = 'f2b-tail@web.service';
const KILLS = 20;
const library = openLibrary(libraryPath);

/** Numbers from 0 to below `end`, the same ones for a seed. */
function randomOf(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * end);
  };
}

/** The messages of the unit that are lines of that file. */
function linesOf(path: string): string[] {
  const matches = [[`_SYSTEMD_UNIT=${UNIT}`, `F2B_FILE=${path}`]];
  const journal = openJournal({ library, matches, fields: ['MESSAGE'] });
  const found: string[] = [];
  for (let batch = journal.read(1000); batch.length > 0; batch = journal.read(1000)) {
    found.push(...batch.map(({ fields }) => fields['MESSAGE'] ?? ''));
  }
  journal.close();
  return found.filter((message) => / line \d+$/.test(message));
}

/** False when it did not come true within three minutes. */
async function until(condition: () => boolean): Promise<boolean> {
  const last = performance.now() + 180_000;
  while (!condition()) {
    if (performance.now() > last) return false;
    await sleep(100);
  }
  return true;
}

const acts = ['rename', 'reopen', 'copyTruncate', 'begin', 'reopen'] as const;

async function killed(seed: number) {
  const random = randomOf(seed);
  const journald = await startJournald('1'.repeat(32));
  const folder = '/run/logs';
  mkdirSync(folder);
  mkdirSync('/run/config/tail', { recursive: true });
  writeFileSync('/run/config/tail/web.conf', `[Tail]\nFile=${folder}/*.log\n`);
  const logs = ['web', 'ftp'].map((name) => new TailedLog(join(folder, `${name}.log`), name));
  const group = unitGroup(UNIT);
  const command = `${process.execPath} ${join(repository, 'dist/f2b-tail.js')} --config-directory /run/config web`;
  const start = (): ChildProcess => group.start(command);
  const kill = async (tail: ChildProcess) => {
    const ended = once(tail, 'exit');
    tail.kill('SIGKILL');
    await ended;
  };
  const write = () => {
    for (const log of logs) {
      for (let n = random(80); n > 0; n--) log.write();
      if (random(2) === 0) log[acts[random(acts.length)] ?? 'begin']();
    }
  };
  let tail = start();
  const marks = () => {
    const journal = openJournal({ library, matches: [[`_SYSTEMD_UNIT=${UNIT}`, 'F2B_MARK=begun']], fields: [] });
    const { length } = journal.read(1000);
    journal.close();
    return length;
  };
  if (!(await until(() => marks() > 0))) throw new Error('the files were not followed within three minutes');
  for (let kills = 0; kills < KILLS; kills++) {
    const isStalled = random(4) === 0;
    if (isStalled) journald.pause();
    for (let writes = random(6); writes >= 0; writes--) {
      write();
      await sleep(random(120));
    }
    await kill(tail);
    if (isStalled) journald.resume();
    write();
    tail = start();
    await sleep(random(1500));
  }
  const all = logs.reduce((sum, { lines }) => sum + lines.length, 0);
  // What is missing by then is seen by the test.
  await until(() => logs.reduce((sum, { path }) => sum + linesOf(path).length, 0) >= all);
  // What would be sent twice comes now.
  await sleep(500);
  await kill(tail);
  journald.sync();
  const files = logs.map(({ path, lines }) => ({ written: lines, found: linesOf(path) }));
  await journald.stop();
  group.remove();
  return files;
}

process.stdout.write(JSON.stringify(await killed(Number(process.argv[2]))));
