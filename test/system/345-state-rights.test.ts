/**
 * What root's commands do in a state directory of another user: nothing that this user could not do by himself,
 * whatever he has put there. Real symbolic links, real users, the built programs.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openDatabase } from '../../src/store/database.js';
import { openStore } from '../../src/store/sqlite.js';
import { aBan, NOON } from '../fakes/values.js';
import { repository } from '../support/repository.js';

const skip = process.getuid?.() === 0 ? false : 'needs root to act as several users';
/** nobody: a user without files. */
const OTHER = 65_534;

interface Place {
  /** The other user's state directory. */
  readonly state: string;
  /** A folder of root's, with a database and a text in it. */
  readonly roots: string;
}

async function aPlace(t: TestContext): Promise<Place> {
  const top = mkdtempSync(join(tmpdir(), 'f2b-state-rights-'));
  t.after(() => rmSync(top, { recursive: true }));
  chmodSync(top, 0o755);
  const place = { state: join(top, 'state'), roots: join(top, 'roots') };
  mkdirSync(place.state, { mode: 0o700 });
  mkdirSync(place.roots, { mode: 0o755 });
  const database = await openDatabase(join(place.roots, 'books.sqlite'), 'create');
  await database.exec('CREATE TABLE book (title TEXT)');
  await database.close();
  writeFileSync(join(place.roots, 'passwords'), 'root:secret\n', { mode: 0o644 });
  await writeState(place.state);
  give(place.state);
  return place;
}

async function writeState(directory: string): Promise<void> {
  const store = await openStore({ directory, report: (error) => assert.fail(error.message) });
  await store.commit({ cursor: 's=1;i=9', receivedAt: NOON }, [{ kind: 'ban', ban: aBan() }]);
  await store.close();
}

/** Makes the folder and all in it the other user's. */
function give(directory: string): void {
  chownSync(directory, OTHER, OTHER);
  for (const name of readdirSync(directory)) chownSync(join(directory, name), OTHER, OTHER);
}

function giveToGroup(directory: string): void {
  chownSync(directory, 0, OTHER);
  chmodSync(directory, 0o770);
}

/** Owner, rights and content of everything in a folder. */
function look(folder: string): readonly unknown[] {
  return readdirSync(folder).map((name) => {
    const { uid, gid, mode } = statSync(join(folder, name));
    return { name, uid, gid, mode, text: readFileSync(join(folder, name), 'latin1') };
  });
}

function run(program: 'f2bctl' | 'f2bd', argv: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, 'dist', `${program}.js`), ...argv], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Puts a link in the place of a file of the state. */
function plant(state: string, name: string, to: string): void {
  rmSync(join(state, name), { force: true });
  symlinkSync(to, join(state, name));
}

const verbs = ['vacuum', 'import', 'check', 'export'] as const;
const links = [
  { name: 'lock', to: 'made-by-root' },
  { name: 'lock', to: 'books.sqlite' },
  { name: 'state.sqlite', to: 'books.sqlite' },
  { name: 'state.sqlite', to: 'made-by-root' },
  { name: 'state.sqlite-wal', to: 'passwords' },
  { name: 'state.sqlite-shm', to: 'passwords' },
] as const;

for (const verb of verbs) {
  for (const { name, to } of links) {
    // Who only reads takes no lock.
    if (name === 'lock' && (verb === 'check' || verb === 'export')) continue;
    test(`state ${verb} by root changes no file of root's that ${name} is a link to (${to})`, { skip }, async (t) => {
      const { state, roots } = await aPlace(t);
      const lines = run('f2bctl', ['state', 'export', '--state-directory', state]).stdout;
      plant(state, name, join(roots, to));
      const before = look(roots);
      run('f2bctl', ['state', verb, '--state-directory', state], lines);
      assert.deepEqual(look(roots), before);
    });
  }
}

test('a link that comes and goes while root looks after the state leads nowhere', { skip }, async (t) => {
  const { state, roots } = await aPlace(t);
  const before = look(roots);
  const swap = `cd ${state}; while :; do ln -sfn ${roots}/books.sqlite lock; ln -sfn ${roots}/new lock; rm -f lock;
    ln -sfn ${roots}/passwords state.sqlite-wal; rm -f state.sqlite-wal; done`;
  const swapping = spawn('sh', ['-c', swap], { uid: OTHER, gid: OTHER, stdio: 'ignore' });
  for (let round = 0; round < 15; round += 1) run('f2bctl', ['state', 'vacuum', '--state-directory', state]);
  swapping.kill('SIGKILL');
  await once(swapping, 'exit');
  assert.deepEqual(look(roots), before);
});

test("what root imports from a file of root's own belongs to the owner of the directory", { skip }, async (t) => {
  const { state, roots } = await aPlace(t);
  const lines = run('f2bctl', ['state', 'export', '--state-directory', state]).stdout;
  const file = join(roots, 'export');
  writeFileSync(file, lines, { mode: 0o600 });
  for (const name of readdirSync(state)) rmSync(join(state, name));
  const { status, stderr } = run('f2bctl', ['state', 'import', file, '--state-directory', state]);
  assert.equal(status, 0, stderr);
  assert.ok(existsSync(join(state, 'state.sqlite')));
  for (const name of readdirSync(state)) assert.equal(statSync(join(state, name)).uid, OTHER, name);
  assert.equal(run('f2bctl', ['state', 'export', '--state-directory', state]).stdout, lines);
});

const agent = ['--dry-run', '--until-idle', '--journal-directory', '/var/empty'];

for (const [whose, prepare] of [
  ["another user's", give],
  ["root's, where everybody may write,", (state: string) => chmodSync(state, 0o777)],
  ["root's, where a group may write,", giveToGroup],
] as const) {
  test(`an agent that root starts by hand refuses a state directory that is ${whose} and touches nothing`, {
    skip,
  }, async (t) => {
    const { state, roots } = await aPlace(t);
    prepare(state);
    plant(state, 'lock', join(roots, 'made-by-root'));
    const before = [look(roots), readdirSync(state)];
    const { status, stderr } = run('f2bd', [...agent, '--state-directory', state]);
    assert.equal(status, 77, stderr);
    assert.match(stderr, /hint: .*runuser -u/);
    assert.deepEqual([look(roots), readdirSync(state)], before);
  });
}
