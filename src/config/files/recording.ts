/**
 * What a configuration was read from, kept so that it can be read again when the files are wrong.
 * Invariant: read again from the record, by the same code, a configuration is the same.
 */
import type { Parsed } from '../../core/problem.js';
import type { Disk } from './disk.js';

/** All that is asked to read a configuration with its filters. */
export interface Sources {
  readonly disk: Disk;
  /** The text of a file of filters; undefined when there is none. */
  readonly read: (path: string) => string | undefined;
  /** The names in a folder of filters. */
  readonly list: (path: string) => readonly string[];
}

/** A question and its answer; `null` for none. */
type Answer = readonly [question: string, answer: unknown];

export interface Recording extends Sources {
  /** All answers so far, as text. */
  text(): string;
}

/** Asks `sources`, and remembers the answers. */
export function record({ disk, read, list }: Sources): Recording {
  const answers = new Map<string, unknown>();
  const keep = <T>(kind: string, subject: string, answer: T): T => {
    answers.set(`${kind} ${subject}`, answer ?? null);
    return answer;
  };
  const keepValue = <T>(kind: string, subject: string, answer: Parsed<T>): Parsed<T> => {
    keep(kind, subject, answer.value);
    return answer;
  };
  return {
    disk: {
      names: (folder) => keepValue('names', folder, disk.names(folder)),
      text: (path) => keepValue('text', path, disk.text(path)),
      isMask: (path) => keep('mask', path, disk.isMask(path)),
      isMissing: (folder) => keep('missing', folder, disk.isMissing(folder)),
      isUsable: (path, as) => keep(as, path, disk.isUsable(path, as)),
      realPath: (path) => keep('real', path, disk.realPath(path)),
      unitOf: (name) => keep('unit', name, disk.unitOf(name)),
      userId: (name) => keep('user', name, disk.userId(name)),
    },
    read: (path) => keep('read', path, read(path)),
    list: (path) => keep('list', path, list(path)),
    text: () => JSON.stringify([...answers]),
  };
}

/** Answers as was recorded; what was not asked then is not there. Undefined when the text is no record. */
export function replay(text: string): Sources | undefined {
  const answers = answersIn(text);
  if (answers === undefined) return undefined;
  const names = (kind: string, folder: string): readonly string[] => {
    const answer = answers.get(`${kind} ${folder}`);
    return Array.isArray(answer) ? answer.filter((name) => typeof name === 'string') : [];
  };
  const is = (kind: string, subject: string) => answers.get(`${kind} ${subject}`) === true;
  const textOf = (kind: string, subject: string) => {
    const answer = answers.get(`${kind} ${subject}`);
    return typeof answer === 'string' ? answer : undefined;
  };
  return {
    disk: {
      names: (folder) => ({ value: names('names', folder), problems: [] }),
      text: (path) => ({ value: sourceText(path, answers.get(`text ${path}`)), problems: [] }),
      isMask: (path) => is('mask', path),
      isMissing: (folder) => is('missing', folder),
      isUsable: (path, as) => is(as, path),
      realPath: (path) => textOf('real', path),
      unitOf: (name) => textOf('unit', name) ?? name,
      userId: (name) => {
        const answer = answers.get(`user ${name}`);
        return typeof answer === 'number' ? answer : undefined;
      },
    },
    read: (path) => textOf('read', path),
    list: (path) => names('list', path),
  };
}

function answersIn(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries) && entries.every(isAnswer) ? new Map(entries) : undefined;
  } catch {
    return undefined;
  }
}

function isAnswer(entry: unknown): entry is Answer {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';
}

function sourceText(path: string, answer: unknown) {
  if (typeof answer !== 'object' || answer === null || !('text' in answer)) return undefined;
  return typeof answer.text === 'string' ? { path, text: answer.text } : undefined;
}
