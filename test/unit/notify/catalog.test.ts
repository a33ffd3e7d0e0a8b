import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { messageIds, retired, selfCheckId } from '../../../src/notify/message-ids.js';
import { repository } from '../../support/repository.js';

const catalog = join(repository, 'debian', 'f2b.catalog');
const texts = new Map(
  readFileSync(catalog, 'utf8')
    .split(/^-- /m)
    .slice(1)
    .map((text) => [text.slice(0, 32), text]),
);

test('message ids are 128-bit ids and none is used twice', () => {
  const ids = [...Object.values(messageIds), selfCheckId, ...retired];
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

test('the catalog explains every kind of event, the self-check and nothing else', () => {
  assert.deepEqual([...texts.keys()].sort(), [...Object.values(messageIds), selfCheckId].sort());
});

test('the catalog leaves nothing to be filled in: journalctl knows only names of letters and underscores', () => {
  for (const text of texts.values()) assert.doesNotMatch(text, /@\w+@/);
});

test('journalctl accepts the catalog', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'f2b-catalog-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'usr/lib/systemd/catalog'), { recursive: true });
  mkdirSync(join(root, 'var/lib/systemd/catalog'), { recursive: true });
  cpSync(catalog, join(root, 'usr/lib/systemd/catalog/f2b.catalog'));
  const run = (...args: string[]) => spawnSync('journalctl', [`--root=${root}`, ...args], { encoding: 'utf8' });
  const update = run('--update-catalog');
  if (update.error !== undefined) return t.skip('needs journalctl');
  assert.equal(`${update.stderr}${update.status}`, '0');
  assert.equal(run('--list-catalog').stdout.trim().split('\n').length, texts.size);
});
