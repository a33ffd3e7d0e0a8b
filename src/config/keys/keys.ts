/**
 * Every key there is, with its section, type, default and meaning: reading, checking, suggestions and the test that
 * compares the manual pages with the program all go by this table.
 */
import { dispositions } from '../../core/ban.js';
import { MICROS_PER_DAY, MICROS_PER_SECOND } from '../../core/time.js';
import type { FilterSpec } from '../../filter/filter.js';
import { actionName } from '../values/action-readers.js';
import { ignoreWord } from '../values/ignore-word.js';
import {
  containerName,
  journalMatch,
  machineId,
  namespaceName,
  remoteHost,
  unitPattern,
  userName,
  userUnit,
} from '../values/journal-readers.js';
import {
  absolutePath,
  anyText,
  boolean,
  choice,
  command,
  decimal,
  documentationUri,
  duration,
  filePattern,
  filterSpec,
  integer,
  optional,
  type Range,
} from '../values/readers.js';
import { actionKeys } from './action-keys.js';
import { countKeys, fleetKeys } from './fleet-keys.js';
import { type KnownKey, lists, scalars } from './key.js';

const YEAR = 31_557_600 * MICROS_PER_SECOND;
const upTo = (max: number): Range => ({ min: 0, max });

const jailScalar = scalars('Jail');
const jailList = lists('Jail');

export const jailKeys = {
  description: jailScalar('Description', anyText, '', 'what is guarded, in a few words'),
  documentation: jailList('Documentation', documentationUri, 'references to read, as in systemd.unit(5)'),
  enabled: jailScalar('Enabled', boolean, 'yes', 'whether the jail is in force'),
  source: jailScalar(
    'Source',
    choice('journal', 'bans'),
    'journal',
    'what the jail is fed by: the journal or other jails’ bans',
  ),
  filter: jailScalar<FilterSpec | undefined>('Filter', optional(filterSpec), '', 'the filter that finds failures'),
  forgeableBy: jailScalar('ForgeableBy', anyText, '', 'who besides the service could get others banned'),
};

const journalList = lists('Journal');

export const journalKeys = {
  lognamespace: scalars('Journal')(
    'LogNamespace',
    optional(namespaceName),
    '',
    'the journal namespace that the units log into, as in systemd.exec(5)',
  ),
  machine: scalars('Journal')(
    'Machine',
    optional(machineId),
    '',
    'the machine whose journal is read, by its id; see machine-id(5)',
  ),
  remote: scalars('Journal')(
    'Remote',
    optional(remoteHost),
    '',
    'the host whose entries systemd-journal-remote(8) writes here, as its files are called',
  ),
  unit: journalList('Unit', unitPattern, 'units whose entries are read, globs allowed', 'retain'),
  userunit: journalList('UserUnit', userUnit, 'units of the users’ own service managers'),
  container: journalList('Container', containerName, 'containers whose runtime logs for them to the journal'),
  user: journalList('User', userName, 'users whose processes are believed, names or numbers'),
  executable: journalList('Executable', absolutePath, 'programs that are believed'),
  identifier: journalList('Identifier', anyText, 'syslog identifiers that the service logs with'),
  match: journalList('Match', journalMatch, 'fields an entry must also have'),
  logtype: scalars('Journal')(
    'LogType',
    choice('journal', 'file'),
    'journal',
    'whether messages are as programs log them, or lines of a log file with a date of their own',
  ),
};

const banScalar = scalars('Ban');
const banList = lists('Ban');

