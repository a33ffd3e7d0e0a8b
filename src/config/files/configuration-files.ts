/** The configuration as files that people list, read and change, without the agent. */
import type { JournalSource } from '../../core/journal-source.js';
import type { SourceText } from '../config-texts.js';
import type { ConfigurationCheck } from '../configuration-check.js';
import type { EffectiveSetting } from '../effective-settings.js';

/** A jail as its files have it. */
export interface JailEntry {
  readonly name: string;
  readonly state: 'enabled' | 'disabled' | 'masked';
  readonly description: string;
  readonly filter: string;
  readonly units: readonly string[];
  /** The journal that it reads, when it is not the machine's own. */
  readonly source?: JournalSource;
  /** Who besides the service could get somebody else banned by it; empty: nobody. */
  readonly forgeableBy: string;
  /** The main file first, then the drop-ins; none when it is masked. */
  readonly files: readonly SourceText[];
}

/** The configuration as it lies on the disk; `directory` is that of the administrator. */
export interface ConfigurationFiles {
  readonly jails: (directory: string) => Promise<readonly JailEntry[]>;
  /** What is in force for a jail. Throws UNKNOWN_JAIL. */
  readonly settings: (directory: string, jail: string) => Promise<readonly EffectiveSetting[]>;
  /** What the agent would say of it, with these files of jails on top. */
  readonly check: (directory: string, files: readonly string[]) => Promise<ConfigurationCheck>;
  /** Whether a jail of that name comes with f2b, also where a file of the administrator's takes its place. */
  readonly isShipped: (jail: string) => boolean;
  /** The text of a file, undefined when there is none. */
  readonly read: (path: string) => string | undefined;
  /** When it was last changed, moved here or installed, µs since the epoch; undefined when there is none. */
  readonly changedAt: (path: string) => number | undefined;
  /** Whether everybody may read the file itself, wherever a link leads; false when there is none. */
  readonly isPublic: (path: string) => boolean;
  /** The names in a folder, none when there is no such folder. */
  readonly list: (folder: string) => readonly string[];
  /** Throws CONFIG_UNWRITABLE; so do `writeSecret`, which nobody else may read, and `remove`. */
  readonly write: (path: string, text: string) => void;
  /** A file that a person named, in a folder that is there. Throws OUTPUT_FAILED. */
  readonly writeOutput: (path: string, text: string) => void;
  readonly writeSecret: (path: string, text: string) => void;
  readonly remove: (path: string) => void;
  /** Lets the person at the terminal edit the text; throws EDITOR_FAILED. */
  readonly edit: (text: string) => Promise<string>;
  /** Keeps a text that was not taken, and returns the path of the file that it is in; throws CONFIG_UNWRITABLE. */
  readonly keep: (text: string) => string;
}
