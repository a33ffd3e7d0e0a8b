import { Command } from 'commander';
import { DEFAULT_CONFIG_DIRECTORY } from '../../config/directories.js';

/** The command line of a daemon of ours as far as it is like all others: what is wrong with it ends it with status 64. */
export function daemonCommand(name: string, description: string, version: string): Command {
  return new Command(name)
    .description(description)
    .version(`${name} ${version}`, '-V, --version', 'print the version')
    .option('--config-directory <dir>', 'read the configuration here', DEFAULT_CONFIG_DIRECTORY)
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError(`hint: see ${name} --help`)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, `${name}: `)) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 64));
}
