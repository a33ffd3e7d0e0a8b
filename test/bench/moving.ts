/**
 * What moving over from fail2ban takes with the packages as they are installed, through the real bus, polkit, firewalld
 * and the sandboxed services: its bans carried over, and its protocol answered.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSources, bootWithAgent, type Container, install, sources, target } from '../support/container.js';
import { makeFail2banDatabase } from '../support/fail2ban-database.js';
import { Knocking } from '../support/knocking.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { loadText } from './machine-text.js';

const STATUS_BANS = 1_000;
/** s: more than all of it takes. */
const TIMEOUT = 900;
const NFTABLES = '[Agent]\nFirewall=nftables\n';
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
  await container.ask(`f2bctl ban --jail ssh ${addresses}`, { timeout: TIMEOUT });
  await container.ask('systemctl enable --now f2b-fail2ban.socket');
  await container.ask(`cat >/root/ask.py <<'END'\n${ASK}END`);
  const took = (await container.ask('python3 /root/ask.py', { timeout: TIMEOUT })).trim().split('\n').map(Number);
  const [first = 0, ...others] = took;
  const sorted = others.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(1);
  console.log(`status of ${STATUS_BANS} bans by the socket: median ${at(0.5)} ms, 9 of 10 within ${at(0.9)} ms`);
  console.log(`  the first, which starts the service: ${first.toFixed(0)} ms; load ${loadText()}`);
  await container.ask('f2bctl unban --all', { timeout: TIMEOUT });
}

async function isLetThrough(container: Container, from: string): Promise<boolean> {
  const { err } = await container.attacker(['ssh', '-b', from, ...SSH, `alice@${target.ipv4}`, 'true']);
  return err.includes('Permission denied');
}

/** With what the attacker's side has from the beginning. */
const attackers = sources.ipv4.slice(0, 5);

async function carryOver(container: Container, rows: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-moving-'));
  const timeofban = Math.floor(Date.now() / 1_000);
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
  const told = await container.ask('f2bctl import --database /root/bans', { timeout: TIMEOUT });
  const seconds = (performance.now() - began) / 1_000;
  const open: string[] = [];
  for (const from of attackers) if (await isLetThrough(container, from)) open.push(from);
  console.log(`${rows.length} bans taken over in ${seconds.toFixed(1)} s; load ${loadText()}`);
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

/** So many of the banned addresses knock, from all over the list. */
const KNOCKING = 400;

/**
 * How this fail2ban keeps its bans out: all at once, from a list, as it would take a command for each of them otherwise,
 * and with it a quarter of an hour for 20,000.
 */
const ACTION = `[Definition]
actionstart = nft -f /root/held.nft
actionstop = nft delete table inet held
`;

async function holdByFail2ban(container: Container, banned: readonly string[]): Promise<void> {
  const rules = `table inet held {
    set held { type ipv4_addr; elements = { ${banned.join(', ')} } }
    chain input { type filter hook input priority -10; ip saddr @held drop; }
  }`;
  await container.ask('cat >/root/held.nft', { input: rules });
  await container.ask(`cat >/etc/fail2ban/action.d/held.conf <<'END'\n${ACTION}END`);
  await container.ask(`cat >/etc/fail2ban/jail.local <<'END'\n${JAIL}action = held\nEND`);
  await container.ask('systemctl stop fail2ban; cp /root/bans /var/lib/fail2ban/fail2ban.sqlite3');
  await container.ask('systemctl start fail2ban');
  const count = `fail2ban-client status sshd | grep -c 'Currently banned:.${banned.length}$'`;
  await until(
    'fail2ban holds them',
    async () => ((await container.inside(count)).out.trim() === '1' ? true : undefined),
    TIMEOUT,
  );
}

/** From fail2ban to f2b and back, while some of the banned knock all the time. */
async function switchOver(container: Container, banned: readonly string[]): Promise<void> {
  await container.ask('f2bctl unban --all; systemctl disable --now f2bd', { timeout: TIMEOUT });
  await container.ask('rm -rf /etc/f2b/units/ssh.service.conf.d; ip route add 198.18.0.0/15 dev host0');
  const others = banned.filter((address) => !attackers.includes(address));
  const from = others.filter((_, index) => index % Math.ceil(others.length / KNOCKING) === 0);
  await addSources(container, from);
  const knocking = new Knocking(container.attackerStart, target.ipv4, from);
  const rounds = async (count: number) => {
    const begun = knocking.knocked.rounds;
    await until('they knock', () => (knocking.knocked.rounds >= begun + count ? true : undefined), TIMEOUT);
    return knocking.knocked;
  };
  const areAllIn = async () => (new Set((await rounds(1)).letIn.flat()).size === from.length ? true : undefined);
  await until('each of them was let in', areAllIn, TIMEOUT);
  await holdByFail2ban(container, banned);
  let { rounds: before } = await rounds(2);
  const step = async (what: string, command: string) => {
    const began = performance.now();
    await container.ask(command, { timeout: TIMEOUT });
    const seconds = (performance.now() - began) / 1_000;
    const { rounds: after, letIn } = await rounds(3);
    const open = new Set(letIn.slice(before).flat());
    console.log(
      `${what}: ${seconds.toFixed(1)} s; of ${from.length} that knocked ${after - before} times ${open.size} were let in`,
    );
    before = after;
  };
  console.log(`from fail2ban to f2b and back, ${banned.length} bans; load ${loadText()}`);
  await step('  import --switch', 'f2bctl import --switch --within 10min </dev/null');
  await step('  import --confirm', 'f2bctl import --confirm');
  await step('  import --back', 'f2bctl import --back');
  const states = await container.inside('systemctl is-active fail2ban f2bd');
  console.log(`  fail2ban and f2bd are ${states.out.trim().split('\n').join(' and ')}`);
  await knocking.stop();
}

/** Without firewalld, as on a host that never had it. */
async function useNftables(container: Container): Promise<void> {
  await container.ask('systemctl disable --now firewalld');
  await container.ask(`mkdir -p /etc/f2b/f2bd.conf.d; cat >/etc/f2b/f2bd.conf.d/nftables.conf <<'END'\n${NFTABLES}END`);
  await container.ask('systemctl restart f2bd');
}

const bans = Number(process.argv[2]);
const firewall = process.argv[3];
const rows = [...attackers, ...Array.from({ length: bans - attackers.length }, (_, index) => addressAt(index))];
const container = await bootWithAgent(join(repository, 'test/e2e/base-fail2ban'));
try {
  if (firewall === 'nftables') await useNftables(container);
  await install(container, 'f2b-fail2ban');
  await status(container);
  await carryOver(container, rows);
  await switchOver(container, rows);
} finally {
  container.stop();
}
