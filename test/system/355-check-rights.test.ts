/** `f2bd --check` judges with the rights that the agent will have, whoever runs it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { repository } from '../support/repository.js';

const skip = process.getuid?.() === 0 ? false : 'needs root to act as several users';

/**
 * A configuration with a drop-in of these rights, and an /etc/passwd with these lines beside the machine's own. `files`: in
 * a folder of root's, to be checked as well.
 */
function check(t: TestContext, mode: number, users: string, files = '') {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'config/f2bd.conf.d'), { recursive: true });
  const dropin = join(folder, 'config/f2bd.conf.d/local.conf');
  writeFileSync(dropin, '[Ban]\nMaxRetry=3\n');
  chmodSync(dropin, mode);
  mkdirSync(join(folder, 'mine'), { mode: 0o700 });
  writeFileSync(join(folder, 'mine/web.conf'), '[Jail]\nFilter=sshd\n[Journal]\nUnit=web.service\nUser=root\n');
  const program = join(repository, 'dist/f2bd.js');
  // The programs and what they ship lie where only root may look; in a namespace of its own they may lie elsewhere.
  const setUp = `cp -r ${join(repository, 'dist')} ${join(repository, 'filters')} ${join(repository, 'units')} ${folder} &&
    cp /etc/passwd /etc/group ${folder} && sed -i /^f2b:/d ${folder}/passwd ${folder}/group &&
    printf '${users}' >> ${folder}/passwd && printf 'f2b:x:4711:\\n' >> ${folder}/group &&
    mount --bind ${folder}/passwd /etc/passwd && mount --bind ${folder}/group /etc/group &&
    cd ${folder}/mine && exec node ${program.replace(repository, folder)} --check --config-directory ${folder}/config -- ${files}`;
  const modules = join(repository, 'node_modules');
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', setUp], {
    encoding: 'utf8',
    env: { ...process.env, NODE_PATH: modules },
  });
  return { status, stdout, stderr };
}

const AGENT = 'f2b:x:4711:4711::/:/usr/sbin/nologin\\n';

test('a drop-in that root may read and the agent may not is told', { skip }, (t) => {
  const { status, stdout, stderr } = check(t, 0o600, AGENT);
  assert.deepEqual([status, stdout], [78, ''], stderr);
  assert.match(stderr, /local\.conf: cannot be read \(EACCES\)\n {2}hint: .*user f2b/);
});

test('a configuration that the agent may read is called OK, and with whose rights it was read', { skip }, (t) => {
  const { status, stdout, stderr } = check(t, 0o644, AGENT);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^OK: .*config, 1 of \d+ jails enabled, read with the rights of the user f2b\n$/);
});

test('on a machine without the user f2b, the rights are those of who asks', { skip }, (t) => {
  const { status, stdout, stderr } = check(t, 0o600, '');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /read with your own rights\n$/);
});

test('a file that is asked about is read where the agent may not look, and one that is not there is called so', {
  skip,
}, (t) => {
  const found = check(t, 0o644, AGENT, 'web.conf');
  assert.equal(found.status, 0, found.stderr);
  assert.match(found.stdout, /2 of \d+ jails enabled, read with the rights of the user f2b\n$/);
  const { status, stderr } = check(t, 0o644, AGENT, 'web.conf nosuch.conf');
  assert.equal(status, 78);
  assert.match(stderr, /nosuch\.conf: there is no such file\n {2}hint: check its name/);
  assert.doesNotMatch(stderr, /EACCES/);
});
