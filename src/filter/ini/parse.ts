/**
 * Reads the text of one filter file as Python's ConfigParser does, which is what filter authors test against:
 * `=` or `:` after the name, values go on in indented lines, `#` and `;` open comment lines, ` ;` an inline comment.
 * Names of options are in lower case; sections and options appear once.
 */
import type { Parsed, Problem } from '../../core/problem.js';

/** One `name = value` with the place it was written at. */
export interface IniOption {
  readonly value: string;
  readonly file: string;
  /** Where the name stands, counted from 1. */
  readonly line: number;
  /** The line number of each line of `value`. */
  readonly lines: readonly number[];
}

export type IniSection = ReadonlyMap<string, IniOption>;

/** One file. `defaults` is its `[DEFAULT]` section. */
export interface IniFile {
  readonly file: string;
  readonly defaults: IniSection;
  readonly sections: ReadonlyMap<string, IniSection>;
}

interface OpenOption {
  readonly name: string;
  readonly section: Map<string, IniOption>;
  readonly line: number;
  readonly values: string[];
  readonly lines: number[];
}

interface Reader {
  readonly file: string;
  readonly problems: Problem[];
  readonly defaults: Map<string, IniOption>;
  readonly sections: Map<string, Map<string, IniOption>>;
  section: Map<string, IniOption> | undefined;
  option: OpenOption | undefined;
  /** Indentation of the line that opened the option; deeper lines continue it. */
  indent: number;
}

/** Parses `text`; a file with problems still yields what could be read. */
export function parseIni(text: string, file: string): Parsed<IniFile> {
  const reader: Reader = {
    file,
    problems: [],
    defaults: new Map(),
    sections: new Map(),
    section: undefined,
    option: undefined,
    indent: 0,
  };
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  lines.forEach((line, index) => {
    readLine(reader, line, index + 1);
  });
  closeOption(reader);
  const { defaults, sections, problems } = reader;
  return { value: { file, defaults, sections }, problems };
}

function readLine(reader: Reader, line: string, number: number): void {
  const comment = commentStart(line);
  const value = (comment === undefined ? line : line.slice(0, comment)).trim();
  if (value === '') {
    // An empty line belongs to the value, a commented one does not.
    if (comment === undefined) continueOption(reader, '', number);
    return;
  }
  const indent = line.search(/\S/);
  if (reader.option !== undefined && indent > reader.indent) {
    continueOption(reader, value, number);
    return;
  }
  closeOption(reader);
  reader.indent = indent;
  const header = /^\[(.+)\]/.exec(value);
  if (header !== null) openSection(reader, header[1] ?? '', number);
  else openOption(reader, value, number);
}

function continueOption({ option }: Reader, value: string, number: number): void {
  option?.values.push(value);
  option?.lines.push(number);
}

/** Where a comment starts in the line, or undefined. */
function commentStart(line: string): number | undefined {
  if (/^\s*[#;]/.test(line)) return 0;
  const inline = /\s;/.exec(line);
  return inline === null ? undefined : inline.index + 1;
}

function openSection(reader: Reader, name: string, number: number): void {
  if (name === 'DEFAULT') {
    reader.section = reader.defaults;
    return;
  }
  if (reader.sections.has(name)) {
    problem(
      reader,
      number,
      `section [${name}] appears twice`,
      'merge the two, the options of one may override the other',
    );
  }
  reader.section = reader.sections.get(name) ?? new Map();
  reader.sections.set(name, reader.section);
}

function openOption(reader: Reader, text: string, number: number): void {
  const section = reader.section;
  if (section === undefined) {
    problem(reader, number, `"${shorten(text)}" stands before the first section`, 'write [Definition] above it');
    return;
  }
  const parts = /^([^=:]*)[=:](.*)$/s.exec(text);
  const name = parts?.[1]?.trimEnd().toLowerCase() ?? '';
  if (name === '') {
    const hint = 'write NAME = VALUE; a line that continues a value must be indented';
    problem(reader, number, `"${shorten(text)}" is neither an option nor a section`, hint);
    return;
  }
  if (section.has(name)) {
    problem(
      reader,
      number,
      `option "${name}" is set twice in one section`,
      'remove one of the two, or indent lines that continue it',
    );
  }
  reader.option = { name, section, line: number, values: [parts?.[2]?.trimStart() ?? ''], lines: [number] };
}

function closeOption(reader: Reader): void {
  const { option } = reader;
  if (option === undefined) return;
  const { name, section, line, values, lines } = option;
  section.set(name, { value: values.join('\n').trimEnd(), file: reader.file, line, lines });
  reader.option = undefined;
}

function problem(reader: Reader, line: number, message: string, hint: string): void {
  reader.problems.push({ file: reader.file, line, message, hint });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
