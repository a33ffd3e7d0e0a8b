/**
 * Real agents with state directories of their own in one network namespace, where one alone changes the firewall: a
 * second one's comparison would take the first one's bans out of it.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { repository } from '../support/repository.js';
import { eventually, Lab, labObstacle } from './lab.js';
import { elements } from './nft-lab.js';
import { cannotMakeJournals, makeJournal } from './ssh-journal.js';

const skip = labObstacle() ?? cannotMakeJournals;
const [FIRST, SECOND, THIRD] = ['203.0.113.1', '203.0.113.2', '203.0.113.3'];
const NOBODY = 65_534;
/** In Perl, as Node.js cannot. */
const SQUAT = `socket(S, AF_UNIX, SOCK_STREAM, 0) or die $!;
bind(S, pack("S a*", AF_UNIX, "\\0org.f2b.enforcer")) or die $!;
listen(S, 1) or die $!;
$| = 1;
print "listening\\n";
sleep 600;`;

let lab: Lab;
let folder = '';
let agents = 0;
const programs: Program[] = [];
before(async () => {
  if (skip === false) lab = await Lab.create({ firewalld: false });
  folder = mkdtempSync(join(tmpdir(), `f2b-one-${process.pid}-`));
  writeFileSync(join(folder, 'f2bd.conf'), '[Agent]\nFirewall=nftables\n');
});
afterEach(async () => {
  for (const program of programs.splice(0)) await program.end('SIGKILL');
});
after(async () => {
  await lab?.remove();
  rmSync(folder, { recursive: true });
});

/** A program on the lab's host. */
class Program {
  readonly #child: ChildProcess;
  told = '';

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const all = ['netns', 'exec', lab.hostNamespace, ...command];
    this.#child = spawn('ip', all, { env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: lab.bus.address, ...env } });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (text: Buffer) => {
        this.told += text.toString();
      });
    programs.push(this);
  }

  get pid(): number {
    return this.#child.pid ?? assert.fail('it did not start');
  }

  says(wanted: RegExp): Promise<void> {
    return eventually(() => assert.match(this.told, wanted), 60);
  }

  /** Its exit status, once it has ended by itself. */
  async status(): Promise<number | null> {
    await eventually(() => assert.ok(this.#isOver, `it still runs: ${this.told}`), 60);
    return this.#child.exitCode;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#isOver) return;
    const over = once(this.#child, 'exit');
    this.#child.kill(signal);
    await over;
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** An agent in whose journal this address has just failed five times. It looks at everything twice a second. */
function agentThatBans(address: string, ...options: readonly string[]): Program {
  agents += 1;
  const journal = join(folder, `journal-${agents}`);
  const at = (Math.floor(Date.now() / 1000) - 60) * 1_000_000;
  const message = `Failed password for root from ${address} port 4711 ssh2`;
  makeJournal(
    journal,
    [1, 2, 3, 4, 5].map((n) => ({ at: at + n, message })),
  );
  const state = join(folder, `state-${agents}`);
  mkdirSync(state);
  const folders = ['--config-directory', folder, '--journal-directory', journal, '--state-directory', state];
  const program = join(repository, 'dist/f2bd.js');
  return new Program([process.execPath, program, ...folders, ...options], { WATCHDOG_USEC: '1000000' });
}

const holdsOnly = (address: string) => eventually(() => assert.deepEqual(elements(lab), [address]), 60);

test('a second agent is refused while the first one runs, and takes its place once that was killed', {
  skip,
}, async () => {
  const first = agentThatBans(FIRST);
  await holdsOnly(FIRST);

  const second = agentThatBans(SECOND);
  assert.equal(await second.status(), 75);
  assert.match(second.told, new RegExp(`another f2bd bans in this network namespace: process ${first.pid}\n`));
  assert.match(second.told, /hint: one is enough/);
  await holdsOnly(FIRST);
  const looking = agentThatBans(THIRD, '--dry-run', '--until-idle', '--since=-1h');
  assert.equal(await looking.status(), 0);
  await holdsOnly(FIRST);

  await first.end('SIGKILL');
  const next = agentThatBans(SECOND);
  await holdsOnly(SECOND);
  await next.end('SIGTERM');
  assert.equal(await next.status(), 0);
  agentThatBans(THIRD);
  await holdsOnly(THIRD);
});

test('an ordinary user who keeps the name keeps nobody from guarding, and is told of', { skip }, async () => {
  const user = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  const squatter = new Program([...user, 'perl', '-MSocket', '-e', SQUAT]);
  await squatter.says(/listening/);

  const agent = agentThatBans(FIRST);
  await holdsOnly(FIRST);
  await agent.says(new RegExp(`process ${squatter.pid} of the user ${NOBODY} keeps the name @org.f2b.enforcer`));
  await squatter.end('SIGKILL');
  await agent.says(/resolved: .*it alone bans/);
  const second = agentThatBans(SECOND);
  assert.equal(await second.status(), 75);
  await holdsOnly(FIRST);
});
