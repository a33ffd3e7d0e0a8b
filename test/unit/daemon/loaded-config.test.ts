/** What is wrong with a configuration and its filters is told together. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createConfiguration } from '../../../src/bin/agent/configuration.js';
import { loadConfiguration } from '../../../src/daemon/loaded-config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'f2b-config-'));
  mkdirSync(join(folder, 'units'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const jail = (name: string, text: string) => writeFileSync(join(folder, `units/${name}.conf`), text);
const filter = (name: string, failregex: string) => {
  mkdirSync(join(folder, 'filters'), { recursive: true });
  writeFileSync(join(folder, `filters/${name}.conf`), `[Definition]\nfailregex = ${failregex}\n`);
};

/** What the configuration warns of; throws what is wrong. */
async function warnings(): Promise<string> {
  const told: string[] = [];
  const sources = createConfiguration({ configDirectory: folder, shippedDirectory: folder });
  await loadConfiguration({ ...sources, warn: (text) => told.push(text) });
  return told.join('\n').replaceAll(`${folder}/`, '');
}

test('filters that cannot be read do not keep the other problems from being told', async () => {
  // Also for root, whom rights do not keep out.
  symlinkSync('filters', join(folder, 'filters'));
  jail('one.service', '[Jail]\nFilter=one\n');
  jail('two.service', '[Jail]\nFilter=two\n[Ban]\nMaxRetry=0\n');
  await assert.rejects(warnings, (error: Error) => {
    for (const told of [
      /3 problems/,
      /one\.service\.conf:2: a file cannot be read: .*filters.*\n {2}hint: check its name and its rights/,
      /two\.service\.conf:2: a file cannot be read/,
      /two\.service\.conf:4: MaxRetry=/,
    ])
      assert.match(error.message, told);
    return true;
  });
});

test('MaxRetryUser= of a jail whose filter tells no accounts is warned of', async () => {
  filter('blind', '^bad <ADDR>$');
  filter('seeing', '^bad <ADDR>(?: <F-ALT_USER>\\S+</F-ALT_USER>)?$');
  jail('blind.service', '[Jail]\nFilter=blind\n[Ban]\nMaxRetryUser=3\n');
  jail('seeing.service', '[Jail]\nFilter=seeing\n[Ban]\nMaxRetryUser=3\n');
  assert.equal(
    await warnings(),
    'units/blind.service.conf:4: warning: MaxRetryUser= has no effect: the filter blind does not tell which account was tried\n  hint: put <F-USER>…</F-USER> around the account in its failregex, or drop MaxRetryUser=',
  );
});

test('MaxRetryUser= of f2bd.conf need not suit every jail', async () => {
  filter('blind', '^bad <ADDR>$');
  writeFileSync(join(folder, 'f2bd.conf'), '[Ban]\nMaxRetryUser=3\n');
  jail('blind.service', '[Jail]\nFilter=blind\n[Ban]\nMaxRetryUser=\n');
  jail('other.service', '[Jail]\nFilter=blind\n[Ban]\nMaxRetry=3\n');
  assert.equal(await warnings(), '');
});
