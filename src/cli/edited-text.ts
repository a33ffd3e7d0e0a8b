/**
 * What a person edits of a jail, and what of it is taken. Invariant: what somebody wrote is kept when the agent would
 * refuse it, or when it cannot be written.
 */
import type { SourceText } from '../config/config-texts.js';
import { asF2bError, F2bError, withHint } from '../errors.js';
import { errorLines } from '../text/error-lines.js';
import { type Change, changeConfiguration } from './change-configuration.js';
import type { Dependencies } from './dependencies.js';
import { styleFor } from './print/style.js';

/** A file that is about to be edited. */
export interface Draft {
  readonly path: string;
  /** What is in it now; empty when it is not there. */
  readonly before: string;
  /** What is shown in the editor. */
  readonly shown: string;
  /** What of an edited text becomes the file. */
  readonly bodyOf: (edited: string) => string;
}

const BEGIN = '### Anything between here and the comment below will become the contents of the drop-in';
const END = '### Edits below this comment will be discarded';

/** What systemctl edit shows: room for the drop-in, and below it what there is, as comments. */
export function dropinDraft(path: string, before: string, files: readonly SourceText[]): Draft {
  const others = files.filter((file) => file.path !== path).flatMap(commented);
  const lines = [`### Editing ${path}`, BEGIN, '', before.trimEnd(), '', END, '', ...others, ''];
  return { path, before, shown: lines.join('\n'), bodyOf: betweenMarks };
}

/** The whole file; `shipped` is what it begins with when it is not there. */
export function wholeDraft(path: string, before: string | undefined, shipped: string): Draft {
  return { path, before: before ?? '', shown: before ?? shipped, bodyOf: inLines };
}

function commented({ path, text }: SourceText): readonly string[] {
  return [
    `### ${path}`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `# ${line}`.trimEnd()),
    '',
  ];
}

function betweenMarks(text: string): string {
  const lines = text.split('\n');
  const end = lines.indexOf(END);
  return inLines(lines.slice(lines.indexOf(BEGIN) + 1, end < 0 ? undefined : end).join('\n'));
}

function inLines(text: string): string {
  const body = text.trim();
  return body === '' ? '' : `${body}\n`;
}

/**
 * Has the person edit until the agent would take it, or they give up. Returns the changes that were made; none when nothing
 * was edited. Throws EDITOR_FAILED, and what changeConfiguration throws, with where the text is kept.
 */
export async function takeEdited(
  { path, before, shown, bodyOf }: Draft,
  directory: string,
  dependencies: Dependencies,
): Promise<readonly Change[]> {
  const { configuration } = dependencies;
  for (let text = shown; ; ) {
    text = await configuration.edit(text);
    const edited = bodyOf(text);
    if (edited === bodyOf(shown) || edited === before) return [];
    const changes = [{ path, text: edited }];
    try {
      await changeConfiguration(changes, directory, dependencies);
      return changes;
    } catch (cause) {
      const refusal = asF2bError(cause);
      const isAgain = await isEditedAgain(refusal, dependencies);
      if (isAgain === true) continue;
      // Who was asked has read what is wrong.
      const told = isAgain === undefined ? refusal : new F2bError(refusal.code, 'nothing was changed');
      throw withWhereItIs(told, path, configuration.keep(edited));
    }
  }
}

/** Undefined when nobody was asked. */
async function isEditedAgain(refusal: F2bError, dependencies: Dependencies): Promise<boolean | undefined> {
  if (refusal.code !== 'CONFIG_INVALID') return undefined;
  const { errors, environment, confirm } = dependencies;
  const told = errorLines(refusal, styleFor(errors, environment), 'f2bctl');
  return confirm([...told, 'Edit it again?'].join('\n'));
}

function withWhereItIs(refusal: F2bError, path: string, kept: string): F2bError {
  const way = `mend it, and put it in place with install -Dm644 ${kept} ${path} and f2bctl reload`;
  return withHint(refusal, `your text is in ${kept}: ${way}`);
}
