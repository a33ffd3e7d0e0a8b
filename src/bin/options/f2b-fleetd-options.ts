/** The command line of f2b-fleetd(8). */
import { daemonCommand } from './daemon-command.js';

export interface FleetdOptions {
  readonly configDirectory: string;
  readonly stateDirectory: string;
  /** Journal files elsewhere than this machine's own. */
  readonly journalDirectory: string | undefined;
  /** Says what is wrong with the configuration, and ends. */
  readonly check: boolean;
}

/** Reads the command line; prints help or what is wrong with it and exits by itself (status 64). */
export function readFleetdOptions(argv: readonly string[], version: string): FleetdOptions {
  const program = daemonCommand(
    'f2b-fleetd',
    'Tells other hosts whom this one bans, and bans whom they ban. It runs as f2b-fleetd.service.',
    version,
  )
    .option('--state-directory <dir>', 'keep the state here', '/var/lib/f2b-fleet')
    .option('--journal-directory <dir>', 'follow the journal files here, instead of this machine’s')
    .option('--check', 'say what is wrong with the configuration, and end', false);
  program.parse([...argv]);
  const { configDirectory, stateDirectory, journalDirectory, check } = program.opts<{
    configDirectory: string;
    stateDirectory: string;
    journalDirectory?: string;
    check: boolean;
  }>();
  return { configDirectory, stateDirectory, journalDirectory, check };
}
