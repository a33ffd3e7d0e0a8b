/** Refuses sections and keys that do not exist in a kind of file, and names what was probably meant. */
import type { Problem } from '../../core/problem.js';
import type { Assignment, SectionHeader, SyntaxTree } from '../files/syntax.js';
import { quoted } from '../values/quoted.js';
import { fail2banAnswer } from './fail2ban-keys.js';
import { keysOf } from './keys.js';
import { nearest } from './nearest.js';

export type FileKind = keyof typeof keysOf;

const fileNames: Readonly<Record<FileKind, string>> = {
  jail: 'units/NAME.conf',
  agent: 'f2bd.conf',
  tail: 'tail/NAME.conf',
  action: 'actions/NAME.conf',
  fleet: 'fleet.conf',
};

function sectionsOf(kind: FileKind): string[] {
  return [...new Set(keysOf[kind].map(({ section }) => section))];
}

/** All unknown sections and keys of one file, in file order. `filter` is the name of the jail's filter, for hints. */
export function checkKnown(tree: SyntaxTree, kind: FileKind, filter = 'NAME'): readonly Problem[] {
  const sections = sectionsOf(kind);
  const problems = [
    ...tree.sections.filter(({ name }) => !sections.includes(name)).map((header) => unknownSection(header, kind)),
    ...tree.assignments
      .filter(({ section }) => sections.includes(section))
      .flatMap((found) => unknownKey(found, kind, filter)),
  ];
  return problems.sort((a, b) => a.line - b.line);
}

/** For a section of another kind of name, as fail2ban's [DEFAULT] and [sshd]. */
const OF_FAIL2BAN =
  'a file is one jail here, named after its unit, with [Jail], [Journal] and [Ban]; what is set for all jails goes into [Ban] of f2bd.conf; f2bctl import carries fail2ban’s files over';

function unknownSection({ name, place }: SectionHeader, kind: FileKind): Problem {
  const sections = sectionsOf(kind);
  const meant = nearest(name, sections);
  const message = `there is no section [${quoted(name).slice(1, -1)}]`;
  if (meant !== undefined) return { ...place, message, hint: `did you mean [${meant}]?` };
  if (kind === 'jail' && !/^[A-Z][a-z]+$/.test(name)) return { ...place, message, hint: OF_FAIL2BAN };
  return { ...place, message, hint: `${fileNames[kind]} has ${sections.map((section) => `[${section}]`).join(', ')}` };
}

function unknownKey({ section, key, value, place }: Assignment, kind: FileKind, filter: string): readonly Problem[] {
  const all = keysOf[kind];
  if (all.some((known) => known.section === section && known.name === key)) return [];
  const message = `there is no key ${quoted(key)} in [${section}]`;
  const elsewhere = all.find((known) => known.name === key);
  const answer = kind === 'jail' || kind === 'agent' ? fail2banAnswer(key, value, filter) : undefined;
  if (answer !== undefined) return [{ ...place, message, hint: answer }];
  if (elsewhere !== undefined) return [{ ...place, message, hint: `${key}= belongs into [${elsewhere.section}]` }];
  const inSection = all.filter((known) => known.section === section).map(({ name }) => name);
  const meant =
    nearest(key, inSection) ??
    nearest(
      key,
      all.map(({ name }) => name),
    );
  const home = all.find(({ name }) => name === meant)?.section;
  if (meant === undefined) return [{ ...place, message, hint: `[${section}] has ${inSection.join(', ')}` }];
  return [{ ...place, message, hint: `did you mean ${meant}=${home === section ? '' : ` in [${home}]`}?` }];
}
