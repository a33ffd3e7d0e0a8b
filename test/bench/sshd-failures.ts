/**
 * Failed log-ins as sshd writes them to the journal, without the log-ins: a program in ssh.service's control group
 * sends the lines, so that journald's trusted fields (_SYSTEMD_UNIT, _UID, _COMM) are sshd's.
 */
import type { Container } from '../support/container.js';
import { until } from '../support/process.js';

/** What fail2ban, sshguard (with a threshold of 50) and f2b take five of. */
const FAILURES = 5;

interface JournalLine {
  readonly MESSAGE: unknown;
  readonly __REALTIME_TIMESTAMP: string;
}

function failed(address: string): string {
  return `Failed password for alice from ${address} port 4711 ssh2\n`;
}

export class SshdFailures {
  readonly #container: Container;
  readonly #write: (text: string) => void;

  private constructor(container: Container, write: (text: string) => void) {
    this.#container = container;
    this.#write = write;
  }

  static async start(container: Container): Promise<SshdFailures> {
    const group = (await container.ask('systemctl show -P ControlGroup ssh.service')).trim();
    await container.ask('cp /usr/bin/logger /root/sshd');
    const join = `for top in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
      [ ! -w $top${group}/cgroup.procs ] || echo $$ >$top${group}/cgroup.procs; done`;
    const program = container.insideStart(`${join}; exec /root/sshd -t sshd -p auth.info`);
    return new SshdFailures(container, (text) => void program.stdin?.write(text));
  }

  /** Each address fails so often that it is to be banned: first each once, then each again, as botnets do. */
  attack(addresses: readonly string[]): void {
    const round = addresses.map(failed).join('');
    this.#write(round.repeat(FAILURES));
  }

  /** Each address fails once. */
  failOnce(addresses: readonly string[]): void {
    this.#write(addresses.map(failed).join(''));
  }

  /** The three lines of one attempt. */
  attempt(address: string): void {
    const from = `from ${address} port 4711`;
    const end = `Connection closed by invalid user admin ${address} port 4711 [preauth]\n`;
    this.#write(`Invalid user admin ${from}\nFailed password for invalid user admin ${from} ssh2\n${end}`);
  }

  /** When journald received the last of the failures that a ban takes of each, ms since the epoch. Resolves when it has them all. */
  async lastFailures(addresses: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return until('the journal has all failures', async () => {
      const counts = new Map<string, number>();
      const times = new Map<string, number>();
      const out = await this.#container.ask('journalctl -q -u ssh.service -o json --output-fields=MESSAGE');
      for (const line of out.split('\n').filter((text) => text.includes('Failed password'))) {
        const { MESSAGE, __REALTIME_TIMESTAMP } = JSON.parse(line) as JournalLine;
        const [, address = ''] = / from (\S+) port /.exec(String(MESSAGE)) ?? [];
        counts.set(address, (counts.get(address) ?? 0) + 1);
        if ((counts.get(address) ?? 0) <= FAILURES) times.set(address, Number(__REALTIME_TIMESTAMP) / 1000);
      }
      return addresses.every((address) => (counts.get(address) ?? 0) >= FAILURES) ? times : undefined;
    });
  }
}
