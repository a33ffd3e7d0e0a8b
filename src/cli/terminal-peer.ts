/**
 * Where the person at the terminal comes from: SSH_CONNECTION, which sudo and su take away, so also of the ancestors.
 */
import { readFileSync } from 'node:fs';

/** More generations than a shell, sudo, su and tmux need. */
const MAX_DEPTH = 20;

function environmentOf(pid: number): string | undefined {
  try {
    return /(?:^|\0)SSH_CONNECTION=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
  } catch {
    // Not ours to read, or gone: the person may still be known to another ancestor.
    return undefined;
  }
}

/** The fourth field of proc_pid_stat(5), counted behind the name, which may hold blanks and parentheses. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return parent > 1 ? parent : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The client's address, without an interface (`%eth0`), in an SSH_CONNECTION (`ADDRESS PORT ADDRESS PORT`) of the
 * process or an ancestor.
 */
export function terminalPeer(pid: number): string | undefined {
  let current: number | undefined = pid;
  for (let depth = 0; depth < MAX_DEPTH && current !== undefined; depth += 1) {
    const found = environmentOf(current)?.split(/[ %]/)[0];
    if (found !== undefined && found !== '') return found;
    current = parentOf(current);
  }
  return undefined;
}
