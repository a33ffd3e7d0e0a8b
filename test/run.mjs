// Runs the compiled tests of the folders and files named on the command line, one process a file, and ends with the
// plain line `N passed, N failed, N skipped`. A number sets how many files run at a time from there on:
// `2 unit property 1 e2e`.
// Exit status 1 when a test failed or none ran.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const compiled = join(dirname(fileURLToPath(import.meta.url)), '..', 'build', 'test', 'test');
const counts = { passed: 0, failed: 0, skipped: 0 };

function testFiles(name) {
  const path = join(compiled, name);
  if (name.endsWith('.js')) return [path];
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join(path, file))
    .sort();
}

/** The files to run, in groups of one concurrency. */
function groups(words) {
  const found = [{ concurrency: 2, files: [] }];
  for (const word of words) {
    if (/^\d+$/.test(word)) found.push({ concurrency: Number(word), files: [] });
    else found.at(-1).files.push(...testFiles(word));
  }
  return found.filter(({ files }) => files.length > 0);
}

function count(kind, data) {
  // A file that crashes is reported as a failing test named after the file; suites are not counted.
  if (data.details?.type === 'suite') return;
  const isFile = data.nesting === 0 && data.name.endsWith('.test.js');
  if (isFile && kind === 'passed') return;
  if (data.skip !== undefined) counts.skipped += 1;
  else counts[kind] += 1;
}

function runGroup({ concurrency, files }) {
  const folders = new Set(files.map((file) => relative(compiled, file).split('/')[0]));
  console.log(`running ${files.length} test files: ${[...folders].join(' ')}`);
  const stream = run({ files, concurrency, timeout: 30 * 60_000 });
  stream.on('test:pass', (data) => count('passed', data));
  stream.on('test:fail', (data) => count('failed', data));
  return new Promise((resolve) => {
    stream
      .compose(new spec())
      .on('data', (text) => process.stdout.write(text))
      .on('end', resolve);
  });
}

for (const group of groups(process.argv.slice(2))) await runGroup(group);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
