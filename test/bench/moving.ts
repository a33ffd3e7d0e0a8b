/**
 * What moving over from fail2ban takes with the packages as they are installed, through the real bus, polkit, firewalld
 * and the sandboxed services: its bans carried over, and its protocol answered.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootWithAgent, type Container, install, sources, target } from '../support/container.js';
import { makeFail2banDatabase } from '../support/fail2ban-database.js';
import { repository } from '../support/repository.js';
import { loadText } from './machine-text.js';

const STATUS_BANS = 1_000;
/** s: more than all of it takes. */
const PATIENCE = 900;
const JAIL = '[DEFAULT]\nbantime = 1d\n[sshd]\nenabled = true\nbackend = systemd\n';
/** Asks the socket so often, with one connection for each, and prints what each answer took, in ms. */
const ASK = `import pickle, socket, time
for n in range(60):
    began = time.monotonic()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect('/run/f2b/fail2ban.sock')
        s.sendall(pickle.dumps(['status', 'sshd']) + b'<F2B_END_COMMAND>')
        answer = b''
        while not answer.endswith(b'<F2B_END_COMMAND>'):
            answer += s.recv(65536)
    code, parts = pickle.loads(answer[:-len(b'<F2B_END_COMMAND>')])
    assert code == 0 and len(parts[1][1][2][1]) == ${STATUS_BANS}, parts
    print((time.monotonic() - began) * 1000)
`;

/** Without a password: whom the firewall lets through is denied by sshd. */
const SSH = ['BatchMode=yes', 'ConnectTimeout=3', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'].flatMap(
  (option) => ['-o', option],
);

/** An address of a network for tests, each another one. */
function addressAt(index: number): string {
  return `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}

async function status(container: Container): Promise<void> {
  const addresses = Array.from({ length: STATUS_BANS }, (_, index) => addressAt(index)).join(' ');
  await container.ask(`f2bctl ban --jail ssh ${addresses}`, { timeout: PATIENCE });
  await container.ask('systemctl enable --now f2b-fail2ban.socket');
  await container.ask(`cat >/root/ask.py <<'END'\n${ASK}END`);
  const took = (await container.ask('python3 /root/ask.py', { timeout: PATIENCE })).trim().split('\n').map(Number);
  const [first = 0, ...others] = took;
  const sorted = others.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(1);
  console.log(`status of ${STATUS_BANS} bans by the socket: median ${at(0.5)} ms, 9 of 10 within ${at(0.9)} ms`);
  console.log(`  the first, which starts the service: ${first.toFixed(0)} ms; load ${loadText()}`);
  await container.ask('f2bctl unban --all', { timeout: PATIENCE });
}

async function isLetThrough(container: Container, from: string): Promise<boolean> {
  const { err } = await container.attacker(['ssh', '-b', from, ...SSH, `alice@${target.ipv4}`, 'true']);
  return err.includes('Permission denied');
}

async function carryOver(container: Container, bans: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-moving-'));
  const timeofban = Math.floor(Date.now() / 1_000);
  const attackers = sources.ipv4.slice(0, 5);
  const rows = [...attackers, ...Array.from({ length: bans - attackers.length }, (_, index) => addressAt(index))];
  await makeFail2banDatabase(
    join(folder, 'bans'),
    4,
    rows.map((ip) => ({ ip, timeofban, bantime: 86_400 })),
  );
  container.copyIn(join(folder, 'bans'), '/root/bans');
  rmSync(folder, { recursive: true });
  await container.ask(`cat >/etc/fail2ban/jail.local <<'END'\n${JAIL}END`);
  for (const from of attackers)
    if (!(await isLetThrough(container, from))) throw new Error(`sshd does not answer ${from}, whom nobody banned`);
  const began = performance.now();
  const told = await container.ask('f2bctl import --database /root/bans', { timeout: PATIENCE });
  const seconds = (performance.now() - began) / 1_000;
  const open: string[] = [];
  for (const from of attackers) if (await isLetThrough(container, from)) open.push(from);
  console.log(`${bans} bans taken over in ${seconds.toFixed(1)} s; load ${loadText()}`);
  console.log(`  ${told.trim().split('\n').at(-1)}`);
  console.log(
    `  ${attackers.length - open.length} of ${attackers.length} banned addresses shut out right after${open.map((one) => `, not ${one}`).join('')}`,
  );
  console.log(
    `  ${(await container.ask('f2bctl status'))
      .split('\n')
      .find((line) => line.includes('Firewall'))
      ?.trim()}`,
  );
}

const bans = Number(process.argv[2]);
const container = await bootWithAgent(join(repository, 'test/e2e/base-fail2ban'));
try {
  await install(container, 'f2b-fail2ban');
  await status(container);
  await carryOver(container, bans);
} finally {
  container.stop();
}
