/**
 * Failures as a host shares them, those of one partition together. Invariant: a message is made once and sent as it is
 * however often it is sent, so each failure in it is known again by its place there.
 */
import type { Address } from '../../core/address/address.js';
import { isMemberName } from '../../core/names.js';
import { PARTITIONS, parseCounted, partitionOf } from '../counting/partition.js';
import { type Delivered, fieldsOf } from './message.js';
import { plain, token } from './subject.js';

/** A failure that is shared. */
export interface SharedFailure {
  readonly address: Address;
  /** When it was logged, by the clock of the servers; µs since the epoch. */
  readonly at: number;
  /** How many failures it counts as (≥ 1). */
  readonly count: number;
}

/** Of one host and one partition. */
export interface FailureMessage {
  readonly partition: number;
  /** No other message of the host has it. */
  readonly id: string;
  readonly failures: readonly SharedFailure[];
}

/** All failures of a partition. */
export function failuresOf(partition: number): string {
  return `f2b-failure.*.${partition}`;
}

/** What a host may publish. */
export function failuresOfHost(host: string): string {
  return `f2b-failure.${token(host)}.*`;
}

export function failureSubject(host: string, partition: number): string {
  return `f2b-failure.${token(host)}.${partition}`;
}

/** No message holds more failures: so many fit, whatever their addresses. */
export const MOST_FAILURES = 40;

const LONGEST_ID = 200;

/** Failures that one entry counts as, at most. */
export const HIGHEST_COUNT = 1_000;

export function encodeFailures({ id, failures }: Pick<FailureMessage, 'id' | 'failures'>): string {
  const told = failures.map(({ address, at, count }) => [address.text, at, count]);
  return JSON.stringify({ v: 1, kind: 'failures', id, failures: told });
}

/** `host`: whose it is, as the servers see to it. Undefined for what is no such message of this partition. */
export function parseFailures(
  { subject, data }: Pick<Delivered, 'subject' | 'data'>,
  partition: number,
): (FailureMessage & { readonly host: string }) | undefined {
  const host = hostOf(subject);
  const fields = host === undefined ? undefined : fieldsOf(data);
  if (host === undefined || subject !== failureSubject(host, partition)) return undefined;
  const { kind, id, failures: told } = fields ?? {};
  if (kind !== 'failures' || typeof id !== 'string' || id.length > LONGEST_ID || !Array.isArray(told)) return undefined;
  const failures = told.slice(0, MOST_FAILURES).map((one: unknown) => failureOf(one, partition));
  const whole = failures.filter((failure) => failure !== undefined);
  return whole.length === told.length && whole.length > 0 ? { host, partition, id, failures: whole } : undefined;
}

/** Whose name a subject has; undefined for what is no subject of failures. */
export function hostOf(subject: string): string | undefined {
  const [root, name = '', partition = '', ...rest] = subject.split('.', 4);
  const host = plain(name);
  return root === 'f2b-failure' && rest.length === 0 && Number(partition) < PARTITIONS && isMemberName(host)
    ? host
    : undefined;
}

function failureOf(value: unknown, partition: number): SharedFailure | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [text, at, count]: readonly unknown[] = value;
  const address = typeof text === 'string' ? parseCounted(text) : undefined;
  if (address === undefined || partitionOf(address) !== partition) return undefined;
  if (!isWhole(at) || !isWhole(count) || count < 1 || count > HIGHEST_COUNT) return undefined;
  return { address, at, count };
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
