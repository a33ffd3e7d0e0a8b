/** What all verbs share: the choice of output, a connection that is closed again, and printing. */
import { type Command, Option } from 'commander';
import { ifThere } from '../async/if-there.js';
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import type { AgentClient } from '../control/client.js';
import { append } from '../core/append.js';
import type { F2bError } from '../errors.js';
import type { PagerOptions } from '../host/programs/pager.js';
import { countingMeasure, exactMeasure, type Measure } from '../text/width.js';
import type { Asking, Dependencies, Piece } from './dependencies.js';
import { jsonText } from './print/json.js';
import { type Style, styleFor } from './print/style.js';
import type { Table } from './print/table.js';
import type { Now } from './print/times.js';

/** Adds a verb to the program. One file in commands/ each. */
export type AddCommand = (program: Command, dependencies: Dependencies) => void;

/** `--output`: one form for people, one for programs. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(['text', 'json', 'json-pretty']).default('text');
}

/** `--config-directory`, for what is done without the agent. */
export function configDirectoryOption(): Option {
  return new Option('--config-directory <dir>', 'where the configuration is').default(DEFAULT_CONFIG_DIRECTORY);
}

/** True for the forms that programs read. */
export function isForPrograms({ output }: OutputOptions): boolean {
  return output !== 'text';
}

/** Ends the run with a status of its own, after all is said. */
export class EndWith extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** Reads an option that may be repeated: all its values. */
export function collect(value: string, sofar: readonly string[] = []): readonly string[] {
  return [...sofar, value];
}

/** The options that `outputOption` gives. */
export interface OutputOptions {
  readonly output: string;
}

/**
 * Runs `work` with a connection to the agent and closes it, however `work` ends.
 */
export async function withAgent<T>(
  dependencies: Pick<Dependencies, 'connect'>,
  work: (client: AgentClient) => Promise<T>,
  asking?: Asking,
): Promise<T> {
  const { client, close } = await dependencies.connect(asking);
  try {
    return await work(client);
  } finally {
    close();
  }
}

/** The same; undefined where there is no agent to ask. */
export async function withAgentIfThere<T>(
  dependencies: Dependencies,
  isAway: (error: F2bError) => boolean,
  work: (client: AgentClient) => Promise<T>,
  asking?: Asking,
): Promise<T | undefined> {
  return ifThere(isAway, () => withAgent(dependencies, work, asking));
}

/**
 * Does `work` for one after the other, and shows all that its portions hold: also when the agent stops in the middle,
 * for this much is done. Answers with how much that was.
 */
export async function showDone<Wanted, Done>(
  wanted: readonly Wanted[],
  work: (one: Wanted) => AsyncIterable<readonly Done[]>,
  show: (done: readonly Done[]) => Promise<void>,
): Promise<number> {
  const done: Done[] = [];
  try {
    for (const one of wanted) for await (const portion of work(one)) append(done, portion);
  } finally {
    if (done.length > 0) await show(done);
  }
  return done.length;
}

/** Prints the value as JSON or, for people, the lines. */
export async function print(
  dependencies: Dependencies,
  options: OutputOptions,
  value: unknown,
  lines: (style: Style, now: Now) => readonly string[],
): Promise<void> {
  const { output: stream, environment, now, zone } = dependencies;
  if (isForPrograms(options)) {
    stream.write(jsonText(value, options.output));
    return;
  }
  const linesWith = (widthOf: Measure) => lines(styleFor(stream, environment, widthOf), { now: now(), zone });
  const counting = countingMeasure();
  let shown = linesWith(counting.widthOf);
  if (!counting.isExact) shown = linesWith(await exactMeasure());
  await throughPager(dependencies, shown.length > 0 ? [`${shown.join('\n')}\n`] : []);
}

/** Prints a table of any length, some of its lines at a time, and what is said below it. No rows: that alone. */
export async function printTable<T>(
  dependencies: Dependencies,
  table: Table<T>,
  positions: readonly number[],
  below: readonly string[],
): Promise<void> {
  const widthOf = table.isPlain ? countingMeasure().widthOf : await exactMeasure();
  await throughPager(dependencies, linesOf(table, widthOf, positions, below));
}

function* linesOf<T>(
  table: Table<T>,
  widthOf: Measure,
  positions: readonly number[],
  below: readonly string[],
): Generator<string> {
  if (positions.length > 0) for (const portion of table.portions(widthOf, positions)) yield `${portion}\n`;
  yield `${below.join('\n')}\n`;
}

/**
 * Writes the pieces to the pager, or where there is none to the output itself. No more of them are made than the pager takes
 * while somebody reads on.
 */
export async function throughPager(
  { output, pager }: Dependencies,
  pieces: Iterable<Piece>,
  options?: PagerOptions,
): Promise<void> {
  const opened = await pager(options);
  for (const piece of pieces) {
    if (opened === undefined) output.write(piece);
    else if (!opened.write(piece) && !(await opened.wantsMore())) break;
  }
  await opened?.close();
}
