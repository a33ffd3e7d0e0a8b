/** f2b-fail2ban-client: what fail2ban-client does and prints, over the socket of f2b-fail2ban. */
import { createInterface } from 'node:readline';
import { openConversation } from '../fail2ban/client/conversation.js';
import { type Client, type Log, runCommand } from '../fail2ban/client/run-command.js';
import { runLines } from '../fail2ban/client/run-lines.js';
import { localTime } from '../fail2ban/local-time.js';
import { type Fail2banClientOptions, fail2banClientCommand } from './options/f2b-fail2ban-client-options.js';
import { endOnBrokenStdout, surviveBrokenStderr } from './process/broken-output.js';
import { printError } from './process/print-error.js';
import { runMain } from './process/run-main.js';

declare const __F2B_VERSION__: string;

/** fail2ban-client's for whatever went wrong. */
const FAILED = 255;

/** Lines as fail2ban's client logs them. */
function logTo({ verbose, quiet }: Fail2banClientOptions): Log {
  const log = (level: string, line: string): void => {
    const now = Date.now();
    const time = `${localTime(now * 1_000)},${String(now % 1_000).padStart(3, '0')}`;
    process.stderr.write(`${time} ${'fail2ban'.padEnd(24)}[${process.pid}]: ${level.padEnd(7)} ${line}\n`);
  };
  return {
    detail: (line) => void (verbose && log('INFO', line)),
    error: (line) => void (quiet || log('ERROR', line)),
  };
}

runMain(async () => {
  surviveBrokenStderr();
  endOnBrokenStdout(printError);
  const command = fail2banClientCommand(__F2B_VERSION__);
  command.parse(process.argv);
  const options = command.opts<Fail2banClientOptions>();
  const write = (text: string) => void process.stdout.write(text);
  const client: Client = {
    open: () => openConversation(options.socket),
    print: (line) => write(`${line}\n`),
    log: logTo(options),
  };
  const words = command.args;
  const isGood = words.length === 0 || (await runCommand(words, client));
  if (options.interactive && isGood) {
    const { stdin: input, stdout: output } = process;
    const lines = createInterface({ input, output, terminal: input.isTTY, prompt: 'fail2ban> ' });
    return runLines(lines, client, { prompt: () => lines.prompt(), help: command.helpInformation() });
  }
  if (words.length === 0) write(command.helpInformation());
  if (words.length === 0 || !isGood) process.exit(FAILED);
});
