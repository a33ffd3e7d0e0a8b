/** The packaging agrees with the program: version, licences, names. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { repository } from '../../support/repository.js';

const read = (name: string): string => readFileSync(join(repository, name), 'utf8');

const programs = readdirSync(join(repository, 'src/bin')).filter((name) => name.endsWith('.ts'));

/** The npm packages that esbuild puts into the programs, and those that they load. */
async function carried(): Promise<readonly string[]> {
  const external = [...read('Makefile').matchAll(/--external:(\S+)/g)].map(([, name = '']) => name);
  const { metafile } = await build({
    entryPoints: programs.map((name) => join(repository, 'src/bin', name)),
    absWorkingDir: repository,
    outdir: 'nowhere',
    bundle: true,
    platform: 'node',
    write: false,
    metafile: true,
    external,
  });
  const bundled = Object.keys(metafile.inputs).flatMap((path) => {
    const [, name] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    return name === undefined ? [] : [name];
  });
  const script = join(repository, 'debian/runtime-modules.mjs');
  const loaded = execFileSync('node', [script, '--list'], { encoding: 'utf8' }).trim().split('\n');
  return [...new Set([...bundled, ...loaded])];
}

test('make install with DESTDIR= unpacks the package there and leaves this machine alone', () => {
  const plan = (...words: readonly string[]) =>
    execFileSync('make', ['-n', 'install', ...words], { cwd: repository, encoding: 'utf8' });
  assert.match(plan(), /apt-get install -y \.\/build\/f2b_/);
  assert.match(plan('DESTDIR=/nowhere'), /dpkg-deb -x build\/f2b_\S+\.deb \/nowhere/);
  assert.doesNotMatch(plan('DESTDIR=/nowhere'), /apt-get/);
});

test('make test, which .ci/run calls, looks at style, dead code and shell scripts before anything else', () => {
  const plan = execFileSync('make', ['-n', 'test'], { cwd: repository, encoding: 'utf8' });
  const places = ['biome check', 'knip', 'shellcheck', 'test/run.mjs'].map((tool) => plan.indexOf(tool));
  assert.ok(
    places.every((place, index) => place > (places[index - 1] ?? -1)),
    plan,
  );
  assert.match(read('.ci/run'), /exec make test$/m);
});

test('the newest entry of debian/changelog is for the version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  assert.match(read('debian/changelog'), new RegExp(`^f2b \\(${version.replaceAll('.', '\\.')}\\) `));
});

test('debian/copyright names every npm package that the .deb carries', async () => {
  const copyright = read('debian/copyright');
  const names = await carried();
  assert.ok(names.includes('dbus-next') && names.includes('sqlite3'));
  assert.deepEqual(
    names.filter((name) => !copyright.includes(`node_modules/${name}/*`)),
    [],
  );
});

test('polkit lets the agent ask about its own actions, and no others are in the rules', () => {
  const policy = read('debian/org.f2b.Agent1.policy');
  const actions = [...policy.matchAll(/<action id="([^"]+)">/g)].map(([, id]) => id);
  assert.equal(policy.match(/policykit\.owner">unix-user:f2b</g)?.length, actions.length);
  const named = (rules: string) => [...read(`debian/${rules}`).matchAll(/"(org\.f2b\.[^"]+)"/g)].map(([, id]) => id);
  for (const rules of ['f2b.rules', 'f2b-actions.rules', 'f2b-fail2ban.rules', 'f2b-fleet.rules'])
    assert.deepEqual(
      named(rules).filter((id) => !actions.includes(id)),
      [],
      rules,
    );
  // Whoever takes f2b-fleetd over must not overrule people, or spare whom it likes.
  assert.deepEqual(named('f2b-fleet.rules'), ['org.f2b.inspect', 'org.f2b.report']);
});
