/** A request counts once with the shipped jails of nginx, also where both of its logs go to the journal. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { repository } from '../../support/repository.js';
import { shippedJails } from '../../support/shipped-jails.js';

const jails = shippedJails(() => 700);
const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** What nginx 1.26 writes of one request into its access log, and before it into its error log. */
const requests: Readonly<Record<string, readonly [access: string, error: string]>> = {
  'nginx-404': [
    'web nginx[7]: 192.0.2.1 - - [29/Nov/2026:12:00:00 +0000] "GET /old HTTP/1.1" 404 153 "-" "curl/8.5.0"',
    'web nginx[7]: 2026/11/29 12:00:00 [error] 7#7: *1 open() "/var/www/html/old" failed (2: No such file or directory), client: 192.0.2.1, server: _, request: "GET /old HTTP/1.1", host: "h"',
  ],
  'nginx-botsearch': [
    'web nginx[7]: 192.0.2.1 - - [29/Nov/2026:12:00:00 +0000] "GET /wp-login.php HTTP/1.1" 404 153 "-" "curl/8.5.0"',
    'web nginx[7]: 2026/11/29 12:00:00 [error] 7#7: *1 open() "/var/www/html/wp-login.php" failed (2: No such file or directory), client: 192.0.2.1, server: _, request: "GET /wp-login.php HTTP/1.1", host: "h"',
  ],
  'nginx-bad-request': [
    String.raw`web nginx[7]: 192.0.2.1 - - [29/Nov/2026:12:00:00 +0000] "\x16\x03\x01" 400 157 "-" "-"`,
    String.raw`web nginx[7]: 2026/11/29 12:00:00 [info] 7#7: *1 client sent invalid method while reading client request line, client: 192.0.2.1, server: _, request: "\x16\x03\x01"`,
  ],
};

function failures(
  spec: { readonly name: string; readonly options: Readonly<Record<string, string>> },
  lines: readonly string[],
) {
  const { value = assert.fail('the filter is not there') } = loadFilter(spec, {
    path: [join(repository, 'filters')],
    read,
  });
  const verdicts = createMatcher(value).matchAll(
    lines.map((text, index) => ({ text, at: index, cursor: String(index) })),
  );
  return verdicts.filter(({ outcome }) => outcome === 'failure').length;
}

for (const [name, [access, error]] of Object.entries(requests)) {
  test(`${name}: a request in both logs is one failure, and so it is in either`, () => {
    const spec = jails.find((jail) => jail.name === name)?.filter ?? assert.fail('there is no such jail');
    assert.equal(failures(spec, [error, access]), 1, 'both logs');
    assert.equal(failures(spec, [access]), 1, 'the access log');
    assert.equal(
      failures({ name, options: { log: 'error' } }, [error, access]),
      1,
      'the error log, for which the jail has an option',
    );
    assert.equal(failures({ name, options: {} }, [error, access]), 2, 'the filter alone finds both');
  });
}
