/** The command line of f2bd(8). */
import { InvalidArgumentError } from 'commander';
import { parseTime } from '../../text/parse-time.js';
import { localZone } from '../../text/zone.js';
import { daemonCommand } from './daemon-command.js';

/** What the command line asks for. */
export interface Options {
  readonly configDirectory: string;
  readonly stateDirectory: string;
  readonly journalDirectory: string | undefined;
  /** µs since the epoch. */
  readonly since: number | undefined;
  readonly untilIdle: boolean;
  readonly dryRun: boolean;
  readonly check: boolean;
  /** Whether what was checked is told as JSON. */
  readonly json: boolean;
  /** Files of jails that are not in force, to be checked. */
  readonly files: readonly string[];
}

/** Reads the command line; prints help or what is wrong with it and exits by itself (status 64). */
export function readOptions(argv: readonly string[], version: string, environment: NodeJS.ProcessEnv): Options {
  const program = daemonCommand(
    'f2bd',
    'Bans attackers seen in the systemd journal, through firewalld or nftables.',
    version,
  )
    .option('--state-directory <dir>', 'keep the state here', environment['STATE_DIRECTORY'] ?? '/var/lib/f2b')
    .option('--journal-directory <dir>', 'read these journal files instead of the system journal')
    .option('--since <time>', 'where to start when no position is saved yet, like "yesterday" or -2h', (text) =>
      instant(text, environment),
    )
    .option('--until-idle', 'read to the end of the journal, then exit')
    .option('--dry-run', 'decide and record, but touch no firewall')
    .option('--check', 'check the configuration, then exit')
    .option('--json', 'with --check: tell all that was found in one JSON object')
    .argument('[file...]', 'with --check: files of jails, checked as if they were in force');
  program.parse([...argv]);
  const { untilIdle = false, dryRun = false, check = false, json = false, ...given } = program.opts<Given>();
  const { journalDirectory, since } = given;
  if (program.args.length > 0 && !check) program.error('error: files are named with --check alone');
  if (json && !check) program.error('error: --json goes with --check alone');
  return { ...given, files: program.args, journalDirectory, since, untilIdle, dryRun, check, json };
}

/** What commander gives: only these two are there when they were not asked for. */
type Given = Pick<Options, 'configDirectory' | 'stateDirectory'> & Partial<Options>;

function instant(text: string, environment: NodeJS.ProcessEnv): number {
  const at = parseTime(text, Date.now() * 1_000, localZone(environment['TZ']));
  if (at === undefined) throw new InvalidArgumentError('Write it like 2026-01-31 12:00, yesterday, -2h or @SECONDS.');
  return at;
}