/** Limits; those in f2bd.conf are the defaults of all jails. */
export const banKeys = {
  maxretry: banScalar(
    'MaxRetry',
    integer({ min: 1, max: 10_000, tooLow: 'a ban needs at least one failure' }),
    '5',
    'failures within FindTime= that lead to a ban',
  ),
  findtime: banScalar(
    'FindTime',
    duration({ min: MICROS_PER_SECOND, max: YEAR, tooLow: 'no two failures would ever count together' }),
    '10min',
    'how long a failure counts',
  ),
  bantime: banScalar(
    'BanTime',
    duration({ min: MICROS_PER_SECOND, max: Number.POSITIVE_INFINITY, tooLow: 'the ban would end as it begins' }),
    '10min',
    'how long a ban lasts',
  ),
  disposition: banScalar('Disposition', choice(...dispositions), 'drop', 'what a ban does to its source'),
  ports: banList('Ports', anyText, 'ports that Disposition=ports closes'),
  ignoreip: banList('IgnoreIP', ignoreWord, 'who is never banned: addresses, prefixes, host names, file:PATH'),
  ignoreself: banScalar('IgnoreSelf', boolean, 'yes', 'whether the machine’s own addresses are spared'),
  ignorecommand: banScalar<readonly string[] | undefined>(
    'IgnoreCommand',
    optional(command),
    '',
    'program that says by exit status 0 that an address is spared',
  ),
  spareLoggedIn: banScalar('SpareLoggedIn', boolean, 'no', 'whether addresses with a live login session are spared'),
  bantimeIncrement: banScalar('BanTimeIncrement', boolean, 'no', 'whether ban times grow with each further ban'),
  bantimeFactor: banScalar(
    'BanTimeFactor',
    decimal({ min: 0.001, max: 1_000_000, tooLow: 'growing ban times would shrink to nothing' }),
    '1',
    'factor of growing ban times',
  ),
  bantimeMultipliers: banList(
    'BanTimeMultipliers',
    decimal({ min: 0.001, max: 1_000_000_000 }),
    'multipliers for the first ban (never used), the second and so on; the last one repeats',
  ),
  bantimeMax: banScalar(
    'BanTimeMax',
    duration({ min: MICROS_PER_SECOND, max: Number.POSITIVE_INFINITY }),
    'infinity',
    'upper bound of growing ban times',
  ),
  bantimeRandom: banScalar('BanTimeRandom', duration(upTo(YEAR)), '0', 'up to this much is added to growing ban times'),
  bantimeAllJails: banScalar('BanTimeAllJails', boolean, 'no', 'whether bans by all jails count together'),
  offenderMemory: banScalar(
    'OffenderMemory',
    duration(upTo(10 * YEAR)),
    '30d',
    'after so long without a ban an address is new again',
  ),
  ipv4Prefix: banScalar(
    'IPv4Prefix',
    integer({ min: 8, max: 32, tooLow: 'one ban would cover a large part of all addresses' }),
    '32',
    'prefix length an IPv4 ban covers',
  ),
  ipv6Prefix: banScalar(
    'IPv6Prefix',
    integer({ min: 32, max: 128, tooLow: 'one ban would cover whole providers' }),
    '64',
    'prefix length an IPv6 ban covers',
  ),
  aggregateAfter: banScalar<number | undefined>(
    'AggregateAfter',
    optional(integer({ min: 2, max: 256, tooLow: 'every single ban would be one of its whole network' })),
    '',
    'so many banned addresses of one /24 or /48 become one ban of it',
  ),
  maxretryUser: banScalar<number | undefined>(
    'MaxRetryUser',
    optional(integer({ min: 2, max: 1_000, tooLow: 'a single mistyped password would lead to a ban' })),
    '',
    'failures on one account from at least so many addresses ban them all',
  ),
  resetOnSuccess: banScalar('ResetOnSuccess', boolean, 'no', 'whether a true login forgets the address’s failures'),
  action: banList('Action', actionName, 'who is told of bans: names of files in actions, without .conf'),
  usedns: banScalar('UseDNS', choice('no', 'warn', 'yes'), 'warn', 'whether host names in entries are resolved'),
};

const agentScalar = scalars('Agent');

export const agentKeys = {
  filterPath: lists('Agent')('FilterPath', absolutePath, 'further folders with filters, searched after the own ones'),
  lineBudget: agentScalar(
    'LineBudget',
    duration({ min: 1_000, max: 10 * MICROS_PER_SECOND }),
    '50ms',
    'time a filter may spend on one line',
  ),
  verifyInterval: agentScalar(
    'VerifyInterval',
    duration({ min: 10 * MICROS_PER_SECOND, max: MICROS_PER_DAY }),
    '5min',
    'how often the firewall is compared with the bans',
  ),
  logFailures: agentScalar(
    'LogFailures',
    choice('yes', 'no', 'summary'),
    'summary',
    'whether each failure is told in the journal, or how many there were',
  ),
  firewall: agentScalar('Firewall', choice('firewalld', 'nftables'), 'firewalld', 'what enforces the bans'),
  geoipDirectory: lists('Agent')(
    'GeoIPDirectory',
    absolutePath,
    'folders with databases of countries and network owners, /usr/share/GeoIP and /var/lib/GeoIP by default',
  ),
};

export const tailKeys = {
  file: lists('Tail')('File', filePattern, 'the files to follow, by absolute paths that may have globs'),
  lineMax: scalars('Tail')(
    'LineMax',
    integer({ min: 256, max: 49_152 }),
    '49152',
    'the length, in bytes, of which a longer line is cut',
  ),
};

/** The keys of `units/NAME.conf`, of `f2bd.conf`, of `tail/NAME.conf`, of `actions/NAME.conf` and of `fleet.conf`. */
export const keysOf: Readonly<Record<'jail' | 'agent' | 'tail' | 'action' | 'fleet', readonly KnownKey[]>> = {
  jail: [...Object.values(jailKeys), ...Object.values(journalKeys), ...Object.values(banKeys)],
  agent: [...Object.values(agentKeys), ...Object.values(banKeys)],
  tail: Object.values(tailKeys),
  action: Object.values(actionKeys),
  fleet: [...Object.values(fleetKeys), ...Object.values(countKeys)],
};
