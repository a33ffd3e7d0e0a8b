/** Readers of what a jail takes from the journal: `Unit=`, `User=` and `Match=`. */
import { hasBackwardRange } from '../../core/glob.js';
import { ANY_HOST } from '../../core/journal-source.js';
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

/** A unit of a user's service manager. */
export const userUnit: Reader<string> = (word) => {
  const read = unitPattern(word);
  if (read.ok && /[*?[]/.test(read.value)) {
    return wrong(`${quoted(word)}: globs are for Unit= alone`, 'name each unit of the user');
  }
  return read;
};

/** As podman and Docker name containers: define.NameRegex and RestrictedNameChars. */
export const containerName: Reader<string> = (word) =>
  /^[a-zA-Z0-9][\w.-]*$/.test(word)
    ? right(word)
    : wrong(`${quoted(word)} is not the name of a container`, 'write what podman ps or docker ps shows under NAMES');

/** Those that mean nobody, in 16 and in 32 bits: uid_is_valid of systemd's user-util.c. */
const NO_USERS: readonly number[] = [0xffff, 0xffffffff];

/** A user as it is written in `User=`. */
export interface UserName {
  /** The name as systemd takes it, or the number. */
  readonly name: string;
  /** There need not be one: `-` stands in front. */
  readonly isOptional: boolean;
}

export const userName: Reader<UserName> = (text) => {
  const isOptional = text.startsWith('-');
  const word = isOptional ? text.slice(1) : text;
  const hint = 'write a name such as www-data, or a number';
  if (/^\d+$/.test(word)) {
    const number = Number(word);
    const isUser = number <= 0xffffffff && !NO_USERS.includes(number);
    return isUser
      ? right({ name: String(number), isOptional })
      : wrong(`${quoted(word)} is not the number of a user`, hint);
  }
  const isName = word.length <= 255 && /^[^-\s:/,\p{Cc}][^\s:/,\p{Cc}]*$/u.test(word);
  return isName ? right({ name: word, isOptional }) : wrong(`${quoted(word)} is not the name of a user`, hint);
};

/** `FIELD=value`, the field named as in systemd.journal-fields(7). */
export const journalMatch: Reader<string> = (word) => {
  if (/^[A-Z0-9_]{1,64}=/.test(word)) return right(word);
  if (word === '+') {
    const hint = 'all of them must hold: name several units in Unit=, several users in User=, or write a jail for each';
    return wrong(`there are no alternatives here, as ${quoted(word)} joins them in journalctl(1)`, hint);
  }
  return wrong(
    `${quoted(word)} is not a journal match`,
    'write FIELD=value, such as _UID=0; see systemd.journal-fields(7)',
  );
};

/**
 * What no user can choose. journald adds the other fields of systemd.journal-fields(7) that start with an underscore
 * too, but anybody can have them: whoever runs a program, with code of his own in it, has its _EXE and _COMM; in a user
 * namespace he has every capability; he names the units, slices and invocations of his own service manager; a process
 * without a login sets its _AUDIT_LOGINUID; cron jobs of everybody are in system.slice.
 */
const trusted =
  /^(?:_(?:UID|GID|SYSTEMD_UNIT|SYSTEMD_CGROUP|SYSTEMD_SESSION|SYSTEMD_OWNER_UID)=|_TRANSPORT=(?:kernel|audit)$)/;

/** True when the match says who wrote an entry, by a field that the writer cannot choose. */
export function isTrusted(match: string): boolean {
  return trusted.test(match);
}

/** As log_namespace_name_valid of systemd's namespace-util.c has it: with the machine's id it is the name of a folder. */
export const namespaceName: Reader<string> = (text) =>
  /^[\w:@.\\-]{1,222}$/.test(text) && !/^\.\.?$/.test(text)
    ? right(text)
    : wrong(`${quoted(text)} is not the name of a journal namespace`, 'write what LogNamespace= of the service says');

/** What stands between remote- and .journal; @ begins what rotation puts behind it. */
export const remoteHost: Reader<string> = (text) =>
  (text === ANY_HOST || /^[^/@*\p{Cc}]{1,200}$/u.test(text)) && Buffer.byteLength(text) <= 200
    ? right(text)
    : wrong(
        `${quoted(text)} is not the host of a file of systemd-journal-remote`,
        'write what stands in the name of its file between remote- and .journal (ls /var/log/journal/remote), or * for each host',
      );

/** As machine-id(5) has it; a name is not enough to find the journal of a machine that is not running. */
export const machineId: Reader<string> = (text) =>
  /^[0-9a-f]{32}$/.test(text)
    ? right(text)
    : wrong(
        `${quoted(text)} is not the id of a machine`,
        'write what is in its /etc/machine-id; ls /var/log/journal shows them',
      );
