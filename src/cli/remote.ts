/** `f2bctl -H [USER@]HOST …`: the same command on other machines, on several side by side. */
import { printableLines } from '../core/printable.js';
import { F2bError } from '../errors.js';
import type { Dependencies } from './dependencies.js';

export interface RemoteCommand {
  readonly hosts: readonly string[];
  readonly words: readonly string[];
}

/** Takes `-H HOST` and `--host=HOST` out of a command line. Throws USAGE. */
export function remoteCommand(argv: readonly string[]): RemoteCommand {
  const hosts: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const joined = /^(?:-H|--host=)(.+)$/s.exec(word)?.[1];
    if (joined !== undefined) hosts.push(hostOf(joined));
    else if (word === '-H' || word === '--host') hosts.push(hostOf(argv[++index]));
    else words.push(word);
  }
  return { hosts, words };
}

/** What ssh would take for an option, or a shell for more than a word, is no host. */
function hostOf(text: string | undefined): string {
  if (text !== undefined && /^[A-Za-z0-9_][\w.:%@[\]-]*$/.test(text)) return text;
  throw new F2bError('USAGE', `${JSON.stringify(text ?? '')} is no host`, {
    hint: 'write f2bctl -H [USER@]HOST COMMAND',
  });
}

/** The exit status: that of the one host, or the worst of several. */
export async function runOnHosts({ hosts, words }: RemoteCommand, { remote, output }: Dependencies): Promise<number> {
  const [only] = hosts;
  if (hosts.length === 1 && only !== undefined) return remote.run(only, words, output.isTerminal);
  const answers = await Promise.all(hosts.map(async (host) => ({ host, ...(await remote.ask(host, words)) })));
  for (const { host, output: text } of answers) {
    // ssh ends its own lines as a terminal in raw mode needs it.
    const lines = printableLines(text.replaceAll('\r\n', '\n')).trimEnd().split('\n');
    output.write(lines.map((line) => `${host}: ${line}`.trimEnd()).join('\n'));
    output.write('\n');
  }
  return Math.max(...answers.map(({ status }) => status));
}
