/** fail2ban and sshguard as Debian ships them, with their actions for firewalld. */
import { join } from 'node:path';
import { bootFrom, type Container } from '../support/container.js';
import { repository } from '../support/repository.js';
import { type Contender, fillAddresses } from './contender.js';
import { prepare } from './f2b.js';
import { KernelSets } from './kernel-sets.js';
import { SshdFailures } from './sshd-failures.js';

const IPSET = 'f2b-sshd';

async function bootPeers(): Promise<Container> {
  const container = await bootFrom(join(repository, 'test/bench/peers'));
  await prepare(container);
  return container;
}

/** Runs a condition in the system every 10 ms until it holds; when that was, ms since the epoch. */
async function poll(container: Container, condition: string, seconds: number): Promise<number | undefined> {
  const loop = `until ${condition}; do [ $(date +%s) -lt $end ] || exit 1; sleep 0.01; done; date +%s%3N`;
  const { status, out } = await container.inside(`end=$(($(date +%s) + ${seconds})); ${loop}`, {
    timeout: seconds + 10,
  });
  return status === 0 ? Number(out) : undefined;
}

/** Its action keeps the addresses in an ipset of the kernel, which tells nobody of changes: it has to be asked. */
export async function startFail2ban(): Promise<Contender> {
  const container = await bootPeers();
  await container.ask(`printf '[DEFAULT]\\nbanaction = firewallcmd-ipset\\nbantime = 1d\\n' >/etc/fail2ban/jail.d/zz.local
    systemctl start fail2ban.service`);
  if ((await poll(container, 'fail2ban-client -q status sshd >/dev/null 2>&1', 30)) === undefined)
    throw new Error('fail2ban does not start');
  const entries = async (): Promise<ReadonlySet<string>> => {
    const saved = (await container.inside(`ipset save ${IPSET}`)).out;
    return new Set([...saved.matchAll(/^add \S+ (\S+)/gm)].map(([, address = '']) => address));
  };
  const size = `$(ipset -q list -t ${IPSET} | sed -n 's/Number of entries: //p')`;
  return {
    container,
    failures: await SshdFailures.start(container),
    async held(addresses, seconds) {
      const [first = ''] = addresses;
      if (addresses.length === 1) return poll(container, `ipset -q test ${IPSET} ${first}`, seconds);
      const others = [...(await entries())].filter((address) => !addresses.includes(address)).length;
      return poll(container, `[ 0${size} -ge ${others + addresses.length} ]`, seconds);
    },
    gone: (_, seconds) => poll(container, `[ 0${size} -eq 0 ]`, seconds),
    count: async (addresses) => {
      const now = await entries();
      return addresses.filter((address) => now.has(address)).length;
    },
    fill: async (count) => {
      await container.ask(`fail2ban-client set sshd banip ${fillAddresses(count).join(' ')}`, { timeout: 300 });
      if ((await poll(container, `[ 0${size} -ge ${count} ]`, 300)) === undefined)
        throw new Error('fail2ban does not ban');
    },
    unbanStorm: () => container.ask('fail2ban-client unban --all', { timeout: 300 }),
  };
}

/** Its bans of `fill` are put into the set directly: it takes none from outside, and one by one would take minutes. */
export async function startSshguard(): Promise<Contender> {
  const container = await bootPeers();
  await container.ask(`sed -i 's/^THRESHOLD=.*/THRESHOLD=50/; s/sshg-fw-nft-sets/sshg-fw-firewalld/' /etc/sshguard/sshguard.conf
    sed -i 's/^BLOCK_TIME=.*/BLOCK_TIME=86400/' /etc/sshguard/sshguard.conf
    systemctl start sshguard.service`);
  const isReady = 'firewall-cmd -q --query-rich-rule="rule family=ipv4 source ipset=sshguard4 drop"';
  if ((await poll(container, isReady, 60)) === undefined) throw new Error('sshguard does not start');
  const kernel = await KernelSets.listen(container, /^inet firewalld sshguard4/);
  return {
    container,
    failures: await SshdFailures.start(container),
    held: (addresses, seconds) => kernel.held(addresses, seconds),
    gone: (addresses, seconds) => kernel.gone(addresses, seconds),
    count: async (addresses) => addresses.filter((address) => kernel.holds(address)).length,
    fill: async (count) => {
      const command = 'cat >/root/fill && firewall-cmd -q --ipset=sshguard4 --add-entries-from-file=/root/fill';
      await container.ask(command, { input: `${fillAddresses(count).join('/32\n')}/32\n`, timeout: 300 });
      await kernel.check();
    },
    unbanStorm: undefined,
  };
}
