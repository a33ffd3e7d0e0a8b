/** fail2ban's client as a person, or a file, tells it one command after the other. */
import { shellWords } from '../../core/shell-words.js';
import { type Client, runCommand } from './run-command.js';

interface Dialogue {
  /** Asks for the next line. */
  readonly prompt: () => void;
  readonly help: string;
}

/** Runs the commands until `exit`, `quit` or the end of them. */
export async function runLines(
  lines: AsyncIterable<string>,
  client: Client,
  { prompt, help }: Dialogue,
): Promise<void> {
  prompt();
  for await (const line of lines) {
    if (line === 'exit' || line === 'quit') return;
    const { words, unclosed } = shellWords(line);
    if (line === 'help') client.print(help);
    else if (unclosed !== undefined) client.log.error('No closing quotation');
    else if (words.length > 0) await runCommand(words, client);
    prompt();
  }
  client.print('');
}
