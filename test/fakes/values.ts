/** Values for tests: every field has a plain default, a test names only what it is about. */
import { type Address, parseAddress } from '../../src/core/address/address.js';
import type { Ban } from '../../src/core/ban.js';
import type { Outlook } from '../../src/core/deciding/outlook.js';
import type { Failure } from '../../src/core/failure.js';
import type { Offender } from '../../src/core/offender.js';
import { MICROS_PER_SECOND } from '../../src/core/time.js';

/** 2026-05-01T12:00:00Z in µs. */
export const NOON = 1_777_636_800 * MICROS_PER_SECOND;

export function anAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}

export function aFailure(fields: Partial<Failure> = {}): Failure {
  const cursor = fields.cursor ?? 's=1;i=1';
  return {
    jail: 'ssh.service',
    address: anAddress('192.0.2.1'),
    at: NOON,
    cursor,
    evidence: [cursor],
    count: 1,
    ...fields,
  };
}

export function aBan(fields: Partial<Ban> = {}): Ban {
  return {
    jail: 'ssh.service',
    address: anAddress('192.0.2.1'),
    since: NOON,
    until: NOON + 600 * MICROS_PER_SECOND,
    disposition: 'drop',
    ports: [],
    origin: 'jail',
    count: 1,
    failures: 5,
    evidence: ['s=1;i=1'],
    ...fields,
  };
}

export function anOffender(fields: Partial<Offender> = {}): Offender {
  return {
    jail: 'ssh.service',
    address: anAddress('192.0.2.1'),
    count: 1,
    bannedAt: NOON,
    bantime: 600 * MICROS_PER_SECOND,
    totalBantime: 600 * MICROS_PER_SECOND,
    ...fields,
  };
}

export function anOutlook(fields: Partial<Outlook> = {}): Outlook {
  return {
    jail: 'ssh.service',
    counted: 0,
    missing: 5,
    maxretry: 5,
    findtime: 600 * MICROS_PER_SECOND,
    earlier: 0,
    bantime: 600 * MICROS_PER_SECOND,
    random: 0,
    recidive: false,
    ...fields,
  };
}
