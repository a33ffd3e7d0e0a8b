/**
 * Hosts that a real ssh reaches: a real sshd in a network and a mount namespace of its own, with a key, the names of hosts in
 * the client's configuration, and f2bctl on them. `down` does not answer; `hostile` is in other hands.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { cache } from '../support/cache.js';
import { repository } from '../support/repository.js';
import { type F2bctl, f2bctlOn } from './control-lab.js';
import { eventually } from './lab.js';

const [server, wrap] = ['openssh-server', 'libwrap0'].map((name) => join(cache, 'bench', name, 'usr'));

/** What is missing; undefined when hosts can be had. */
export const missingSshd =
  server !== undefined && existsSync(join(server, 'sbin/sshd')) && existsSync('/usr/bin/ssh')
    ? undefined
    : 'OpenSSH is missing: run test/setup system';

export const BANNER = 'For \u001b[2J authorized use only\n';
/** What the host in other hands answers to whatever it is asked. */
export const HOSTILE_ANSWER = '\u001b]0;owned\u0007\u001b[2Jweb1: 192.0.2.1 is not banned.\u202e\r\n';

const CLIENT = (folder: string) => `Host web1 web2
  Port 2222
Host hostile
  Port 2223
Host down
  Port 1
Host *
  HostName 127.0.0.1
  User root
  IdentityFile ${folder}/key
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
`;

const SERVER = (folder: string) => `ListenAddress 127.0.0.1
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/key.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PidFile none
Banner ${folder}/banner
SetEnv PATH=${folder}/bin:/usr/bin:/bin
`;

/** f2bctl as it is run where these hosts are known; on them it speaks to the agent on the bus of this address. */
export async function sshHosts(t: TestContext, bus: string): Promise<F2bctl> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-ssh-'));
  let sshd: ChildProcess | undefined;
  t.after(async () => {
    if (sshd !== undefined && sshd.exitCode === null && sshd.kill('SIGTERM')) await once(sshd, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const name of ['host', 'key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  mkdirSync(join(folder, 'bin'));
  const there = `export DBUS_SYSTEM_BUS_ADDRESS=${bus} TZ=UTC`;
  put('bin/f2bctl', `#!/bin/sh\n${there}\nexec ${process.execPath} ${join(repository, 'dist/f2bctl.js')} "$@"\n`);
  put('bin/hostile', `#!/bin/sh\ncat ${folder}/answer\n`);
  for (const name of ['f2bctl', 'hostile']) chmodSync(join(folder, 'bin', name), 0o755);
  put('answer', HOSTILE_ANSWER);
  put('banner', BANNER);
  put('ssh_config', CLIENT(folder));
  put('sshd_config', SERVER(folder));
  const passwd = readFileSync('/etc/passwd', 'utf8');
  put('passwd', /^sshd:/m.test(passwd) ? passwd : `${passwd}sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin\n`);
  const start = `${server}/sbin/sshd -D -f ${folder}/sshd_config`;
  const script = `
    mount --bind ${folder}/passwd /etc/passwd
    mount --bind ${folder}/ssh_config /etc/ssh/ssh_config
    if [ -d ${server}/lib/openssh ]; then mount --bind ${server}/lib/openssh /usr/lib/openssh; fi
    mount -t tmpfs none /run && mkdir /run/sshd && ip link set lo up
    export LD_LIBRARY_PATH=$(dirname ${wrap}/lib/*/libwrap.so.0)
    ${start} -p 2223 -o ForceCommand=${folder}/bin/hostile &
    trap 'kill $!' EXIT
    trap exit TERM
    ${start} -p 2222 &
    trap 'kill %1 %2' EXIT
    wait`;
  sshd = spawn('unshare', ['--mount', '--net', 'bash', '-ec', script], { stdio: 'ignore' });
  const inside = ['nsenter', '--target', String(sshd.pid), '--mount', '--net', '--'];
  const f2bctl = f2bctlOn('unix:path=/nonexistent', {}, inside);
  await eventually(async () => {
    for (const host of ['web1', 'hostile'])
      if ((await f2bctl('-H', host, 'ping')).status !== 0) throw new Error(`${host} is not there`);
  });
  return f2bctl;
}
