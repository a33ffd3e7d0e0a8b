/** What an import makes of a configuration in memory, with some of the shipped jails and filters. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { textOf } from '../../src/host/files/configuration-files.js';
import { listFolder } from '../../src/host/files/read-file.js';
import { importFail2ban } from '../../src/import/import.js';
import type { Configuration } from './fail2ban-configurations.js';
import { repository } from './repository.js';

const shipped = [
  { name: 'ssh.service', filter: 'sshd', units: ['ssh.service', 'ssh@*.service'] },
  { name: 'nginx-http-auth', filter: 'nginx-http-auth', units: ['nginx.service'] },
  { name: 'recidive', filter: '', units: [] },
];

const filters = join(repository, 'filters');

/** Names that /etc/services has. */
const known = new Set(['ssh', 'http', 'https', 'smtp', 'submission', 'pop3', 'pop3s', 'imap', 'imaps']);

export function imported(configuration: Configuration, only: readonly string[] = [], written: readonly string[] = []) {
  const directory = '/etc/fail2ban';
  const texts = new Map(Object.entries(configuration).map(([path, text]) => [`${directory}/${path}`, text]));
  const list = (folder: string) =>
    [...texts.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
  const { value, problems } = importFail2ban({
    directory,
    only,
    files: {
      read: (path) => (path.startsWith(filters) ? textOf(path) : texts.get(path)),
      list: (folder) => (folder === filters ? listFolder(filters) : list(folder)),
    },
    shipped,
    isPublic: (path) => !path.endsWith('/secret.conf'),
    filterFolders: [filters],
    services: (name) => (known.has(name) ? ['1/tcp'] : undefined),
    written: new Set(written),
  });
  assert.ok(value !== undefined);
  const made = [value.serverFiles, ...value.jails.map((jail) => jail.files)].flat();
  const files = new Map(made.map(({ path, text }) => [path, text]));
  const settings = (path: string) => (files.get(path) ?? '').split('\n').filter((line) => /^\w+=/.test(line));
  const outcomes = new Map(value.jails.flatMap(({ findings }) => findings.map((found) => [found.option, found])));
  return { value, problems, files, settings, outcomes };
}
