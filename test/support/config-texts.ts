/** Small configurations as texts, read by the very code that reads the files. */

import type { JailConfig } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse-config.js';
import type { Machine } from '../../src/config/values/machine.js';
import { formatProblem, type Parsed } from '../../src/core/problem.js';

const services = 'ssh 22/tcp\ndomain 53/tcp\ndomain 53/udp\nhttp 80/tcp www # WorldWideWeb\n';

/** A machine with a few users, on which all programs are what they are called. */
export const machine: Machine = {
  isUsable: () => true,
  names: (folder) => ({ value: folder === '/srv/geoip' ? ['country.mmdb'] : [], problems: [] }),
  isMissing: (folder) => folder.startsWith('/nonexistent'),
  userId: (name) => ({ root: 0, 'www-data': 33, 'my-app': 1001, dynamic: 61_200 })[name],
  unitOf: (name) => (name === 'sshd.service' ? 'ssh.service' : name),
  realPath: (path) => (path.startsWith('/nonexistent') ? undefined : path.replace(/^\/bin\//, '/usr/bin/')),
};

/** A configuration of f2bd.conf and one jail file, `ssh.service.conf`, with drop-ins `10.conf`, `11.conf` … */
export function configOf(jail: string, agent = '', ...dropins: readonly string[]): ReturnType<typeof parseConfig> {
  return parseConfig({
    agent: { name: 'f2bd.conf', texts: [{ path: 'f2bd.conf', text: agent }] },
    jails: [
      {
        name: 'ssh.service',
        texts: [
          { path: 'ssh.service.conf', text: jail },
          ...dropins.map((text, index) => ({ path: `ssh.service.conf.d/${10 + index}.conf`, text })),
        ],
      },
    ],
    filterFolders: ['/etc/f2b/filters'],
    services,
    machine,
  });
}

export function jailOf(jail: string, agent = '', ...dropins: readonly string[]): JailConfig {
  return onlyJail(configOf(jail, agent, ...dropins));
}

/** Throws when there is anything to say about it. */
function onlyJail({ value, problems }: ReturnType<typeof parseConfig>): JailConfig {
  const first = value.jails[0];
  if (first === undefined || problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return first;
}

/** A jail with a name of its own and nothing else. */
export function namedConfigOf(name: string, text: string): ReturnType<typeof parseConfig> {
  const jails = [{ name, texts: [{ path: `${name}.conf`, text }] }];
  return parseConfig({ agent: { name: 'f2bd.conf', texts: [] }, jails, filterFolders: [], services, machine });
}

export function namedJailOf(name: string, text: string): JailConfig {
  return onlyJail(namedConfigOf(name, text));
}

/** All problems as a person sees them, one line each, the hint behind ` | `. */
export function problemsOf({ problems }: Parsed<unknown>): string[] {
  return problems.map((problem) => formatProblem(problem).replace(/\n {2}hint: /, ' | '));
}
