/** The [Journal] section: which entries a jail reads, and whom it believes. */
import { globPattern } from '../core/glob.js';
import { type JournalSource, remoteSourceName } from '../core/journal-source.js';
import { isError, type Problem } from '../core/problem.js';
import { type Assigned, list, type Placed, scalar } from './assigned.js';
import type { JournalSelection } from './config.js';
import type { Place } from './files/syntax.js';
import { journalKeys } from './keys/keys.js';
import { isTrusted, isUnitName, type UserName } from './values/journal-readers.js';
import type { Machine } from './values/machine.js';
import { quoted } from './values/quoted.js';

/** The jail whose section is read; `isLookedUp`: users and programs are asked for, as the jail is in force. */
interface Jail {
  readonly name: string;
  readonly whole: Place;
  readonly isLookedUp: boolean;
}

/** Reads the section. That a user or a program is missing is a warning: it may come later. */
export function readJournal(assigned: Assigned, jail: Jail, machine: Machine): JournalSelection {
  const source = sourceOf(assigned);
  // What an alias leads to on another machine is not known here.
  const isOfThis = source?.ofMachine !== true && jail.isLookedUp;
  const senders = readSenders(assigned, jail.name, isOfThis ? machine.unitOf : (unit) => unit);
  const { units, user } = senders;
  const uids = user.flatMap((one) => uidOf(one, assigned, jail, machine));
  const matches = [
    ...senders.matches,
    ...list(assigned, journalKeys.match),
    ...uids,
    ...list(assigned, journalKeys.executable).map((one) => executable(one, assigned, jail, machine)),
    ...list(assigned, journalKeys.identifier).map(({ value, place }) => ({
      value: `SYSLOG_IDENTIFIER=${value}`,
      place,
    })),
  ];
  const isNobodys = jail.isLookedUp && user.length > 0 && uids.length === 0;
  if (isNobodys && user.every(({ value }) => value.isOptional))
    assigned.problems.push(nobody(user[0]?.place ?? jail.whole));
  if (user.length === 0) checkTrust(assigned, senders, matches, jail.whole);
  return {
    ...(source === undefined ? {} : { source }),
    units: [...new Set(units)],
    matches: [...new Set(matches.map(({ value }) => value))],
    ...(hasLines(assigned, senders) ? { isFile: true as const } : {}),
    ...(senders.isOfContainer ? { isOfContainer: true as const } : {}),
    ...(isNobodys ? { isNobodys } : {}),
  };
}

/** Where journald keeps the journals of machines that are linked to this one: --link-journal= of systemd-nspawn(1). */
const MACHINES = '/var/log/journal';

/** Where systemd-journal-remote(8) keeps what other machines send, unless its unit is changed. */
const REMOTE = '/var/log/journal/remote';

/** The journal that is read, when it is not the machine's own. */
function sourceOf(assigned: Assigned): JournalSource | undefined {
  const { lognamespace, machine, remote } = journalKeys;
  const named = [lognamespace, machine, remote].flatMap((key) => {
    const { value, place } = scalar(assigned, key);
    return value === undefined || place === undefined ? [] : [{ name: `${key.name}=${value}`, key, value, place }];
  });
  const [first, second] = named;
  if (second !== undefined)
    assigned.problems.push(
      twoJournals(
        named.map(({ key }) => key.name),
        second.place,
      ),
    );
  if (first === undefined) return undefined;
  const { name, key, value } = first;
  if (key === lognamespace) return { name, namespace: value };
  if (key === machine) return { name, directory: `${MACHINES}/${value}`, ofMachine: true };
  return { name: remoteSourceName(value), directory: REMOTE, ofMachine: true, host: value };
}

