/**
 * What a booted system logged, told when something fails on it: the system is gone by the time somebody looks.
 */
import { type Output, sleep } from './process.js';

/** A system that can be asked. */
export interface Asked {
  inside(command: string): Promise<Output>;
}

/** What is asked of a system on which something failed; each answer is cut to its last lines. */
const questions: readonly (readonly [command: string, lines: number])[] = [
  ['uptime', 1],
  ['systemctl list-units --failed --no-legend', 20],
  ['f2bctl status', 60],
  ['f2bctl bans', 60],
  ['nft list sets', 60],
  ['journalctl -q -b --no-pager -o short-precise -u f2bd.service', 150],
  ['journalctl -q -b --no-pager -o short-precise -u firewalld.service', 50],
  // By what the programs call themselves: whether journald knew the unit is one of the questions.
  [
    'journalctl -q -b --no-pager -o json --output-fields=MESSAGE,_SYSTEMD_UNIT,_UID,_PID -t sshd -t sshd-session -t sshd-auth',
    100,
  ],
  ['journalctl -q -b --no-pager -o short-precise', 150],
];

/** Runs the body; when it fails, tells what the system logged, and fails alike. */
export async function tellingLogs<T>(
  system: () => Asked,
  body: () => Promise<T>,
  tell: (text: string) => void = console.error,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    // What happened last may still be on its way into the journal.
    await sleep(1);
    tell(await logsOf(system()));
    throw error;
  }
}

async function logsOf(system: Asked): Promise<string> {
  const answers: string[] = [];
  for (const [command, lines] of questions) {
    answers.push(`── ${command}`, lastLines(await system.inside(command), lines));
  }
  return answers.join('\n');
}

function lastLines({ out, err }: Output, count: number): string {
  const lines = `${out}${err}`.trimEnd().split('\n');
  const left = lines.length - count;
  return [...(left > 0 ? [`(${left} lines before)`] : []), ...lines.slice(-count)].join('\n');
}
