/** Readers of what a jail takes from the journal: `Unit=` and `Match=`. */
import { quoted } from './quoted.js';
import type { Reader } from './readers.js';
import { right, wrong } from './reading.js';

const suffixes = 'service|socket|device|mount|automount|swap|target|path|timer|slice|scope';
const suffixed = new RegExp(`\\.(?:${suffixes})$`);

/** True when `name` ends like the name of a unit, see systemd.unit(5). */
export function isUnitName(name: string): boolean {
  return suffixed.test(name);
}

/** A unit name or glob; `.service` is added to a name without a suffix, as systemctl(1) and journalctl(1) do. */
export const unitPattern: Reader<string> = (word) => {
  if (word.length > 255 || !/^[\w:.@\\*?[\]!^-]+$/.test(word)) {
    return wrong(`${quoted(word)} is not the name of a unit`, 'write names like ssh.service or ssh@*.service');
  }
  if (hasBackwardRange(word)) {
    return wrong(`${quoted(word)} has a range that ends before it starts`, 'write its lower end first, such as [0-9]');
  }
  return right(isUnitName(word) || /[*?[]/.test(word) ? word : `${word}.service`);
};

/** True for `[9-0]`, which no name matches. */
function hasBackwardRange(glob: string): boolean {
  return [...glob.matchAll(/\[!?([^\]]+)\]/g)].some(([, set = '']) =>
    [...set.matchAll(/(.)-(.)/g)].some(([, first = '', last = '']) => first > last),
  );
}

/** `FIELD=value`, the field named as in systemd.journal-fields(7). */
export const journalMatch: Reader<string> = (word) => {
  if (/^[A-Z0-9_]{1,64}=/.test(word)) return right(word);
  return wrong(
    `${quoted(word)} is not a journal match`,
    'write FIELD=value, such as _UID=0; see systemd.journal-fields(7)',
  );
};

/** journald adds these too, but any user's entry can have them: a process's own name, the machine, the way it came. */
const ofAnybody = /^_(?:COMM|CMDLINE|HOSTNAME|MACHINE_ID|BOOT_ID|NAMESPACE|RUNTIME_SCOPE|TRANSPORT)=/;

/**
 * True when the match says who wrote an entry, by a field that the writer cannot choose: journald adds those that start
 * with an underscore itself, see systemd.journal-fields(7).
 */
export function isTrusted(match: string): boolean {
  return /^_TRANSPORT=(?:kernel|audit)$/.test(match) || (/^_[A-Z0-9]/.test(match) && !ofAnybody.test(match));
}