/** Who writes the entries: units, users' units, or the runtime of containers. */
interface Senders {
  readonly units: readonly string[];
  readonly user: readonly Placed<UserName>[];
  /** What else an entry must have. */
  readonly matches: readonly Placed<string>[];
  /** They are units of users' own service managers. */
  readonly isOfUser: boolean;
  /** They are runtimes that log what containers write. */
  readonly isOfContainer: boolean;
  /** Where the first of the users' units is named. */
  readonly place: Place | undefined;
}

/**
 * dockerd has a service, and podman's conmon a scope for each container (create_systemd_scope of podman's
 * pkg/systemd/dbus.go). Both are root's; a container's own processes are in neither.
 */
const RUNTIMES: readonly string[] = ['docker.service', 'libpod-conmon-*.scope'];

function readSenders(assigned: Assigned, name: string, unitOf: (unit: string) => string): Senders {
  const named = list(assigned, journalKeys.unit).map(({ value }) => value);
  const userUnits = list(assigned, journalKeys.userunit);
  const containers = list(assigned, journalKeys.container);
  const user = list(assigned, journalKeys.user);
  const [isOfUser, isOfContainer] = [userUnits.length > 0, containers.length > 0];
  const implied = isUnitName(name) && !isOfUser ? [name] : [];
  const known = named.length > 0 ? named : implied;
  const isOfRuntime = isOfContainer && known.length === 0 && user.length === 0;
  const field = (key: string) => (one: Placed<string>) => ({ ...one, value: `${key}=${one.value}` });
  return {
    units: isOfRuntime ? RUNTIMES : known.flatMap((unit) => [unit, unitOf(unit)]),
    user,
    matches: [
      ...userUnits.map(field('_SYSTEMD_USER_UNIT')),
      ...containers.map(field('CONTAINER_NAME')),
      ...(isOfRuntime ? [{ value: '_UID=0', place: containers[0]?.place }] : []),
    ],
    ...{ isOfUser, isOfContainer, place: userUnits[0]?.place },
  };
}

/** True when messages are lines of a log file: what f2b-tail and containers write, unless the jail says otherwise. */
function hasLines(assigned: Assigned, { units, isOfContainer }: Senders): boolean {
  const { value, place } = scalar(assigned, journalKeys.logtype);
  if (place !== undefined) return value === 'file';
  if (isOfContainer) return true;
  return units.length > 0 && units.every((unit) => unit.startsWith('f2b-tail@'));
}

/** The user in journald's terms; nothing when there is none, after a warning. */
function uidOf(user: Placed<UserName>, assigned: Assigned, jail: Jail, machine: Machine): readonly Placed<string>[] {
  const { value, place = jail.whole } = user;
  const { name, isOptional } = value;
  const isNumber = /^\d+$/.test(name);
  if (!isNumber && !jail.isLookedUp) return [];
  const uid = isNumber ? Number(name) : machine.userId(name);
  if (uid === undefined && !isOptional) assigned.problems.push(noUser(name, place));
  if (!isNumber && uid !== undefined && isDynamic(uid)) assigned.problems.push(dynamicUser(name, place));
  return uid === undefined ? [] : [{ value: `_UID=${uid}`, place }];
}

/** A number that `DynamicUser=` gives out anew with each start: DYNAMIC_UID_MIN and _MAX of systemd's meson.build. */
function isDynamic(uid: number): boolean {
  return uid >= 61_184 && uid <= 65_519;
}

function executable(program: Placed<string>, assigned: Assigned, jail: Jail, machine: Machine): Placed<string> {
  const { value: path, place = jail.whole } = program;
  const real = jail.isLookedUp ? machine.realPath(path) : path;
  if (real === undefined) assigned.problems.push(noProgram(path, place));
  return { value: `_EXE=${real ?? path}`, place };
}

