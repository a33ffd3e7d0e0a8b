/**
 * Prints what the agent takes to read a journal to its end, durable state and events included, beside journalctl and
 * fail2ban-server on the same files: the first table of BENCHMARKS.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../support/repository.js';
import { launchEnvironment, launchOptions } from './agent-process.js';
import { type BenchJail, type CatchUp, catchUps } from './catch-up-journals.js';
import { measureFail2ban } from './fail2ban-server.js';
import { loadText, machineText } from './machine-text.js';
import { type Measured, measure } from './measure.js';

/** Each runs so often, in turns; the run with the least processor time counts. fail2ban runs once. */
const ROUNDS = 3;

const count = Number(process.argv[2]);

const program = (name: string) => join(repository, 'dist', name);

/** In place of the shipped jail of sshd, and beside it. Nothing is too old to count, as for fail2ban. */
function configure(folder: string, jails: readonly BenchJail[]): string {
  const config = join(folder, 'config');
  mkdirSync(join(config, 'units'), { recursive: true });
  writeFileSync(join(config, 'f2bd.conf'), '');
  for (const { filter, unit } of jails) {
    const text = `[Jail]\nEnabled=yes\nFilter=${filter}\n[Journal]\nUnit=${unit}\n[Ban]\nMaxRetry=5\nFindTime=1y\nBanTime=20y\nUseDNS=no\n`;
    writeFileSync(join(config, 'units', `${unit}.conf`), text);
  }
  return config;
}

async function measureAgent(journal: string, jails: readonly BenchJail[]): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-bench-'));
  try {
    const places = ['--state-directory', join(folder, 'state'), '--journal-directory', journal];
    const config = ['--config-directory', configure(folder, jails)];
    const options = ['--dry-run', '--until-idle', ...places, ...config];
    const env = launchEnvironment();
    return await measure(['node', ...launchOptions(), program('f2bd.js'), ...options], { isQuiet: true, env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Contender {
  readonly title: string;
  readonly rounds: number;
  readonly run: () => Promise<Measured>;
}

function contenders(journal: string, jails: readonly BenchJail[]): readonly Contender[] {
  const place = ['--journal', '--directory', journal];
  const test = [process.execPath, program('f2bctl.js'), 'test', 'sshd', '--output', 'summary-json', ...place];
  const journalctl = ['journalctl', '-q', '-o', 'cat', '-D', journal];
  return [
    { title: '`journalctl -o cat`', rounds: ROUNDS, run: () => measure(journalctl, { isQuiet: true }) },
    { title: '`f2bctl test sshd --journal`', rounds: ROUNDS, run: () => measure(test, { isQuiet: true }) },
    { title: '**`f2bd --dry-run --until-idle`**', rounds: ROUNDS, run: () => measureAgent(journal, jails) },
    { title: 'fail2ban-server', rounds: 1, run: () => measureFail2ban(journal, jails) },
  ];
}

/** In turns that change direction, so that all meet the same load. */
async function measureAll(all: readonly Contender[]): Promise<ReadonlyMap<Contender, Measured>> {
  const best = new Map<Contender, Measured>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of round % 2 === 0 ? all : all.toReversed()) {
      if (round >= contender.rounds) continue;
      const run = await contender.run();
      const before = best.get(contender);
      if (before === undefined || run.processor < before.processor) best.set(contender, run);
    }
  }
  return new Map(all.flatMap((contender) => [...best].filter(([one]) => one === contender)));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

async function printRows({ title, jails, journal }: CatchUp): Promise<void> {
  const results = await measureAll(contenders(await journal(count), jails));
  const [first] = results.values();
  for (const [contender, { seconds, processor, memory }] of results) {
    const times = [seconds.toFixed(2), processor.toFixed(2)];
    const ratios = [seconds / (first?.seconds ?? 1), processor / (first?.processor ?? 1)].map((ratio) =>
      ratio.toFixed(1),
    );
    console.log(row([title, contender.title, ...times, ...ratios, memory.toFixed(0)]));
  }
}

console.log(`${machineText()},`);
console.log(`${count.toLocaleString('en')} entries each, load ${loadText()} at the start.\n`);
const head = [
  'journal',
  'program',
  'wall, s',
  'processor, s',
  'wall, journalctl = 1',
  'processor, journalctl = 1',
  'peak memory of its own, MB',
];
console.log(row(head));
console.log(row(head.map((_, at) => (at < 2 ? ':--' : '--:'))));
for (const catchUp of catchUps) await printRows(catchUp);
console.log(`\nload ${loadText()} at the end`);
