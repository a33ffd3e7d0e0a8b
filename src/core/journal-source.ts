/** A journal beside the machine's own that a jail reads. Each has a position of its own. */
export interface JournalSource {
  /** As the jail's file names it, such as `LogNamespace=web`: what it is told apart and its position is stored by. */
  readonly name: string;
  /** A journal namespace, which a journald of its own serves; see systemd-journald.service(8). */
  readonly namespace?: string;
  /** The folder in which another machine's journald keeps its files. */
  readonly directory?: string;
  /** True of each such folder. */
  readonly ofMachine?: true;
  /** The host whose entries systemd-journal-remote(8) keeps there, or ANY_HOST; in the folder are those of others too. */
  readonly host?: string;
}

/** Stands for each host whose entries are there. */
export const ANY_HOST = '*';

export function remoteSourceName(host: string): string {
  return `Remote=${host}`;
}
