/** The command line of f2b-tail(8). */
import { daemonCommand } from './daemon-command.js';

/** What the command line asks for. */
export interface TailOptions {
  /** The instance of its unit, and the name of its configuration. */
  readonly name: string;
  readonly configDirectory: string;
}

/** Reads the command line; prints help or what is wrong with it and exits by itself (status 64). */
export function readTailOptions(argv: readonly string[], version: string): TailOptions {
  const program = daemonCommand(
    'f2b-tail',
    'Brings the lines of files into the systemd journal. It runs as f2b-tail@NAME.service.',
    version,
  ).argument('<name>', 'reads tail/NAME.conf');
  program.parse([...argv]);
  const [name = ''] = program.args;
  if (name.includes('/') || name.startsWith('.'))
    program.error('error: the name is one of a file in tail, without .conf');
  return { name, configDirectory: program.opts<{ configDirectory: string }>().configDirectory };
}
