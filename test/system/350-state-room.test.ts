/**
 * The agent on a real file system that has no room, cannot be written, or holds a damaged state when it starts: it
 * guards all the same, says so, and stores everything once it can, as if nothing had been wrong.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { repository } from '../support/repository.js';
import { eventually } from './lab.js';
import { cannotMakeJournals, makeJournal, type SshEntry } from './ssh-journal.js';

const skip = process.getuid?.() === 0 ? cannotMakeJournals : 'needs root to mount a small file system';
const SECOND = 1_000_000;
const now = Math.floor(Date.now() / 1000) * SECOND;

/** The n-th failure, some seconds ago. */
function failure(address: string, n: number): SshEntry {
  return { at: now - 200 * SECOND + n * SECOND, message: `Failed password for root from ${address} port 4711 ssh2` };
}

/** What an earlier run has seen: one ban, and three failures of another address. */
const before = [1, 2, 3, 4, 5]
  .map((n) => failure('203.0.113.1', n))
  .concat([6, 7, 8].map((n) => failure('203.0.113.2', n)));
/** What comes while nothing can be stored: two more of these, which ban it, and somebody else. */
const meanwhile = [9, 10].map((n) => failure('203.0.113.2', n)).concat([11, 12].map((n) => failure('203.0.113.3', n)));

class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), `f2b-room-${process.pid}-`));
  readonly disk = join(this.#folder, 'disk');
  readonly state = join(this.disk, 'f2b');
  #agent: ChildProcess | undefined;
  told = '';

  constructor(t: TestContext) {
    for (const name of ['disk', 'config/units']) mkdirSync(join(this.#folder, name), { recursive: true });
    makeJournal(join(this.#folder, 'journal'), before);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'f2b-room', this.disk]);
    t.after(() => {
      this.#agent?.kill('SIGKILL');
      execFileSync('umount', ['--lazy', this.disk]);
      rmSync(this.#folder, { recursive: true });
    });
  }

  mount(...options: readonly string[]): void {
    execFileSync('mount', ['-o', `remount,${options.join(',')}`, this.disk]);
  }

  fill(): void {
    const ballast = Buffer.alloc(4096);
    assert.throws(() => {
      for (;;) writeFileSync(join(this.disk, 'ballast'), ballast, { flag: 'a' });
    }, /ENOSPC/);
  }

  /** More entries, as journald would append them. */
  log(entries: readonly SshEntry[]): void {
    makeJournal(join(this.#folder, 'journal'), entries);
  }

  start(): void {
    this.told = '';
    const agent = spawn(process.execPath, this.#command(this.state), {
      env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent' },
    });
    agent.stderr.on('data', (text: Buffer) => {
      this.told += text.toString();
    });
    this.#agent = agent;
  }

  /** Waits until it has told of this. */
  says(wanted: RegExp): Promise<void> {
    return eventually(() => assert.match(this.told, wanted), 60);
  }

  async kill(): Promise<void> {
    const agent = this.#agent;
    if (agent === undefined || agent.exitCode !== null) assert.fail(`the agent has ended: ${this.told}`);
    agent.kill('SIGKILL');
    await once(agent, 'exit');
  }

  /** Reads to the end; what is stored then. */
  finish(state = this.state): string {
    execFileSync(process.execPath, [...this.#command(state), '--until-idle'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const command = [join(repository, 'dist/f2bctl.js'), 'state', 'export', '--state-directory', state];
    return execFileSync(process.execPath, command, { encoding: 'utf8' });
  }

  /** What a machine with room would have stored. */
  wanted(): string {
    return this.finish(join(this.#folder, 'quiet'));
  }

  #command(state: string): readonly string[] {
    const folders = ['journal', 'config'].flatMap((name) => [`--${name}-directory`, join(this.#folder, name)]);
    return [join(repository, 'dist/f2bd.js'), '--dry-run', ...folders, '--state-directory', state];
  }
}

/** A run that is killed, so that the latest of its state is in the log. */
async function earlierRun(machine: Machine): Promise<void> {
  machine.start();
  await machine.says(/banned 203\.0\.113\.1 /);
  await machine.says(/following the journal/);
  await machine.kill();
}

interface Trouble {
  readonly name: string;
  readonly hinder: (machine: Machine) => Promise<void>;
  readonly says: RegExp;
  readonly mend: (machine: Machine) => void;
}

const troubles: readonly Trouble[] = [
  {
    name: 'there is no room, and no state yet',
    hinder: async (machine) => {
      mkdirSync(machine.state, { mode: 0o700 });
      machine.fill();
    },
    says: /no space is left for the state/,
    mend: ({ disk }) => rmSync(join(disk, 'ballast')),
  },
  {
    name: 'there is no room beside the state',
    hinder: async (machine) => {
      await earlierRun(machine);
      rmSync(join(machine.state, 'state.sqlite-shm'));
      machine.fill();
    },
    says: /no space is left for the state/,
    mend: ({ disk }) => rmSync(join(disk, 'ballast')),
  },
  {
    name: 'the file system is read-only',
    hinder: async (machine) => {
      await earlierRun(machine);
      rmSync(join(machine.state, 'state.sqlite-shm'));
      machine.mount('ro');
    },
    says: /the state cannot be written/,
    mend: (machine) => machine.mount('rw'),
  },
  {
    name: 'the directory cannot be made',
    hinder: async (machine) => machine.mount('ro'),
    says: /the state cannot be opened/,
    mend: (machine) => machine.mount('rw'),
  },
];

for (const { name, hinder, says, mend } of troubles) {
  test(`when ${name}, the agent starts, decides, and stores it all once, position and decisions together`, {
    skip,
  }, async (t) => {
    const machine = new Machine(t);
    await hinder(machine);
    machine.start();
    await machine.says(says);
    await machine.says(/following the journal/);
    machine.log(meanwhile);
    await machine.says(/banned 203\.0\.113\.2 /);
    mend(machine);
    await machine.says(/resolved: /);
    await machine.kill();
    assert.equal(machine.finish(), machine.wanted());
  });
}

test('a damaged state on a full disk is read as far as it goes, and nothing of it is touched before there is room', {
  skip,
}, async (t) => {
  const machine = new Machine(t);
  await earlierRun(machine);
  machine.finish();
  const path = join(machine.state, 'state.sqlite');
  // A page that nothing refers to is found by the check only.
  truncateSync(path, statSync(path).size + 4096);
  const file = await open(path, 'r+');
  await file.write(Buffer.from([0, 0, 0, statSync(path).size / 4096]), 0, 4, 28);
  await file.close();
  machine.fill();
  const { ino, mtimeMs } = statSync(path);
  machine.start();
  await machine.says(/following the journal/);
  machine.log(meanwhile);
  await machine.says(/banned 203\.0\.113\.2 /);
  assert.deepEqual([statSync(path).ino, statSync(path).mtimeMs], [ino, mtimeMs]);
  rmSync(join(machine.disk, 'ballast'));
  await machine.says(/resolved: /);
  await machine.says(/set aside as/);
  await machine.kill();
  assert.ok(existsSync(`${path}.damaged-1`));
  assert.equal(machine.finish(), machine.wanted());
});
