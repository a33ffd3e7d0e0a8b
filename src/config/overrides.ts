/** Settings from a command line (`-p KEY=VALUE`) as the text of a last drop-in, and its problems in their terms. */
import type { Problem } from '../core/problem.js';
import type { SourceText } from './config-texts.js';
import { keysOf } from './keys/keys.js';

const PATH = '-p';

/** True when the text is `KEY=VALUE` on one line: nothing that could become another setting. */
export function isSetting(text: string): boolean {
  return /^[A-Za-z]\w*=(?:[^\n]*[^\n\\])?$/.test(text);
}

/** The settings, each in the section that its key belongs to, and the jail switched on. */
export function overridesOf(settings: readonly string[]): SourceText {
  const lines = [...settings, 'Enabled=yes'].flatMap((setting) => [`[${sectionOf(setting)}]`, setting]);
  return { path: PATH, text: lines.join('\n') };
}

/** A key that does not exist is taken for a limit: that section says best what was meant. */
function sectionOf(setting: string): string {
  const key = setting.slice(0, setting.indexOf('='));
  return keysOf.jail.find(({ name }) => name === key)?.section ?? 'Ban';
}

/** What is said of a place in that text, said of the setting. */
export function placedInSetting<P extends Pick<Problem, 'file' | 'line'>>(place: P, settings: readonly string[]): P {
  if (place.file !== PATH) return place;
  const setting = settings[Math.ceil(place.line / 2) - 1];
  return { ...place, file: setting === undefined ? PATH : `${PATH} ${setting}`, line: 0 };
}
