/** What a configuration is read from, as texts. */
import type { Machine } from './values/machine.js';

/** One file that was read. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** All files of one jail, or of f2bd.conf: the main file first, then the drop-ins in the order they apply. */
export interface SourceFiles {
  readonly name: string;
  readonly texts: readonly SourceText[];
}

export interface ConfigTexts {
  readonly agent: SourceFiles;
  readonly jails: readonly SourceFiles[];
  /** Folders of the agent's own filters, searched before FilterPath=. */
  readonly filterFolders: readonly string[];
  /** The text of /etc/services. */
  readonly services: string;
  readonly machine: Machine;
}
