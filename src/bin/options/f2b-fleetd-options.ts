/** The command line of f2b-fleetd(8). */
import { Command } from 'commander';

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
  const program = new Command('f2b-fleetd')
    .description('Tells other hosts whom this one bans, and bans whom they ban. It runs as f2b-fleetd.service.')
    .version(`f2b-fleetd ${version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('hint: see f2b-fleetd --help')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'f2b-fleetd: ')) })
    .option('--config-directory <dir>', 'read the configuration here', '/etc/f2b')
    .option('--state-directory <dir>', 'keep the state here', '/var/lib/f2b-fleet')
    .option('--journal-directory <dir>', 'follow the journal files here, instead of this machine’s')
    .option('--check', 'say what is wrong with the configuration, and end', false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 64));
  program.parse([...argv]);
  const { configDirectory, stateDirectory, journalDirectory, check } = program.opts<{
    configDirectory: string;
    stateDirectory: string;
    journalDirectory?: string;
    check: boolean;
  }>();
  return { configDirectory, stateDirectory, journalDirectory, check };
}
