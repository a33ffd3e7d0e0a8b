/** The command line of f2b-fail2ban-client(1): of fail2ban-client's options those that do not steer fail2ban's server. */
import { Command } from 'commander';
import { SPOKEN_VERSION } from '../../fail2ban/spoken-version.js';

export interface Fail2banClientOptions {
  readonly socket: string;
  readonly interactive: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** fail2ban-client's for a command line that is wrong. */
const USAGE = 255;

/** To be parsed; prints help, the version, or what is wrong and exits by itself. */
export function fail2banClientCommand(version: string): Command {
  return new Command('f2b-fail2ban-client')
    .description("Asks f2b as fail2ban-client asks fail2ban's server; the commands are in f2b-fail2ban(8).")
    .argument('[command...]', 'as in status, status sshd, set sshd banip 203.0.113.7')
    .option('-s, --socket <file>', 'the socket to ask', '/run/f2b/fail2ban.sock')
    .option('-i, --interactive', 'read commands from standard input', false)
    .option('-v, --verbose', 'tell what is asked and answered', false)
    .option('-q, --quiet', 'tell nothing but the answers', false)
    .version(`f2b v${version}, like Fail2Ban v${SPOKEN_VERSION}`, '--version', 'print the version')
    .option('-V', 'print the version of fail2ban that it is like', () => {
      process.stdout.write(`${SPOKEN_VERSION}\n`);
      process.exit(0);
    })
    .helpOption('-h, --help', 'print this help')
    .passThroughOptions()
    .showHelpAfterError("hint: see --help; what steers fail2ban's server is not there, see f2bd(8) and f2bctl(1)")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE));
}
