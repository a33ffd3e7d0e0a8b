import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLogFiles } from '../../src/host/files/log-files.js';
import { openLibrary } from '../../src/journal/native.js';
import { BEGUN, lineEntry, markEntry, placeEntry } from '../../src/tail/entries.js';
import { Follower } from '../../src/tail/follower.js';
import { createSender } from '../../src/tail/sender.js';
import { libraryPath } from '../support/journal-files.js';
import '../support/seed.js';
import { JournalOfPlaces } from '../support/journal-of-places.js';
import { TailedLog } from '../support/tailed-log.js';

const { nextData } = openLibrary(libraryPath);

/** Each of them writes files; more than a thousand take minutes. */
const RUNS = Math.min(1000, Number(process.env['F2B_RUNS'] ?? 200));

class Killed extends Error {}

/** Followers of the same files, one after the other, and the journal that outlives them. */
class Runs {
  readonly journal = new JournalOfPlaces();
  readonly warnings: string[] = [];
  /** What else happens, one of it after each entry. */
  readonly during: (() => void)[] = [];
  /** So much later than it is everything takes place, µs. */
  ahead = 0;
  readonly #patterns: readonly string[];
  #follower: Follower | undefined;
  /** So many more entries can be sent before it is killed. */
  #left = Number.POSITIVE_INFINITY;

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns;
  }

  #start(): Follower {
    let refusals = 0;
    const write = (lines: readonly string[]) => {
      // journald has no room now and then.
      refusals += 1;
      if (refusals % 7 === 0) return false;
      if (this.#left === 0) throw new Killed();
      this.#left -= 1;
      this.journal.add(lines);
      this.during.shift()?.();
      return true;
    };
    const send = createSender(write, () => Promise.resolve());
    return new Follower({
      patterns: this.#patterns,
      lineMax: 1000,
      files: createLogFiles(nextData),
      places: this.journal,
      since: this.journal.begunAt() ?? this.journal.now(),
      now: () => this.journal.now() + this.ahead,
      warn: (text) => this.warnings.push(text),
      watch: () => false,
      send: (sent) => send(lineEntry(sent)),
      keep: (place) => send(placeEntry(place)),
    });
  }

  async look(): Promise<void> {
    const isFirst = this.#follower === undefined;
    this.#follower ??= this.#start();
    await this.#follower.look(true);
    if (isFirst) this.journal.add(markEntry(BEGUN));
  }

  /** It is killed after so many entries more, or when all is sent. */
  async lookAndDie(entries: number): Promise<void> {
    this.#left = entries;
    await this.look().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    this.#left = Number.POSITIVE_INFINITY;
    this.#follower?.close();
    this.#follower = undefined;
  }

  close(): void {
    this.#follower?.close();
  }
}

const acts = ['write', 'begin', 'rename', 'reopen', 'copyTruncate'] as const;

const act = fc.record({ log: fc.nat(1), act: fc.constantFrom(...acts, 'write', 'write', 'reopen') });

const step = fc.oneof(
  { weight: 8, arbitrary: act },
  { weight: 2, arbitrary: fc.record({ during: fc.array(act, { maxLength: 12 }) }) },
  { weight: 3, arbitrary: fc.constant('look' as const) },
  { weight: 2, arbitrary: fc.record({ dieAfter: fc.nat(6) }) },
);

test('whatever is written, rotated and killed, each line is in the journal once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'f2b-tail-'));
      const logs = ['web', 'ftp'].map((name) => new TailedLog(join(folder, `${name}.log`), name));
      const runs = new Runs([join(folder, '*.log')]);
      try {
        await runs.look();
        for (const one of steps) {
          if (one === 'look') await runs.look();
          else if ('during' in one) runs.during.push(...one.during.map((each) => () => logs[each.log]?.[each.act]()));
          else if ('dieAfter' in one) await runs.lookAndDie(one.dieAfter);
          else logs[one.log]?.[one.act]();
        }

        await runs.look();
        runs.during.length = 0;
        await runs.look();
        assert.deepEqual(runs.warnings, []);
        for (const log of logs) assert.deepEqual(runs.journal.linesOf(log.path).toSorted(byNumber), log.lines);
      } finally {
        runs.close();
        for (const log of logs) log.close();
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: RUNS },
  );
});

function byNumber(a: string, b: string): number {
  return Number(a.replace(/.* /, '')) - Number(b.replace(/.* /, ''));
}

test('a file that is filled and truncated again while its copy is read loses nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-tail-'));
  const log = new TailedLog(join(folder, 'web.log'), 'web');
  const runs = new Runs([log.path]);
  try {
    await runs.look();
    for (let n = 0; n < 3; n++) log.write();
    await runs.look();
    log.write();
    log.write();
    log.copyTruncate();
    log.write();
    runs.during.push(
      () => log.copyTruncate(),
      () => log.write(),
    );
    await runs.look();
    await runs.look();
    assert.deepEqual(runs.journal.linesOf(log.path).toSorted(byNumber), log.lines);
  } finally {
    runs.close();
    log.close();
    rmSync(folder, { recursive: true });
  }
});

test('whoever makes thousands of files holds up no log that is followed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-tail-'));
  const log = new TailedLog(join(folder, 'web.log'), 'web');
  const runs = new Runs([join(folder, '*.log')]);
  try {
    await runs.look();
    const others = Array.from({ length: 40 }, (_, n) => new TailedLog(join(folder, `${n}.log`), `${n}`));
    for (const other of others) {
      other.write();
      other.close();
    }
    const pass = () => {
      runs.ahead += 1_000_000;
    };
    runs.during.push(() => log.write(), ...others.map(() => pass));
    await runs.look();
    const told = runs.journal.paths();
    assert.deepEqual(runs.journal.linesOf(log.path), ['web line 0']);
    assert.ok(told.lastIndexOf(log.path) < 10 && told.length > others.length, told.join());
  } finally {
    runs.close();
    log.close();
    rmSync(folder, { recursive: true });
  }
});
