/**
 * Reads annotated log samples: `# filterOptions: […]` names the option sets for the lines that follow, `# failJSON:
 * {…}` says what is expected of the next line. The form is that of fail2ban's own test logs.
 */

/** What a line is expected to lead to; missing keys are not looked at. */
export interface Expected {
  readonly match?: boolean;
  readonly host?: string;
  /** Local time without zone. */
  readonly time?: string;
  readonly attempts?: number;
  readonly user?: string;
  readonly users?: readonly string[];
}

export interface SampleLine {
  readonly number: number;
  readonly text: string;
  readonly expected: Expected;
}

/** All lines for one set of options, in order. */
export interface SampleRun {
  readonly options: Readonly<Record<string, string>>;
  readonly lines: readonly SampleLine[];
}

export function readSamples(text: string): readonly SampleRun[] {
  const runs = new Map<string, { options: Record<string, string>; lines: SampleLine[] }>();
  let sets: Record<string, string>[] = [{}];
  let expected: Expected | undefined;
  text.split('\n').forEach((line, index) => {
    const directive = /^# (failJSON|filterOptions): (.+)$/.exec(line);
    if (directive?.[1] === 'filterOptions') sets = JSON.parse(directive[2] ?? '');
    if (directive?.[1] === 'failJSON') expected = JSON.parse(directive[2] ?? '');
    if (directive !== null || line.startsWith('#') || line === '') return;
    for (const options of sets) {
      const key = JSON.stringify(options);
      const run = runs.get(key) ?? { options, lines: [] };
      run.lines.push({ number: index + 1, text: line, expected: expected ?? {} });
      runs.set(key, run);
    }
    expected = undefined;
  });
  return [...runs.values()];
}
