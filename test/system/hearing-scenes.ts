/** Runs inside the namespaces of private-journald.ts: what keeps the listener from hearing, and then no longer does. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { log, run } from './followed-log.js';
import { type Journald, startJournald } from './private-journald.js';

const BOOT = '1'.repeat(32);
const listener = join(import.meta.dirname, 'hearing-listener.js');
const machine = readFileSync('/etc/machine-id', 'utf8').trim();
const folder = join('/var/log/journal', machine);

type Said = Readonly<Record<string, unknown>>;

/** A listener that was started with such a command before it. */
class Listener {
  readonly said: Said[] = [];
  readonly #child;
  #wake = () => {};

  constructor(...prefix: readonly string[]) {
    const [command = '', ...args] = [...prefix, process.execPath, listener];
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.said.push(JSON.parse(line));
      this.#wake();
    });
  }

  /** Waits until it says so; throws after 40 s. */
  async says(key: string, value: unknown): Promise<Said> {
    const end = Date.now() + 40_000;
    for (;;) {
      const said = this.said.find((one) => one[key] === value);
      if (said !== undefined) return said;
      if (Date.now() > end) throw new Error(`not heard: ${key} ${value}; but ${JSON.stringify(this.said)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 1000).unref();
      });
    }
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

let logged = 0;

/** Logs the next entry; returns its number. */
function logOne(): number {
  log(1);
  return logged++;
}

/** The next entry is heard. */
async function hears(listener: Listener): Promise<void> {
  await listener.says('heard', logOne());
}

/** `begin` makes the listener deaf, or starts a deaf one; `end` lets it hear again. */
interface Scene {
  begin(): Promise<Listener>;
  readonly code: string;
  end(): Promise<void> | void;
  /** Entries come, and are heard, all the while. */
  readonly hearsMeanwhile?: true;
}

let journald: Journald;

async function started(settings = ''): Promise<void> {
  journald = await startJournald(BOOT, 0, `RateLimitBurst=0\n${settings}`);
}

async function restarted(settings = ''): Promise<void> {
  await journald.stop();
  await started(settings);
}

async function hearing(...prefix: readonly string[]): Promise<Listener> {
  const found = new Listener(...prefix);
  await found.says('ready', true);
  return found;
}

/** One that has heard itself, and somebody else since. */
async function hearingWell(): Promise<Listener> {
  const listener = await hearing();
  await listener.says('check', 1);
  await hears(listener);
  return listener;
}

const inUserNamespace = (limit: string, value: number) => [
  ...['unshare', '--user', '--map-root-user', 'sh', '-c'],
  ...[`echo ${value} > /proc/sys/user/${limit}; exec "$@"`, 'sh'],
];

/** Without root's rights, and none of its groups. */
const asNobody = ['env', 'LISTEN_AS=54321'];

const scenes: Readonly<Record<string, Scene>> = {
  folderUnreadable: {
    code: 'JOURNAL_NO_ACCESS',
    async begin() {
      await started();
      chmodSync(folder, 0o700);
      return hearing(...asNobody);
    },
    end() {
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
      chmodSync(folder, 0o755);
    },
  },
  fileUnreadable: {
    code: 'JOURNAL_NO_ACCESS',
    async begin() {
      await started();
      chmodSync(folder, 0o755);
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o600);
      return hearing(...asNobody);
    },
    end() {
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    },
  },
  nothingStored: {
    code: 'JOURNAL_MISSING',
    async begin() {
      await started('Storage=none');
      return hearing();
    },
    end: () => restarted(),
  },
  nothingStoredAnyMore: {
    code: 'JOURNAL_DEAF',
    async begin() {
      await started();
      const listener = await hearingWell();
      await restarted('Storage=none');
      return listener;
    },
    end: () => restarted(),
  },
  levelNotStored: {
    code: 'JOURNAL_DEAF',
    async begin() {
      await started('MaxLevelStore=warning');
      return hearing();
    },
    end: () => restarted(),
  },
  journaldStalled: {
    code: 'JOURNAL_DEAF',
    async begin() {
      await started();
      const listener = await hearingWell();
      journald.pause();
      return listener;
    },
    end: () => journald.resume(),
  },
  journaldGone: {
    code: 'JOURNAL_DEAF',
    async begin() {
      await started();
      const listener = await hearingWell();
      await journald.stop();
      return listener;
    },
    end: () => started(),
  },
  noInstances: {
    code: 'JOURNAL_UNWATCHED',
    hearsMeanwhile: true,
    async begin() {
      await started();
      return hearing(...inUserNamespace('max_inotify_instances', 0));
    },
    end() {},
  },
  noWatches: {
    code: 'JOURNAL_UNWATCHED',
    hearsMeanwhile: true,
    async begin() {
      await started();
      return hearing(...inUserNamespace('max_inotify_watches', 1));
    },
    end() {},
  },
  noEvents: {
    code: 'JOURNAL_UNWATCHED',
    hearsMeanwhile: true,
    async begin() {
      const [lower, upper, work] = ['lower', 'upper', 'work'].map((name) => join('/run/layers', name));
      for (const layer of [lower, upper, work]) mkdirSync(layer ?? '', { recursive: true });
      run('mount', '--bind', upper ?? '', '/var/log/journal');
      await started();
      const overlay = `mount -t overlay -o lowerdir=${lower},upperdir=${upper},workdir=${work} overlay /var/log/journal`;
      return hearing('unshare', '--mount', 'sh', '-c', `${overlay} && exec "$@"`, 'sh');
    },
    end() {},
  },
};

const scene = scenes[process.argv[2] ?? ''];
if (scene === undefined) throw new Error(`scenes: ${Object.keys(scenes).join(' ')}`);
const heard = await scene.begin();
try {
  const traffic = setInterval(() => {
    if (scene.hearsMeanwhile) logOne();
  }, 500);
  const problem = await heard.says('problem', scene.code);
  clearInterval(traffic);
  if (scene.hearsMeanwhile) for (let n = 0; n < 3; n++) await hears(heard);
  else {
    await scene.end();
    await heard.says('resolved', scene.code);
    // What was logged meanwhile may be lost; what comes now is not.
    await hears(heard);
  }
  process.stdout.write(JSON.stringify({ problem, said: heard.said }));
} finally {
  heard.end();
}
process.exit(0);
