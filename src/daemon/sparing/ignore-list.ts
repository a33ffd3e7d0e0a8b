/**
 * The addresses that one jail's IgnoreIP= names: written out, by host name, or in files.
 * Asked for every failure, so it answers from memory; files are looked at again at most once a second.
 */
import { type Address, isSingle, parseAddress } from '../../core/address/address.js';
import { AddressSet } from '../../core/address/address-set.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { ListFile } from '../../ports/list-file.js';

/** What a file held when it was last read; `version` is undefined when it cannot be read now. */
interface Listed {
  readonly version: string | undefined;
  readonly addresses: readonly Address[];
}

export interface IgnoreListSources {
  readonly clock: Clock;
  /** Undefined when there is no such file. */
  readonly file: (path: string) => ListFile | undefined;
  /** Told, whenever a file was looked at, whether it can be read. */
  readonly looked: (path: string, isReadable: boolean) => void;
  /** What a host name stood for when it was last resolved. */
  readonly addressesOf: (name: string) => readonly Address[];
}

export interface IgnoreList {
  holds(address: Address): boolean;
  /** Looks at the files now. */
  refresh(): void;
  /** Host names to keep resolved. */
  readonly names: readonly string[];
}

/** How often files are looked at, µs. */
const LOOK_EVERY = MICROS_PER_SECOND;
const FILE = 'file:';

export function createIgnoreList(words: readonly string[], sources: IgnoreListSources): IgnoreList {
  const fixed = words.map(parseAddress).filter((address) => address !== undefined);
  const paths = words.filter((word) => word.startsWith(FILE)).map((word) => word.slice(FILE.length));
  const names = hostNamesIn(words);
  const files = new Map<string, Listed>();
  let built = new AddressSet(fixed);
  let builtFrom = '';
  let lookedAt = Number.NEGATIVE_INFINITY;

  const refresh = () => {
    const resolved = names.flatMap((name) => [...sources.addressesOf(name)]);
    lookedAt = sources.clock.now();
    for (const path of paths) {
      const listed = look(sources.file(path), files.get(path));
      files.set(path, listed);
      sources.looked(path, listed.version !== undefined);
    }
    const listed = [...files.values()];
    const from = [...resolved.map(({ text }) => text), ...listed.map(({ version }) => version)].join();
    if (from === builtFrom) return;
    builtFrom = from;
    built = new AddressSet([...fixed, ...resolved, ...listed.flatMap(({ addresses }) => addresses)]);
  };

  return {
    names,
    refresh,
    holds(address) {
      const now = sources.clock.now();
      if (paths.length + names.length > 0 && Math.abs(now - lookedAt) >= LOOK_EVERY) refresh();
      return isHeld(built, address);
    },
  };
}

/** The host names among the words of IgnoreIP=. */
export function hostNamesIn(words: readonly string[]): readonly string[] {
  return words.filter((word) => !word.startsWith(FILE) && parseAddress(word) === undefined);
}

/** True when the set covers the address, or anything in the prefix. */
export function isHeld(set: AddressSet, address: Address): boolean {
  return (isSingle(address) ? set.covering(address) : set.touching(address)) !== undefined;
}

/**
 * Reads the file again if it changed. A file that is gone spares nobody; one that cannot be read keeps what it held.
 */
function look(file: ListFile | undefined, known: Listed | undefined): Listed {
  if (file === undefined) return { version: undefined, addresses: [] };
  if (known?.version === file.version) return known;
  const text = file.read();
  if (text === undefined) return { version: undefined, addresses: known?.addresses ?? [] };
  return { version: file.version, addresses: addressesIn(text) };
}

/** One address or prefix a word; `#` and `;` start comments. Words that are none are passed over. */
function addressesIn(text: string): readonly Address[] {
  return text
    .split('\n')
    .flatMap((line) => line.replace(/[#;].*$/, '').split(/[\s,]+/))
    .map(parseAddress)
    .filter((address) => address !== undefined);
}
