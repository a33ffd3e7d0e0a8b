/** Prints how fast several programs go through the same entries, as a table for BENCHMARKS.md. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/repository.js';
import { benchCache } from './bench-journal.js';
import { loadText, machineText } from './machine-text.js';
import { type Measured, measure } from './measure.js';
import { sshdJournal } from './sshd-journal.js';

/** fail2ban-regex is given no more: it would take minutes. */
const FOR_FAIL2BAN = 50_000;
/** Lines of the log file for f2bctl test. */
const FILE_LINES = 1_000_000;
/**
 * Each program runs so often, in turns that change direction; the fastest run counts: what slows one down is other
 * work.
 */
const ROUNDS = 5;

const count = Number(process.argv[2]);
const fail2ban = join(benchCache, 'fail2ban');
const sshguard = join(benchCache, 'sshguard');

/** The entries as rsyslog writes them to a file, the first `limit` of them. */
function logFile(directory: string, limit: number): string {
  const path = join(benchCache, `sshd-${limit}-of-${count}.log`);
  if (existsSync(path)) return path;
  const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const lines = execFileSync('journalctl', ['-q', '-o', 'short', '-D', directory], options).split('\n');
  writeFileSync(path, `${lines.slice(0, limit).join('\n')}\n`);
  return path;
}

/** The same entries again and again, so many lines. */
function longLogFile(all: string, limit: number): string {
  const path = join(benchCache, `sshd-${limit}-lines.log`);
  if (existsSync(path)) return path;
  const times = Math.ceil(limit / count);
  const lines = readFileSync(all, 'utf8').repeat(times).split('\n').slice(0, limit);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

interface Contender {
  readonly title: string;
  readonly entries: number;
  readonly run: () => Promise<Measured>;
}

function contenders(directory: string): readonly Contender[] {
  const f2bctl = join(repository, 'dist', 'f2bctl.js');
  const few = Math.min(count, FOR_FAIL2BAN);
  const [all, some] = [logFile(directory, count), logFile(directory, few)];
  const test = [process.execPath, f2bctl, 'test', 'sshd', '--output', 'summary-json'];
  const jail = join(fail2ban, 'etc', 'fail2ban');
  const regex = join(fail2ban, 'usr', 'bin', 'fail2ban-regex');
  const python = ['env', `PYTHONPATH=${join(fail2ban, 'usr/lib/python3/dist-packages')}`, 'python3', regex];
  return [
    {
      title: '`f2bctl test sshd --journal`',
      entries: count,
      run: () => measure([...test, '--journal', '--directory', directory]),
    },
    {
      title: '`journalctl -o cat`',
      entries: count,
      run: () => measure(['journalctl', '-q', '-o', 'cat', '-D', directory], { isQuiet: true }),
    },
    {
      title: 'C, `sd_journal_get_data` of MESSAGE',
      entries: count,
      run: () => measure([join(repository, 'build', 'read-messages'), directory]),
    },
    {
      title: '`sshg-parser`, from a file',
      entries: count,
      run: () => measure([join(sshguard, 'usr/libexec/sshguard/sshg-parser')], { input: all, isQuiet: true }),
    },
    {
      title: '`f2bctl test sshd --file`',
      entries: FILE_LINES,
      run: () => measure([...test, '--file', longLogFile(all, FILE_LINES)]),
    },
    {
      title: '`fail2ban-regex`, from a file',
      entries: few,
      run: () => measure([...python, '-c', jail, some, join(jail, 'filter.d', 'sshd.conf')], { isQuiet: true }),
    },
  ];
}

/** One after the other in each round, so that all meet the same load. */
async function best(all: readonly Contender[]): Promise<ReadonlyMap<Contender, Measured>> {
  const fastest = new Map<Contender, Measured>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of round % 2 === 0 ? all : all.toReversed()) {
      if (round > 0 && contender.entries !== count) continue;
      const run = await contender.run();
      const before = fastest.get(contender);
      if (before === undefined || run.seconds < before.seconds) fastest.set(contender, run);
    }
  }
  return fastest;
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(results: ReadonlyMap<Contender, Measured>): string {
  const [ours] = [...results].map(([{ entries }, { seconds, processor }]) => ({
    wall: seconds / entries,
    processor: processor / entries,
  }));
  const rows = [...results].map(([{ title, entries }, { seconds, processor, memory }]) =>
    row([
      title,
      entries.toLocaleString('en'),
      seconds.toFixed(2),
      processor.toFixed(2),
      Math.round(entries / seconds).toLocaleString('en'),
      (seconds / entries / (ours?.wall ?? 1)).toFixed(2),
      (processor / entries / (ours?.processor ?? 1)).toFixed(2),
      memory.toFixed(0),
    ]),
  );
  const head = [
    'program',
    'entries',
    'wall, s',
    'processor, s',
    'entries/s',
    'wall per entry, f2bctl = 1',
    'processor per entry, f2bctl = 1',
    'peak memory, MB',
  ];
  return [row(head), row(head.map((_, at) => (at === 0 ? ':--' : '--:'))), ...rows].join('\n');
}

/** What is to be reached, in one line each. */
function verdicts(results: ReadonlyMap<Contender, Measured>): string {
  const of = (title: string) => {
    const found = [...results].find(([contender]) => contender.title.includes(title));
    if (found === undefined) throw new Error(`nothing was measured for ${title}`);
    const [{ entries }, { seconds, memory }] = found;
    return { seconds, memory, rate: entries / seconds };
  };
  const [ours, journalctl, regex] = [of('--journal'), of('journalctl'), of('fail2ban-regex')];
  return [
    `wall time of \`f2bctl test --journal\` : journalctl = ${(ours.seconds / journalctl.seconds).toFixed(2)} (at most 0.50)`,
    `rate of \`f2bctl test --journal\` : fail2ban-regex = ${(ours.rate / regex.rate).toFixed(0)} (at least 25)`,
    `peak memory ${ours.memory.toFixed(0)} MB (below 250); with --file ${of('--file').memory.toFixed(0)} MB`,
  ].join('\n');
}

const directory = await sshdJournal(count);
const results = await best(contenders(directory));
console.log(`${machineText()},`);
console.log(`load ${loadText()} from other work and this; best of ${ROUNDS} rounds.\n`);
console.log(table(results));
console.log(`\n${verdicts(results)}`);
for (const { output } of [...results.values()].slice(0, 1)) console.log(`\nf2bctl: ${output.trim()}`);
