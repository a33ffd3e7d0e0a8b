import { lookInto } from './access.js';
import { hostOfFile } from './host-of-file.js';

/** The hosts whose journals systemd-journal-remote(8) keeps in the folder, in the order of their names; none where it may not be read. */
export function remoteHosts(directory: string): readonly string[] {
  const hosts = lookInto(directory).names.flatMap((name) => hostOfFile(name) ?? []);
  return [...new Set(hosts)].sort();
}
