#!/usr/bin/env node
// Copies what runs of the npm packages that cannot be bundled, the native ones and what they load, into the folder
// named on the command line: JavaScript, package.json and the built add-on; no sources, no build trees, no types.
// With --list it only names those packages.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const checkout = resolve(import.meta.dirname, '..');
const root = join(checkout, 'node_modules');
const listing = process.argv[2] === '--list';
const target = resolve(process.argv[2] ?? 'build/runtime/node_modules');
/** Packages that only building needs: headers, compilers' settings, downloaders. */
const buildOnly = /^(node-addon-api|node-gyp|prebuild-install|tar|get-.*-h)$/;
/** What runs, by path within a package. Licences are in debian/copyright. */
const runs = /^(package\.json|(lib|src)\/.*\.js|[^/]*\.js|build\/Release\/[^/]*\.node)$/;
/** Ways into a package that nothing takes at run time. */
const unused = /(^|\/)(get-paths|bin|build-test|optional|browser)\.js$/;

/** Where Node finds the package `name` from a module in `folder`, or undefined. */
function find(name, folder) {
  for (let at = folder; at.startsWith(checkout); at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

function copy(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of files) {
    if (!runs.test(file) || unused.test(file)) continue;
    cpSync(join(folder, file), join(target, relative(root, folder), file), { dereference: true });
  }
}

const queue = ['ffi-napi', 'sqlite3'].map((name) => find(name, checkout));
const seen = new Set();
if (!listing) rmSync(target, { recursive: true, force: true });
while (queue.length > 0) {
  const folder = queue.pop();
  if (folder === undefined) throw new Error('a package is missing from node_modules: run test/setup node');
  if (seen.has(folder)) continue;
  seen.add(folder);
  if (listing) console.log(relative(root, folder));
  else copy(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) if (!buildOnly.test(name)) queue.push(find(name, folder));
}
