/** The command line of f2b-tail(8). */
import { Command } from 'commander';

/** What the command line asks for. */
export interface TailOptions {
  /** The instance of its unit, and the name of its configuration. */
  readonly name: string;
  readonly configDirectory: string;
}

/** Reads the command line; prints help or what is wrong with it and exits by itself (status 64). */
export function readTailOptions(argv: readonly string[], version: string): TailOptions {
  const program = new Command('f2b-tail')
    .description('Brings the lines of files into the systemd journal. It runs as f2b-tail@NAME.service.')
    .version(`f2b-tail ${version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('hint: see f2b-tail --help')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'f2b-tail: ')) })
    .option('--config-directory <dir>', 'read the configuration here', '/etc/f2b')
    .argument('<name>', 'reads tail/NAME.conf')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 64));
  program.parse([...argv]);
  const [name = ''] = program.args;
  if (name.includes('/') || name.startsWith('.'))
    program.error('error: the name is one of a file in tail, without .conf');
  return { name, configDirectory: program.opts<{ configDirectory: string }>().configDirectory };
}
