/**
 * Runs inside the namespaces of private-journald.ts, with its own users and programs too. For every shipped jail, a line
 * that its filter takes for a failure is written through the real journald: by the service, as the jail describes it, and
 * by all kinds of others. Prints whom the agent would have banned.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JailConfig } from '../../src/config/config.js';
import { findUser } from '../../src/host/find-user.js';
import { repository } from '../support/repository.js';
import { shippedJails, switchAllOn } from '../support/shipped-jails.js';
import { failureSample } from './failure-sample.js';
import { native, passing, stream, syslog, type Writer } from './jail-writers.js';
import { startJournald } from './private-journald.js';
import { unitGroup } from './unit-group.js';

/** What came of the line of one jail. */
export interface GuestResult {
  readonly jail: string;
  /** Undefined when no sample has one. */
  readonly line: string | undefined;
  /** Whose lines the agent took for the service's. */
  readonly banned: readonly string[];
  /** How many wrote it, and how many of these lines the journal has. */
  readonly tried: number;
  readonly written: number;
}

const STRANGER = 54_321;
const NOBODY = 65_534;

function must(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** Users that jails name and this machine does not have, from 700 on. */
function addUsers(): void {
  const lines = readFileSync('/etc/passwd', 'utf8').trimEnd().split('\n');
  const add = (name: string) => {
    if (!lines.some((line) => line.startsWith(`${name}:`)))
      lines.push(`${name}:x:${700 + lines.length}:65534::/nonexistent:/usr/sbin/nologin`);
    return 0;
  };
  shippedJails(add);
  writeFileSync('/run/passwd', `${lines.join('\n')}\n`);
  must('mount', '--bind', '/run/passwd', '/etc/passwd');
}

/** The programs that jails name are made of perl, which then writes as one of them would. */
function addPrograms(jails: readonly JailConfig[]): void {
  for (const folder of ['/run/upper', '/run/work']) mkdirSync(folder);
  must('mount', '-t', 'overlay', 'overlay', '-o', 'lowerdir=/usr,upperdir=/run/upper,workdir=/run/work', '/usr');
  for (const path of jails.flatMap((jail) => valuesOf(jail, '_EXE'))) {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync('/usr/bin/perl', path);
  }
}

function valuesOf({ journal: { matches } }: JailConfig, field: string): readonly string[] {
  return matches.filter((match) => match.startsWith(`${field}=`)).map((match) => match.slice(field.length + 1));
}

/** Everybody who writes the line, by what they are. */
function writersFor(jail: JailConfig): Readonly<Record<string, Writer>> {
  const unit = (jail.journal.units[0] ?? '').replaceAll('*', 'x');
  const uids = valuesOf(jail, '_UID').map(Number);
  const program = valuesOf(jail, '_EXE')[0] ?? '/usr/bin/perl';
  const others = program === '/usr/bin/perl' ? [] : uids;
  return {
    'the service': syslog({ unit, uid: uids[0] ?? 0, program }),
    'a user in its unit': syslog({ unit, uid: STRANGER }),
    'nobody in its unit': syslog({ unit, uid: NOBODY }),
    'a user in its unit who runs its program': syslog({ unit, uid: STRANGER, program }),
    'a user in its unit who claims other fields': native({ unit, uid: STRANGER }),
    'a user in its unit, on standard output': stream({ unit, uid: STRANGER }),
    'a user in its unit, gone at once': passing({ unit, uid: STRANGER }),
    'a user’s unit of the same name': syslog({ unit: `user@${STRANGER}.service/${unit}`, uid: STRANGER }),
    'root in another unit': syslog({ unit: 'cron.service', uid: 0, program }),
    ...Object.fromEntries(others.map((uid) => [`user ${uid} in its unit with another program`, syslog({ unit, uid })])),
  };
}

/** An address for each writer of each jail, of the network kept for measurements. */
function victim(jail: number, writer: number): string {
  return `198.18.${jail}.${writer + 1}`;
}

function bannedByAgent(configDirectory: string): ReadonlySet<string> {
  const options = ['--dry-run', '--until-idle', '--since=@0', '--state-directory', '/run/state'];
  const agent = [join(repository, 'dist/f2bd.js'), ...options, '--config-directory', configDirectory];
  const { status, stdout, stderr } = spawnSync(process.execPath, agent, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
  return new Set([...`${stdout}${stderr}`.matchAll(/banned (\S+) for/g)].map((match) => match[1] ?? ''));
}

addUsers();
const jails = shippedJails(findUser).filter(({ journal }) => journal.units.length > 0);
addPrograms(jails);
switchAllOn('/run/config', '[Ban]\nMaxRetry=1\n');
const journald = await startJournald('5'.repeat(32));
const samples = new Map(jails.map((jail) => [jail.name, failureSample(jail)]));
const written = new Map<string, number>();
for (const [index, jail] of jails.entries()) {
  const sample = samples.get(jail.name);
  if (sample === undefined) continue;
  const writers = Object.values(writersFor(jail));
  const groups = new Map(writers.map(({ unit }) => [unit, unitGroup(unit)]));
  const ends = await Promise.all(
    writers.map((writer, number) => writer.write(groups.get(writer.unit), sample(victim(index, number)))),
  );
  journald.sync();
  await Promise.all(ends.map((end) => end()));
  for (const group of groups.values()) group.remove();
  const found = spawnSync('journalctl', ['-o', 'cat', '--grep', `198\\.18\\.${index}\\.`], { encoding: 'utf8' });
  written.set(jail.name, found.stdout.trimEnd().split('\n').length);
}
const banned = bannedByAgent('/run/config');
await journald.stop();
const outcomes = jails.map((jail, index): GuestResult => {
  const names = Object.keys(writersFor(jail));
  return {
    jail: jail.name,
    line: samples.get(jail.name)?.('ADDRESS').message,
    banned: names.filter((_, number) => banned.has(victim(index, number))),
    tried: names.length,
    written: written.get(jail.name) ?? 0,
  };
});
process.stdout.write(JSON.stringify(outcomes));
