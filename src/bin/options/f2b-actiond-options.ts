/** The command line of f2b-actiond(8). */
import { ACTIONS_RUNTIME } from '../../actions/control.js';
import { daemonCommand } from './daemon-command.js';

/** What the command line and the environment that systemd sets ask for. */
export interface ActiondOptions {
  readonly configDirectory: string;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  /** Journal files in this folder instead of this machine's journal. */
  readonly journalDirectory: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the command line; prints help or what is wrong with it and exits by itself (status 64). */
export function readActiondOptions(argv: readonly string[], version: string, environment: Environment): ActiondOptions {
  const program = daemonCommand(
    'f2b-actiond',
    'Tells others of bans: by mail, over HTTP, by running programs. It runs as f2b-actiond.service.',
    version,
  )
    .option('--state-directory <dir>', 'keep what waits here', environment['STATE_DIRECTORY'] ?? '/var/lib/f2b-actions')
    .option('--runtime-directory <dir>', 'put the socket here', environment['RUNTIME_DIRECTORY'] ?? ACTIONS_RUNTIME)
    .option('--journal-directory <dir>', "read the agent's events from journal files in this folder");
  program.parse([...argv]);
  const { journalDirectory, ...options } = program.opts<ActiondOptions>();
  return { ...options, journalDirectory };
}
