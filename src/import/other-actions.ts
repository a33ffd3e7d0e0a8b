/** What of `action` tells others: each becomes an action of Type=fail2ban, which runs fail2ban's own file. */
import { readActionFile } from '../config/actions/fail2ban/read-action-file.js';
import type { FilterSpec } from '../filter/filter.js';
import type { FilterSource } from '../filter/ini/layers.js';

/** Where fail2ban's files are. */
export interface ActionPlaces {
  /** fail2ban's folder. */
  readonly directory: string;
  readonly files: Omit<FilterSource, 'path'>;
}

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
/** Where the files are that Type=fail2ban finds by itself. */
const USUAL = '/etc/fail2ban';

export function otherAction(
  { name, options }: FilterSpec,
  jail: string,
  { directory, files }: ActionPlaces,
): OtherAction {
  const secret = Object.keys(options).find((key) => SECRET.test(key));
  if (secret !== undefined)
    return {
      from: name,
      why: `${secret} is a secret: write an action of Type=fail2ban that only root and f2b-actions can read, see f2b.action(5)`,
    };
  const { value, problems } = readActionFile({ name, options }, [`${directory}/action.d`], {
    names: (folder) => ({ value: files.list?.(folder) ?? [], problems: [] }),
    text: (path) => {
      const text = files.read(path);
      return { value: text === undefined ? undefined : { path, text }, problems: [] };
    },
  });
  if (value === undefined) {
    const [problem] = problems;
    return { from: name, why: `${problem?.message}; ${problem?.hint ?? 'see f2b.action(5)'}` };
  }
  const spec = written(name, { name: jail, ...options });
  if (spec === undefined) return { from: name, why: 'its options cannot be written in one line, see f2b.action(5)' };
  const path = directory === USUAL ? '' : `ActionPath=${directory}/action.d\n`;
  const own = `${name}-${jail}`.replaceAll(/[^\w.@-]/g, '-').slice(0, 64);
  return { from: name, name: own, text: `[Action]\nType=fail2ban\nName=${spec}\n${path}` };
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
