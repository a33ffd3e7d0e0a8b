/**
 * The syntax of systemd's configuration files, see systemd.syntax(7): text in, assignments in file order out.
 * Never throws: a line that cannot be read becomes a problem, and the lines after it are still read.
 */
import type { Parsed, Problem } from '../../core/problem.js';
import { quoted } from '../values/quoted.js';

/** Where in which file something was written. `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** One `Key=value`; `place` is the line the assignment starts on. */
export interface Assignment {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly place: Place;
}

/** One `[Section]` header. */
export interface SectionHeader {
  readonly name: string;
  readonly place: Place;
}

/** A file taken apart, not yet compared with the keys that exist. */
export interface SyntaxTree {
  readonly sections: readonly SectionHeader[];
  readonly assignments: readonly Assignment[];
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** Joins continued lines: the backslash becomes a space, comments in between are skipped. */
function logicalLines(text: string): LogicalLine[] {
  const joined: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const trimmed = raw.replace(/\r$/, '').trimStart();
    if (/^[#;]/.test(trimmed)) continue;
    const line: LogicalLine = { text: (open?.text ?? '') + trimmed, line: open?.line ?? index + 1 };
    if (isContinued(trimmed)) {
      open = { ...line, text: `${line.text.slice(0, -1)} ` };
      continue;
    }
    open = undefined;
    joined.push(line);
  }
  if (open !== undefined) joined.push(open);
  return joined;
}

/** An even number of backslashes at the end is backslashes, an odd one continues the line. */
function isContinued(line: string): boolean {
  let end = line.length;
  while (line[end - 1] === '\\') end -= 1;
  return (line.length - end) % 2 === 1;
}

/** Reads one file. Problems: lines that are neither section, assignment nor comment. */
export function parseSyntax(text: string, file: string): Parsed<SyntaxTree> & { readonly value: SyntaxTree } {
  const problems: Problem[] = [];
  const sections: SectionHeader[] = [];
  const assignments: Assignment[] = [];
  for (const { text: logical, line } of logicalLines(text)) {
    const trimmed = logical.trim();
    if (trimmed === '') continue;
    const place = { file, line };
    if (trimmed.startsWith('[')) {
      const name = /^\[([^[\]]+)\]$/.exec(trimmed)?.[1];
      if (name === undefined) problems.push({ ...place, ...notASection(trimmed) });
      else sections.push({ name, place });
      continue;
    }
    const equals = trimmed.indexOf('=');
    const key = trimmed.slice(0, Math.max(equals, 0)).trimEnd();
    const value = trimmed.slice(equals + 1).trimStart();
    const section = sections.at(-1)?.name;
    if (key === '') problems.push({ ...place, ...notAnAssignment(trimmed) });
    else if (trimmed.includes('\0')) problems.push({ ...place, ...holdsNul(key) });
    else if (section === undefined) problems.push({ ...place, ...outsideSection(key) });
    else assignments.push({ section, key, value, place });
  }
  return { value: { sections, assignments }, problems };
}

type Wording = Pick<Problem, 'message' | 'hint'>;

function notASection(text: string): Wording {
  return { message: `${quoted(text)} is not a section header`, hint: 'write [Name] alone on the line' };
}

function notAnAssignment(text: string): Wording {
  return {
    message: `${quoted(text)} is not an assignment`,
    hint: 'write Key=value; comments start with # at the beginning of a line',
  };
}

function holdsNul(key: string): Wording {
  return { message: `the value of ${quoted(key)} holds a NUL byte`, hint: 'is this a text file?' };
}

function outsideSection(key: string): Wording {
  return { message: `${quoted(key)} stands before any section`, hint: 'put a section header such as [Ban] above it' };
}
