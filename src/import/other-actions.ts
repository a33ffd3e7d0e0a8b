/** What of `action` tells others: each becomes an action of Type=fail2ban, which runs fail2ban's own file. */
import type { ActionFile } from '../config/actions/fail2ban/properties.js';
import { ACTION_PATH, readActionFile } from '../config/actions/fail2ban/read-action-file.js';
import type { Parsed } from '../core/problem.js';
import type { FilterSpec } from '../filter/filter.js';
import type { FilterSource } from '../filter/ini/layers.js';

/** Where fail2ban's files are. */
export interface ActionPlaces {
  /** fail2ban's folder. */
  readonly directory: string;
  readonly files: Omit<FilterSource, 'path'>;
}

/** The texts of the actions that are to be written, by their names; those of all jails share one folder. */
export type TakenNames = Map<string, string>;

/** An action to be written. */
export interface WrittenAction {
  readonly from: string;
  readonly name: string;
  readonly text: string;
}

/** What becomes of one of fail2ban's actions: one of f2b's, or why there is none. */
export type OtherAction = WrittenAction | { readonly from: string; readonly why: string };

/** Options that are hardly anything else: everybody may read the files that an import writes. */
const SECRET = /token|passw|secret|apikey|api_key|authtok/;
/** What the name of an action may have, see actionName. */
const LONGEST_NAME = 64;

export function otherAction(
  { name, options }: FilterSpec,
  jail: string,
  { directory, files }: ActionPlaces,
  taken: TakenNames,
): OtherAction {
  const secret = Object.keys(options).find((key) => SECRET.test(key));
  if (secret !== undefined)
    return {
      from: name,
      why: `${secret} is a secret: write an action of Type=fail2ban that only root and f2b-actions can read, see f2b.action(5)`,
    };
  const folder = `${directory}/action.d`;
  const { value, problems } = readAction({ name, options }, folder, files);
  if (value === undefined) {
    const [problem] = problems;
    return { from: name, why: `${problem?.message}; ${problem?.hint ?? 'see f2b.action(5)'}` };
  }
  const spec = written(name, { name: jail, ...options });
  if (spec === undefined) return { from: name, why: 'its options cannot be written in one line, see f2b.action(5)' };
  const path = folder === ACTION_PATH ? '' : `ActionPath=${folder}\n`;
  const text = `[Action]\nType=fail2ban\nName=${spec}\n${path}`;
  const own = freeName(`${options['actname'] ?? name}-${jail}`, text, taken);
  taken.set(own, text);
  return { from: name, name: own, text };
}

/** fail2ban's file of an action, in its folder. */
export function readAction(spec: FilterSpec, folder: string, files: ActionPlaces['files']): Parsed<ActionFile> {
  return readActionFile(spec, [folder], {
    names: (folder) => ({ value: files.list?.(folder) ?? [], problems: [] }),
    text: (path) => {
      const text = files.read(path);
      return { value: text === undefined ? undefined : { path, text }, problems: [] };
    },
  });
}

/** The name, with a number behind it when an action with another text has it. */
function freeName(wanted: string, text: string, taken: TakenNames): string {
  const name = wanted.replaceAll(/[^\w.@-]/g, '-').replace(/^[.-]+/, '');
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? '' : `-${number}`;
    const numbered = `${name.slice(0, LONGEST_NAME - end.length)}${end}`;
    if ((taken.get(numbered) ?? text) === text) return numbered;
  }
}

/** Line ends become blanks: fail2ban has them between the paths of logs, where a shell takes either. */
function written(name: string, options: Readonly<Record<string, string>>): string | undefined {
  const words = Object.entries(options).map(([key, value]) => {
    const line = value.replaceAll(/\s*\n\s*/g, ' ');
    if (!line.includes('"')) return `${key}="${line}"`;
    return line.includes("'") ? undefined : `${key}='${line}'`;
  });
  return words.includes(undefined) ? undefined : `${name}[${words.join(', ')}]`;
}
