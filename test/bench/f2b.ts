/** f2b as the benchmark measures it, with either firewall. */
import { join } from 'node:path';
import { bootFrom, builtPackage, type Container } from '../support/container.js';
import { repository } from '../support/repository.js';
import { type Contender, fillAddresses, STORM_PREFIX } from './contender.js';
import { KernelSets } from './kernel-sets.js';
import { SshdFailures } from './sshd-failures.js';

/** Time for the agent and firewalld to come to rest, s. */
const TIMEOUT = 120;

export interface F2b extends Contender {
  readonly firewall: 'firewalld' | 'nftables';
  readonly kernel: KernelSets;
  /** The table beside firewalld, which drops packets before firewalld's sets are asked. */
  readonly guard: KernelSets | undefined;
  /** Makes the kernel forget all bans. */
  readonly wipe: () => Promise<unknown>;
}

/** Without limit, or a storm's lines would be dropped for all contenders alike; bans that outlast the benchmark. */
export async function prepare(container: Container): Promise<void> {
  await container.ask(`mkdir -p /etc/systemd/journald.conf.d
    printf '[Journal]\\nRateLimitIntervalSec=0\\n' >/etc/systemd/journald.conf.d/bench.conf
    systemctl restart systemd-journald.service`);
}

export async function startF2b(firewall: F2b['firewall']): Promise<F2b> {
  const container = await bootFrom(join(repository, 'test/e2e/base'), builtPackage());
  await prepare(container);
  await container.ask(`mkdir -p /etc/f2b/f2bd.conf.d
    printf '[Agent]\\nFirewall=${firewall}\\n[Ban]\\nBanTime=1d\\n' >/etc/f2b/f2bd.conf.d/bench.conf
    systemctl restart f2bd.service`);
  const kernel = await KernelSets.listen(container, firewall === 'firewalld' ? /^inet firewalld f2b-/ : /^inet f2b /);
  const guard = firewall === 'firewalld' ? await KernelSets.listen(container, /^inet f2b-guard /) : undefined;
  const wipe = firewall === 'firewalld' ? 'systemctl restart firewalld.service' : 'nft delete table inet f2b';
  return {
    container,
    firewall,
    kernel,
    guard,
    wipe: () => container.ask(wipe),
    failures: await SshdFailures.start(container),
    held: (addresses, seconds) => kernel.held(addresses, seconds),
    gone: (addresses, seconds) => kernel.gone(addresses, seconds),
    count: async (addresses) => addresses.filter((address) => kernel.holds(address)).length,
    fill: (count) => fill(container, kernel, count),
    unbanStorm: () => container.ask(`f2bctl unban ${STORM_PREFIX}`),
  };
}

/** Through the state file, like a machine that has been up for long. One ban that there is serves as the model. */
async function fill(container: Container, kernel: KernelSets, count: number): Promise<void> {
  await container.ask('systemctl stop f2bd.service && f2bctl state export >/root/state');
  const lines = (await container.ask('cat /root/state')).trim().split('\n');
  const model = lines.find((line) => line.startsWith('{"type":"ban"')) ?? '';
  const cursor = lines.filter((line) => line.startsWith('{"type":"cursor"'));
  const bans = fillAddresses(count).map((address) => JSON.stringify({ ...JSON.parse(model), address, evidence: [] }));
  const state = `${[...cursor, ...bans].join('\n')}\n`;
  await container.ask('f2bctl state import - && systemctl start f2bd.service', { input: state, timeout: TIMEOUT });
  if ((await kernel.when(() => kernel.count === count, TIMEOUT)) === undefined)
    throw new Error(`the kernel holds ${kernel.count} addresses of ${count} after ${TIMEOUT} s`);
  await kernel.check();
}
