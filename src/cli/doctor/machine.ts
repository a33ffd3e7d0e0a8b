/** What else keeps protection from working on a machine: the clock, the disk, other programs that ban. */
import type { Dependencies } from '../dependencies.js';
import { type Examination, type Finding, problem, warning } from './finding.js';

const STATE = '/var/lib/f2b';
/** Bytes. The state of a host under attack has some ten megabytes. */
const LITTLE = 64 * 1024 * 1024;

export const machine: Examination = {
  name: 'Machine',
  async find(dependencies) {
    const found = await Promise.all([clock(dependencies), polkit(dependencies), others(dependencies)]);
    return [...found.flat(), ...disk(dependencies)];
  },
};

async function clock({ run }: Dependencies): Promise<readonly Finding[]> {
  const answer = await run(['timedatectl', 'show', '--property=NTPSynchronized', '--value']);
  if (answer?.output.trim() !== 'no') return [];
  return [warning('the clock is not set by a time server', 'timedatectl set-ntp yes: bans end by the clock')];
}

/** The agent is no root: firewalld asks polkit about it, as the agent does about users. */
async function polkit({ run }: Dependencies): Promise<readonly Finding[]> {
  const answer = await run(['systemctl', 'show', '--property=LoadState', '--value', '--', 'polkit.service']);
  if (answer?.output.trim() !== 'not-found') return [];
  return [warning('polkit is not installed: firewalld lets root alone change anything', 'apt install polkitd')];
}

function disk({ freeSpace }: Dependencies): readonly Finding[] {
  const free = freeSpace(STATE);
  if (free === undefined || free > LITTLE) return [];
  const megabytes = Math.floor(free / 1024 / 1024);
  return [problem(`only ${megabytes} MB are free for the state in ${STATE}`, `make room: df -h ${STATE}`)];
}

/** Services that do the same, or that rewrite the firewall. */
const rivals: readonly (readonly [unit: string, message: string, hint: string])[] = [
  [
    'fail2ban.service',
    'fail2ban runs too, and bans by itself',
    'once f2b has its jails: systemctl disable --now fail2ban',
  ],
  ['ufw.service', 'ufw rewrites the rules that firewalld makes', 'systemctl disable --now ufw, or Firewall=nftables'],
  ['crowdsec.service', 'CrowdSec runs too, and bans by itself', 'keep one of them: systemctl disable --now crowdsec'],
  ['denyhosts.service', 'DenyHosts runs too, and bans by itself', 'systemctl disable --now denyhosts'],
  ['sshguard.service', 'sshguard runs too, and bans by itself', 'systemctl disable --now sshguard'],
];

async function others({ run }: Dependencies): Promise<readonly Finding[]> {
  const answer = await run(['systemctl', 'is-active', '--', ...rivals.map(([unit]) => unit)]);
  const states = answer?.output.split('\n') ?? [];
  return rivals.filter((_, index) => states[index] === 'active').map(([, message, hint]) => warning(message, hint));
}
