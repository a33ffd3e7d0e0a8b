/** Shows text on a terminal through the pager that journalctl(1) would take. */
import { type ChildProcess, spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Pager {
  write(text: string): void;
  /** Resolves when the person has seen enough. */
  close(): Promise<void>;
}

/** See "SYSTEMD_PAGER" in journalctl(1); `cat` and nothing mean none. */
function commandsOf(environment: Environment): readonly string[] {
  const wanted = environment['SYSTEMD_PAGER'] ?? environment['PAGER'];
  if (wanted === undefined) return ['less', 'more'];
  return wanted === '' || wanted === 'cat' ? [] : [wanted];
}

/** journalctl's own options; no commands from within, as root may be the one who reads. */
function settings(environment: Environment): NodeJS.ProcessEnv {
  return {
    ...environment,
    LESS: environment['SYSTEMD_LESS'] ?? 'FRSXMK',
    LESSCHARSET: environment['SYSTEMD_LESSCHARSET'] ?? 'utf-8',
    LESSSECURE: '1',
  };
}

/** Undefined when there is none to be had. */
export async function openPager(environment: Environment): Promise<Pager | undefined> {
  for (const command of commandsOf(environment)) {
    const [program = '', ...given] = command.split(/\s+/).filter((word) => word !== '');
    const child = spawn(program, given, { stdio: ['pipe', 'inherit', 'inherit'], env: settings(environment) });
    if (await isStarted(child)) return pagerOf(child);
  }
  return undefined;
}

function isStarted(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

function pagerOf(child: ChildProcess): Pager {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let isGone = false;
  const leave = (): void => {
    isGone = true;
  };
  child.once('exit', leave);
  child.stdin?.on('error', leave);
  // What interrupts the pager is the pager's to deal with.
  process.on('SIGINT', () => undefined);
  return {
    write: (text) => void (isGone || child.stdin?.write(text)),
    close: () => {
      child.stdin?.end();
      return ended;
    },
  };
}
