/** What a key of a configuration file is: its section, type, default and meaning. */
import type { Escapes } from '../files/words.js';
import type { Reader } from '../values/readers.js';

export type SectionName = 'Jail' | 'Journal' | 'Ban' | 'Agent' | 'Tail' | 'Action' | 'Fleet' | 'Count';

/** One value; the last assignment counts, an empty one returns to the default. */
export interface ScalarKey<T> {
  readonly kind: 'scalar';
  readonly section: SectionName;
  readonly name: string;
  readonly read: Reader<T>;
  /** The default, as it would be written in a file. */
  readonly initial: string;
  /** What it is, for hints. */
  readonly doc: string;
}

/** A list of words; assignments append, an empty one drops what came before. `read` reads one word. */
export interface ListKey<T> {
  readonly kind: 'list';
  readonly section: SectionName;
  readonly name: string;
  readonly read: Reader<T>;
  readonly initial: '';
  readonly escapes: Escapes;
  readonly doc: string;
}

/** Makes keys of a section that hold one value each. */
export function scalars(section: SectionName) {
  return <T>(name: string, read: Reader<T>, initial: string, doc: string): ScalarKey<T> => ({
    kind: 'scalar',
    section,
    name,
    read,
    initial,
    doc,
  });
}

/** Makes keys of a section that hold lists. */
export function lists(section: SectionName) {
  return <T>(name: string, read: Reader<T>, doc: string, escapes: Escapes = 'decode'): ListKey<T> => ({
    kind: 'list',
    section,
    name,
    read,
    initial: '',
    escapes,
    doc,
  });
}

/** What suggestions, the check for unknown keys and the manual pages need of a key. */
export type KnownKey = Pick<ScalarKey<unknown>, 'section' | 'name' | 'initial' | 'doc'> & {
  readonly kind: 'scalar' | 'list';
};
