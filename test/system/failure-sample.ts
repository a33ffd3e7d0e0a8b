/** A line that a jail's filter takes for a failure, of the samples of its filter, for any address. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JailConfig } from '../../src/config/config.js';
import type { Matcher } from '../../src/filter/filter.js';
import { loadFilter } from '../../src/filter/load-filter.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import { listFolder, readFileIfThere } from '../../src/host/files/read-file.js';
import { readSamples } from '../support/read-samples.js';
import { repository } from '../support/repository.js';

/** What a program hands to syslog(3). */
export interface LogMessage {
  readonly identifier: string;
  readonly message: string;
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/** Undefined when there is none that alone leads to a failure of an IPv4 address. */
export function failureSample(jail: JailConfig): ((address: string) => LogMessage) | undefined {
  const { filter } = jail;
  const file = join(repository, 'test/samples', filter?.name ?? '');
  if (filter === undefined || !existsSync(file)) return undefined;
  const matcher = () => matcherOf(jail);
  for (const { lines } of readSamples(readFileSync(file, 'utf8'))) {
    for (const { text, expected } of lines) {
      const parts = /^\S+ ([^\s[\]:]+)(?:\[\d+\])?: (.*)$/.exec(text);
      const [, identifier = '', message = ''] = parts ?? [];
      const { host = '' } = expected;
      if (parts === null || !IPV4.test(host)) continue;
      const sample = (address: string) => ({ identifier, message: message.replaceAll(host, address) });
      if (isFailureOf(matcher(), '198.18.0.1', sample('198.18.0.1'))) return sample;
    }
  }
  return undefined;
}

function matcherOf(jail: JailConfig): Matcher {
  const library = {
    path: [join(repository, 'filters')],
    read: readFileIfThere,
    list: listFolder,
    defaults: { logtype: 'journal' },
  } as const;
  const filter = jail.filter === undefined ? undefined : loadFilter(jail.filter, library).value;
  if (filter === undefined) throw new Error(`the filter of ${jail.name} cannot be loaded`);
  return createMatcher(filter);
}

function isFailureOf(matcher: Matcher, address: string, { identifier, message }: LogMessage): boolean {
  const verdict = matcher.match({ text: `host ${identifier}[7]: ${message}`, at: Date.now() * 1000, cursor: '1' });
  return verdict.outcome === 'failure' && verdict.hits.some((hit) => hit.address?.text === address);
}
