/** The keys of `fleet.conf`: the servers of a fleet, and whom of it this host believes. */
import { FOREVER, MICROS_PER_DAY, MICROS_PER_SECOND } from '../../core/time.js';
import { jailPattern } from '../values/action-readers.js';
import { fleetName, fleetServer } from '../values/fleet-readers.js';
import { absolutePath, boolean, choice, duration, integer, optional } from '../values/readers.js';
import { lists, scalars } from './key.js';

const fleetScalar = scalars('Fleet');
const countScalar = scalars('Count');

export const fleetKeys = {
  server: lists('Fleet')('Server', fleetServer, 'the servers of the fleet, each tls://HOST:PORT'),
  caFile: fleetScalar(
    'CAFile',
    optional(absolutePath),
    '',
    'the authority that signed the servers’ certificates, in the place of the system’s',
  ),
  name: fleetScalar('Name', optional(fleetName), '', 'the name of this host in the fleet'),
  replicas: fleetScalar('Replicas', choice('1', '3', '5'), '1', 'on how many servers the stream is kept'),
  publish: fleetScalar('Publish', boolean, 'yes', 'whether others are told of the bans of this host'),
  apply: fleetScalar('Apply', boolean, 'yes', 'whether bans of others are made here'),
  minReporters: fleetScalar(
    'MinReporters',
    integer({ min: 1, max: 1_000, tooLow: 'nobody would have to ban an address' }),
    '1',
    'so many hosts must have banned an address before it is banned here',
  ),
  within: fleetScalar(
    'Within',
    duration({ min: MICROS_PER_SECOND, max: 30 * MICROS_PER_DAY }),
    '1d',
    'the time within which they must have banned it',
  ),
  minAge: fleetScalar(
    'MinAge',
    duration({ min: 0, max: MICROS_PER_DAY }),
    '0',
    'so long a ban of another host must have stood before it counts here',
  ),
  maxBansPerHost: fleetScalar(
    'MaxBansPerHost',
    integer({ min: 1, max: 1_000_000, tooLow: 'no host would be listened to' }),
    '5000',
    'bans in force that one host may have here',
  ),
  maxBansPerMinute: fleetScalar(
    'MaxBansPerMinute',
    integer({ min: 1, max: 1_000_000, tooLow: 'no host would be listened to' }),
    '1000',
    'bans in a minute that one host may publish',
  ),
  maxBans: fleetScalar(
    'MaxBans',
    integer({ min: 1, max: 1_000_000, tooLow: 'no host would be listened to' }),
    '200000',
    'bans in force that all hosts together may have here',
  ),
  maxPrefixIPv4: fleetScalar(
    'MaxPrefixIPv4',
    integer({ min: 16, max: 32, tooLow: 'one ban would cover whole providers' }),
    '24',
    'the widest IPv4 prefix that is taken from others',
  ),
  maxPrefixIPv6: fleetScalar(
    'MaxPrefixIPv6',
    integer({ min: 32, max: 128, tooLow: 'one ban would cover whole providers' }),
    '48',
    'the widest IPv6 prefix that is taken from others',
  ),
  maxBanTime: fleetScalar(
    'MaxBanTime',
    duration({ min: MICROS_PER_SECOND, max: FOREVER }),
    '1w',
    'the longest time for which a ban of others is made',
  ),
  count: fleetScalar('Count', boolean, 'no', 'whether failures are counted together with other hosts'),
};

/** How failures are counted together. */
export const countKeys = {
  jails: lists('Count')('Jails', jailPattern, 'jails, globs allowed, whose failures are shared; by default all'),
  maxretry: countScalar(
    'MaxRetry',
    integer({ min: 2, max: 1_000, tooLow: 'one failure is no failure on several hosts' }),
    '10',
    'so many failures on all hosts together lead to a ban',
  ),
  findtime: countScalar(
    'FindTime',
    duration({ min: 10 * MICROS_PER_SECOND, max: MICROS_PER_DAY / 24 }),
    '10min',
    'the time within which they must be',
  ),
  bantime: countScalar(
    'BanTime',
    duration({ min: 60 * MICROS_PER_SECOND, max: FOREVER }),
    '1h',
    'how long whom was counted together is banned',
  ),
};
