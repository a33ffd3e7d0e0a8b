/** A fail2ban of which a part is gone or damaged: what can be read is carried over, the rest told with its place. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isPublic, textOf } from '../../../src/host/files/configuration-files.js';
import { listFolder } from '../../../src/host/files/read-file.js';
import { importFail2ban } from '../../../src/import/import.js';
import { reportLines } from '../../../src/import/report.js';
import { type Configuration, configurations } from '../../support/fail2ban-configurations.js';
import { repository } from '../../support/repository.js';
import { aWorld, run } from '../cli/run.js';

const DROPIN = 'units/ssh.service.conf.d/40-fail2ban.conf';
const { mail } = configurations;

/** A folder of its own on the disk, with these files. */
function folderOf(t: TestContext, configuration: Configuration): string {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-half-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [path, text] of Object.entries(configuration)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

function imported(directory: string) {
  const { value, problems } = importFail2ban({
    directory,
    only: [],
    files: { read: textOf, list: listFolder },
    shipped: [
      { name: 'ssh.service', filter: 'sshd', units: ['ssh.service'] },
      { name: 'recidive', filter: '', units: [] },
    ],
    isPublic,
    filterFolders: [join(repository, 'filters')],
    services: (name) => (name === 'ssh' ? ['22/tcp'] : undefined),
    written: new Set(),
  });
  const files = new Map(value?.jails.flatMap((jail) => jail.files.map(({ path, text }) => [path, text] as const)));
  const told = problems.map(({ file, line }) => `${file.slice(directory.length + 1)}:${line}`);
  return { value, problems, files, told };
}

test('without filter.d and action.d the jails that need neither are carried over, the others told', (t) => {
  const jails = `${mail['jail.local']}[recidive]\nenabled = yes\n[own]\nenabled = yes\nlogpath = /srv/own.log\n`;
  const { value, problems, files, told } = imported(folderOf(t, { ...mail, 'jail.local': jails }));
  assert.deepEqual([...files.keys()], [DROPIN, 'units/recidive.conf.d/40-fail2ban.conf']);
  assert.deepEqual(told, ['filter.d/own:0']);
  assert.ok(value !== undefined);
  const lines = reportLines(value, problems).join('\n');
  assert.match(lines, /sendmail-whois-lines: not possible, there is no "sendmail-whois-lines/);
  assert.match(lines, /jail\.local:8\)\n {4}not possible: there is no filter own here, nor in fail2ban's filter\.d/);
});

test('what has the name of a jail file and cannot be read is told, and the others are carried over', (t) => {
  const directory = folderOf(t, { ...mail, 'jail.d/90-own.conf': '[sshd]\nmaxretry = 4\n', 'jail.d/readme.txt': '' });
  mkdirSync(join(directory, 'jail.d/10-folder.conf'));
  symlinkSync('/nonexistent', join(directory, 'jail.d/20-gone.local'));
  mkdirSync(join(directory, 'fail2ban.local'));
  const { problems, files, told } = imported(directory);
  assert.deepEqual(told.toSorted(), ['fail2ban.local:0', 'jail.d/10-folder.conf:0', 'jail.d/20-gone.local:0']);
  for (const { message } of problems) assert.match(message, /cannot be read: nothing of it is carried over/);
  assert.match(files.get(DROPIN) ?? '', /^MaxRetry=4$/m);
});

test('a file that is no text is told line by line, and the others are carried over', (t) => {
  const directory = folderOf(t, {
    ...mail,
    'jail.d/10-binary.conf': '\u0000\u0001ELF\n\u0002\n[sshd]\nmaxretry = 4\n',
  });
  const { files, told } = imported(directory);
  assert.deepEqual(told, ['jail.d/10-binary.conf:1', 'jail.d/10-binary.conf:2']);
  assert.match(files.get(DROPIN) ?? '', /^MaxRetry=4$/m);
});

test('a jail whose own configuration was removed with fail2ban’s is told of and not written', (t) => {
  const { value, files } = imported(folderOf(t, { 'jail.d/defaults-debian.conf': '[sshd]\nenabled = true\n' }));
  assert.deepEqual([...files.keys()], []);
  const [finding] = value?.jails[0]?.findings ?? [];
  assert.match(finding?.place ?? '', /defaults-debian\.conf:2$/);
  assert.match(finding?.note ?? '', /names no filter/);
});

test('an empty folder and one whose only jail file cannot be read have no jails, and which file it was is told', (t) => {
  const empty = imported(folderOf(t, {}));
  assert.deepEqual([empty.value, empty.told], [undefined, []]);
  const directory = folderOf(t, {});
  mkdirSync(join(directory, 'jail.conf'));
  const folder = imported(directory);
  assert.deepEqual([folder.value, folder.told], [undefined, ['jail.conf:0']]);
});

test('a database whose configuration is gone brings nothing in, and nothing is written', async () => {
  const world = aWorld();
  const row = { jail: 'sshd', ip: '192.0.2.1', timeofban: 1, bantime: -1, bancount: 1, failures: 5 };
  world.databases.set('/var/lib/fail2ban/fail2ban.sqlite3', { rows: [row], problems: [] });
  const before = [...world.files];
  const { status, errors } = await run(world, ['import', '/srv/fail2ban']);
  assert.equal(status, 66);
  assert.match(errors, /\/srv\/fail2ban holds no configuration of fail2ban\nhint: name the folder/);
  assert.deepEqual([[...world.files], world.agent.calls, world.agent.held], [before, [], []]);
});

test('without fail2ban’s programs its configuration is carried over, as none of them is asked', async () => {
  const world = aWorld();
  for (const [path, text] of Object.entries(mail)) world.files.set(`/srv/fail2ban/${path}`, text);
  const { status } = await run(world, ['import', '/srv/fail2ban']);
  assert.equal(status, 0);
  assert.ok(world.files.has(`/etc/f2b/${DROPIN}`));
  assert.deepEqual(world.ran, []);
});
