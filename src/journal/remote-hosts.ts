import { readdirSync } from 'node:fs';

/** The files of a host, as native/files/host.c has them. */
const FILE = /^remote-([^/]{1,200}?)(?:@[0-9a-f-]+)?\.journal$/;

/** The hosts whose journals systemd-journal-remote(8) keeps in the folder, in the order of their names; none where it may not be read. */
export function remoteHosts(directory: string): readonly string[] {
  let names: readonly string[] = [];
  try {
    names = readdirSync(directory);
  } catch {}
  const hosts = names.flatMap((name) => {
    const host = FILE.exec(name)?.[1];
    return host === undefined || host.includes('@') ? [] : [host];
  });
  return [...new Set(hosts)].sort();
}
