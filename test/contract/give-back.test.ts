/** What a start leaves behind is given back: code no longer counts, and nothing that was written to it is lost. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openLibrary } from '../../src/journal/native.js';
import { libraryPath } from '../support/journal-files.js';

interface Mapping {
  readonly name: string;
  readonly isCode: boolean;
  readonly isReadOnly: boolean;
  /** kB in memory. */
  readonly resident: number;
  /** kB of it that differ from the file. */
  readonly own: number;
}

/** What files are mapped in, see proc_pid_smaps(5). */
function mappedFiles(): readonly Mapping[] {
  const texts = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return texts.flatMap((text) => {
    const [range = '', access = '', , , , name = ''] = text.split('\n')[0]?.split(/ +/) ?? [];
    const size = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]);
    if (!name.startsWith('/')) return [];
    const isReadOnly = !access.includes('w');
    const [isCode, resident, own] = [access.startsWith('r-x'), size('Rss'), size('Anonymous')];
    return [{ name: `${range} ${name}`, isCode, isReadOnly, resident, own }];
  });
}

function sum(mappings: readonly Mapping[]): number {
  return mappings.filter(({ isCode }) => isCode).reduce((total, { resident }) => total + resident, 0);
}

/** What this process wrote to read-only mappings while it was loaded, by mapping. */
function relocated(): ReadonlyMap<string, number> {
  const written = mappedFiles().filter(({ isReadOnly, own }) => isReadOnly && own > 0);
  return new Map(written.map(({ name, own }) => [name, own]));
}

test('code that was used no longer counts once it is given back, and what was written to mappings is as it was', () => {
  const library = openLibrary(libraryPath);
  const [before, kept] = [sum(mappedFiles()), relocated()];
  assert.ok(kept.size > 0, 'relocations are what must not be lost');
  library.giveBack();
  const after = sum(mappedFiles());
  assert.ok(after < before / 2, `${after} kB of ${before}`);
  assert.deepEqual(relocated(), kept);
});

test('a program goes on after it gave back, also where its code is a copy in large pages', () => {
  const native = fileURLToPath(import.meta.resolve('../../src/journal/native.js'));
  const script = `
    const { openLibrary } = await import(${JSON.stringify(native)});
    openLibrary(${JSON.stringify(libraryPath)}).giveBack();
    const { createHash } = await import('node:crypto');
    const { lookup } = await import('node:dns/promises');
    console.log(createHash('sha256').update('text').digest('hex').length, (await lookup('127.0.0.1')).address);`;
  for (const option of ['off', 'silent']) {
    const program = [`--use-largepages=${option}`, '--input-type=module', '-e', script];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '64 127.0.0.1\n');
  }
});
