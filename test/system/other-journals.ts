/** Runs inside the namespaces of private-journald.ts: plays one scenario and prints what was seen as JSON. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../src/core/time.js';
import type { OpenJournal } from '../../src/daemon/reading/journal-consumer.js';
import { createJournals } from '../../src/daemon/reading/journals/journals.js';
import { createOtherJournal } from '../../src/daemon/reading/journals/other-journal.js';
import { neverLogged } from '../../src/daemon/reading/never-logged.js';
import { openLiveJournal } from '../../src/journal/live-journal.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { namedJailOf } from '../support/config-texts.js';
import { libraryPath } from '../support/journal-files.js';
import { repository } from '../support/repository.js';
import { as, sender, sent } from './jail-writers.js';
import { folder, jail, judged } from './judged-jails.js';
import { startJournald, startNamespace } from './private-journald.js';
import { type UnitGroup, unitGroup } from './unit-group.js';

const BOOT = '5'.repeat(32);

/** What a verb of f2bctl prints. */
function printed(...words: readonly string[]): string {
  const command = [join(repository, 'dist/f2bctl.js'), ...words, '--config-directory', join(folder, 'config')];
  return execFileSync(process.execPath, command, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC0' } });
}

/** Whom f2bctl says that a jail would have banned. */
function simulated(name: string): readonly string[] {
  const { current } = JSON.parse(printed('simulate', name, '--output', 'json'));
  return current.bans.map(({ address }: { readonly address: string }) => address);
}

/** Failures of an address, as sshd logs them. */
async function fail(
  group: UnitGroup,
  address: string,
  count: number,
  namespace = '',
): Promise<(() => Promise<void>)[]> {
  const ends: (() => Promise<void>)[] = [];
  for (let n = 0; n < count; n += 1) {
    const line = `<38>sshd[${1000 + n}]: Failed password for root from ${address} port ${2000 + n} ssh2`;
    ends.push(await sent(group.start(sender('dev-log', line, '/usr/bin/perl', namespace))));
  }
  return ends;
}

async function end(senders: readonly (() => Promise<void>)[]): Promise<void> {
  for (const one of senders) await one();
}

/** The same unit's name in the machine's own journal and in a namespace; the agent runs after each few failures. */
async function namespace() {
  const [own, web] = [await startJournald(BOOT), await startNamespace('web')];
  const group = unitGroup('ssh.service');
  jail('own', 'Unit=ssh.service');
  // The shipped jail is masked.
  writeFileSync(join(folder, 'config/units/ssh.service.conf'), '');
  jail('web', 'Unit=ssh.service\nLogNamespace=web');
  const seen: unknown[] = [];
  for (const count of [2, 1, 0]) {
    const senders = [...(await fail(group, '192.0.2.1', count)), ...(await fail(group, '198.51.100.1', count, 'web'))];
    own.sync();
    web.sync();
    await end(senders);
    seen.push(judged());
    web.rotate();
  }
  const whatIf = { own: simulated('own'), web: simulated('web') };
  const { failures } = JSON.parse(printed('test', 'sshd', '--namespace', 'web', '--unit', 'ssh', '-o', 'summary-json'));
  group.remove();
  await web.stop();
  await own.stop();
  return { seen, whatIf, tested: failures };
}

/** Follows a namespace from before there is one. */
async function following() {
  const own = await startJournald(BOOT);
  const library = openLibrary(libraryPath);
  const journal = createOtherJournal(() =>
    openLiveJournal({ library, namespace: 'web', matches: [['_UID=0']], fields: ['MESSAGE'], presentBoot: BOOT }),
  );
  journal.seek({ kind: 'head' });
  const found: (string | undefined)[] = [];
  const wakes: (() => void)[] = [];
  const take = () => {
    found.push(...journal.read(100).map(({ fields }) => fields['MESSAGE']));
    if (found.includes('third')) for (const wake of wakes) wake();
  };
  journal.onChange(take);
  take();
  const before = journal.inspect(true)?.code;
  const web = await startNamespace('web');
  const group = unitGroup('ssh.service');
  const senders = [];
  for (const text of ['first', 'second', 'third']) {
    senders.push(await sent(group.start(sender('dev-log', `<38>sshd[7]: ${text}`, '/usr/bin/perl', 'web'))));
    web.sync();
    if (text === 'second') web.rotate();
  }
  const heard = new Promise<string>((resolve) => wakes.push(() => resolve('heard')));
  // The agent looks every few seconds: opening fails where journald is just moving the folder.
  const looking = setInterval(() => void journal.inspect(true), 3_000);
  const timeout = new Promise<string>((resolve) => setTimeout(resolve, 30_000, 'within half a minute: nothing'));
  const outcome = found.includes('third') ? 'heard' : await Promise.race([heard, timeout]);
  clearInterval(looking);
  const isThere = journal.inspect(true)?.code !== before;
  journal.close();
  await end(senders);
  group.remove();
  await web.stop();
  await own.stop();
  return { before, outcome, isThere, found: found.filter((text) => /^(?:first|second|third)$/.test(text ?? '')) };
}

/** A machine whose journald writes beside this machine's, as with systemd-nspawn --link-journal=host. */
async function machine() {
  const id = 'e'.repeat(32);
  mkdirSync(`/var/log/journal/${id}`);
  writeFileSync('/run/other-id', `${id}\n`);
  jail('guest', `Unit=ssh.service\nMachine=${id}`);
  jail('own', 'Unit=ssh.service');
  writeFileSync(join(folder, 'config/units/ssh.service.conf'), '');
  const group = unitGroup('ssh.service');
  const seen: unknown[] = [];
  for (const [count, boot] of [
    [2, '6'.repeat(32)],
    [1, '7'.repeat(32)],
  ] as const) {
    spawnSync('mount', ['--bind', '/run/other-id', '/etc/machine-id']);
    const journald = await startJournald(boot);
    const senders = await fail(group, '203.0.113.9', count);
    journald.sync();
    await end(senders);
    await journald.stop();
    spawnSync('umount', ['/etc/machine-id']);
    const own = await startJournald(BOOT);
    own.sync();
    seen.push(judged());
    await own.stop();
  }
  group.remove();
  return seen;
}

/** What jails of users' units and of containers believe, of entries from many units and users. */
async function senders() {
  const own = await startJournald(BOOT);
  const groups = new Map<string, UnitGroup>();
  const ends: (() => Promise<void>)[] = [];
  const write = async (unit: string, uid: number, message: string, fields: readonly string[] = []) => {
    const group = groups.get(unit) ?? unitGroup(unit);
    groups.set(unit, group);
    const text = [`MESSAGE=${message}`, ...fields, ''].join('\n');
    ends.push(await sent(group.start(as({ uid }, sender('socket', text)))));
  };
  const [ofUser, scope] = ['user@1001.service/web.service', `libpod-conmon-${'a1'.repeat(32)}.scope`];
  await write('web.service', 0, 'of the system’s unit');
  await write(ofUser, 1001, 'of the user’s unit');
  await write('user@1002.service/web.service', 1002, 'of another user’s unit');
  await write('session-1.scope', 1001, 'that claims the unit', ['_SYSTEMD_USER_UNIT=web.service']);
  const container = ['CONTAINER_NAME=web', `CONTAINER_ID=${'a1'.repeat(6)}`];
  await write(scope, 0, 'by conmon', container);
  await write('docker.service', 0, 'by dockerd', container);
  await write(scope, 0, 'of another container', ['CONTAINER_NAME=db']);
  await write('docker.service', 1001, 'by a user in dockerd’s unit', container);
  await write('session-1.scope', 0, 'by root’s shell', container);
  await write(`user@1001.service/${scope}`, 1001, 'by a user’s conmon', container);
  own.sync();
  const jails = Object.entries({
    unit: 'Unit=web.service',
    userUnit: 'UserUnit=web.service\nUser=my-app',
    container: 'Container=web',
    usersContainer: 'Container=web\nUser=my-app',
  }).map(([name, text]) => {
    const { journal } = namedJailOf('guard', `[Jail]\nFilter=sshd\n[Journal]\n${text}\n`);
    return { name, selection: journal };
  });
  const { routing, own: wanted } = createJournals(jails, () => []);
  const library = openLibrary(libraryPath);
  const journal = openJournal({ library, matches: wanted.matches, fields: [...wanted.fields, 'MESSAGE'] });
  const entries = journal.read(1000);
  journal.close();
  for (const one of ends) await one();
  for (const group of groups.values()) group.remove();
  await own.stop();
  return Object.fromEntries(
    jails.map((one) => {
      const read = entries.filter((entry) => routing.jailsOf(entry).includes(one));
      return [one.name, read.map(({ fields }) => fields['MESSAGE'])];
    }),
  );
}

/** Which units, started at these times, never logged anything. */
async function silence() {
  const own = await startJournald(BOOT);
  const group = unitGroup('web.service');
  const senders = [await sent(group.start(sender('dev-log', '<38>web[7]: here', '/usr/bin/perl')))];
  own.sync();
  const library = openLibrary(libraryPath);
  const openHistory: OpenJournal = (matches, fields) => openJournal({ library, matches, fields });
  const isSilent = (id: string, activeSince: number) => neverLogged(openHistory, [{ id, activeSince }], undefined);
  const now = (Date.now() + 1_000) * MICROS_PER_MILLISECOND;
  const seen = {
    logging: isSilent('web.service', now),
    silent: isSilent('db.service', now),
    older: isSilent('db.service', now - 3_600 * MICROS_PER_SECOND),
  };
  await end(senders);
  group.remove();
  await own.stop();
  return seen;
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = { namespace, following, machine, senders, silence };

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`scenarios: ${Object.keys(scenarios).join(' ')}`);
process.stdout.write(JSON.stringify(await scenario()), () => process.exit());