/** Without a user, and a unit that is not everybody's, some field must say who wrote an entry. */
function checkTrust(
  assigned: Assigned,
  { isOfUser, place, units }: Senders,
  matches: readonly Placed<string>[],
  whole: Place,
): void {
  if (isOfUser) return void assigned.problems.push(userUnitOfAnybody(place ?? whole));
  if (units.length > 0 && !matches.some(({ value }) => isTrusted(value))) refuseSessions(assigned);
  if (units.length > 0) return;
  const alreadySaid = Object.values(journalKeys).some(({ name }) => isRefused(assigned, name));
  if (alreadySaid || matches.some(({ value }) => isTrusted(value))) return;
  assigned.problems.push(matches.length === 0 ? selectsNothing(whole) : selectsForgeable(matches[0]?.place ?? whole));
}

/** Where systemd keeps what a user runs (pam_systemd(8), user@.service(5)): who may log in writes what he likes there. */
const SESSIONS = ['user@1000.service', 'session-1.scope', 'session-c1.scope'];

/** A unit of everybody's, which a glob may mean unawares, says nothing about who wrote an entry. */
function refuseSessions(assigned: Assigned): void {
  const units = list(assigned, journalKeys.unit);
  const unit = units.find(
    ({ value }) => /^(?:user@|session-)/.test(value) || SESSIONS.some((session) => globPattern(value).test(session)),
  );
  if (unit?.place !== undefined) assigned.problems.push(unitOfSessions(unit.value, unit.place));
}

/** True when a value of the key was refused: what follows from its absence is no news. */
export function isRefused({ problems }: Assigned, key: string): boolean {
  return problems.some((one) => isError(one) && one.message.startsWith(`${key}=:`));
}

function noUser(name: string, place: Place): Problem {
  return {
    ...place,
    message: `User=: there is no user ${quoted(name)}, so nobody of that name is believed`,
    hint: 'name the user that the service runs as (ps -eo user,unit,comm), or create it; then: systemctl reload f2bd',
    severity: 'warning',
  };
}

function nobody(place: Place): Problem {
  return {
    ...place,
    message: 'User=: none of these users exists, so nobody is believed',
    hint: 'name the user that the service runs as: ps -eo user,unit,comm; then: systemctl reload f2bd',
    severity: 'warning',
  };
}

function dynamicUser(name: string, place: Place): Problem {
  return {
    ...place,
    message: `User=: ${quoted(name)} is a dynamic user, with another number after each start of its service`,
    hint: 'drop User= for a service with DynamicUser=yes, or give it a user that stays',
    severity: 'warning',
  };
}

function noProgram(path: string, place: Place): Problem {
  return {
    ...place,
    message: `Executable=: ${quoted(path)} is not there, so nothing is believed by that name`,
    hint: 'journalctl -u UNIT -o verbose shows the path as _EXE',
    severity: 'warning',
  };
}

function selectsNothing(whole: Place): Problem {
  return {
    ...whole,
    message: 'the jail reads nothing: there is no Unit=, and the file is not named after a unit',
    hint: 'add Unit= in [Journal], such as Unit=ssh.service',
  };
}

function twoJournals(names: readonly string[], place: Place): Problem {
  return {
    ...place,
    message: `${names.map((name) => `${name}=`).join(' with ')}: a jail reads one journal`,
    hint: 'write a jail for each; of another machine, its namespaces cannot be read',
  };
}

function userUnitOfAnybody(place: Place): Problem {
  return {
    ...place,
    message: 'UserUnit= without User=: any user may name a unit so, and get anybody banned',
    hint: 'add User= with the user whose unit it is',
  };
}

function unitOfSessions(unit: string, place: Place): Problem {
  return {
    ...place,
    message: `Unit=: ${quoted(unit)} means users' sessions too, and any local user could get anybody banned`,
    hint: 'name the units of the service, or add User= with the user that it runs as',
  };
}

function selectsForgeable(place: Place): Problem {
  return {
    ...place,
    message: 'nothing in [Journal] tells who wrote an entry: any local user could get anybody banned',
    hint: 'add Unit=, User=, or a field that nobody can choose, such as _SYSTEMD_CGROUP=; see systemd.journal-fields(7)',
  };
}
