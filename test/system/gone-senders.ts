/** Runs inside the namespaces of private-journald.ts: plays one scenario and prints what was seen as JSON. */
import { spawnSync } from 'node:child_process';
import { openAgentEvents } from '../../src/bin/agent-events.js';
import { eventMatches } from '../../src/cli/event-matches.js';
import { createRouting } from '../../src/daemon/reading/routing/routing.js';
import { decodeEvent } from '../../src/events/decode.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { libraryPath } from '../support/journal-files.js';
import { shippedJails } from '../support/shipped-jails.js';
import { as, sender, sent } from './jail-writers.js';
import { startJournald } from './private-journald.js';
import { type UnitGroup, unitGroup } from './unit-group.js';

const BOOT = '4'.repeat(32);
const LINES = 300;

const library = openLibrary(libraryPath);

const logger = 'logger --socket /run/systemd/journal/dev-log -p auth.info';

/** The shipped jail of sshd, and what it makes of the entries of a journal. */
function seen() {
  const ssh = shippedJails((name) => (name === 'root' ? 0 : 700)).filter(({ name }) => name === 'ssh.service');
  const routing = createRouting(ssh.map(({ journal }) => ({ selection: journal })));
  const journal = openJournal({
    library,
    matches: routing.matches,
    fields: [...routing.fields, 'MESSAGE'],
  });
  const entries = journal.read(10_000);
  journal.close();
  const read = entries.filter((entry) => routing.jailsOf(entry).length > 0);
  const texts = (has: boolean) =>
    read.filter(({ fields }) => (fields['_SYSTEMD_UNIT'] !== undefined) === has).map(({ fields }) => fields['MESSAGE']);
  const counted = entries.filter((entry) => routing.jailsOfGoneSender(entry).believing.length > 0).length;
  return { believed: texts(false), withUnit: texts(true), counted };
}

async function inUnit<T>(play: (group: UnitGroup, journald: Awaited<ReturnType<typeof startJournald>>) => T) {
  const journald = await startJournald(BOOT);
  const group = unitGroup('ssh.service');
  const result = play(group, journald);
  journald.sync();
  const found = seen();
  await journald.stop();
  group.remove();
  return { ...found, ...result };
}

/** Another process gets the number of one of sshd's that logged just before, and is gone when journald looks at it. */
async function renumbered(who: Parameters<typeof as>[0]) {
  const journald = await startJournald(BOOT);
  const group = unitGroup('ssh.service');
  const sshd = group.start(sender('dev-log', '<38>sshd[7]: of sshd'));
  const end = await sent(sshd);
  journald.sync();
  await end();
  journald.pause();
  const next = `echo ${Number(sshd.pid) - 1} >/proc/sys/kernel/ns_last_pid`;
  spawnSync('sh', ['-c', `${next}; ${as(who, `${logger} -t sshd 'of another'`)}; true`]);
  journald.resume();
  journald.sync();
  const fields = ['_PID', '_SYSTEMD_UNIT', '_UID', '_GID'];
  const journal = openJournal({ library, matches: [['MESSAGE=of another']], fields });
  const [forged] = journal.read(10);
  journal.close();
  const { withUnit } = seen();
  await journald.stop();
  group.remove();
  return { pid: String(sshd.pid), forged: forged?.fields, read: withUnit };
}

/** Events in the agent's unit, which whoever comes by the number of one of its processes has too, as they are acted on. */
async function events() {
  const journald = await startJournald(BOOT);
  const group = unitGroup('f2bd.service');
  const ends: (() => Promise<void>)[] = [];
  for (const [who, message] of [
    [{ uid: 0 }, 'of the agent'],
    [{ uid: 1001 }, 'of a user'],
    [{ uid: 33 }, 'of a user of the system'],
    [{ uid: 0, gid: 1001 }, 'of a program with set-user-ID'],
  ] as const) {
    const text = `MESSAGE=${message}\nF2B_EVENT=started\n`;
    ends.push(await sent(group.start(as(who, sender('socket', text)))));
  }
  journald.sync();
  const journal = openAgentEvents(library, undefined);
  journal.seek({ kind: 'head' });
  const told: string[] = [];
  do told.push(...journal.read(100).flatMap((entry) => decodeEvent(entry)?.message ?? []));
  while (!journal.isAtEnd);
  journal.close();
  const history = openJournal({ library, matches: eventMatches({ agentUser: () => undefined }), fields: ['MESSAGE'] });
  history.seek({ kind: 'head' });
  const shown: (string | undefined)[] = [];
  do shown.push(...history.read(100).map(({ fields }) => fields['MESSAGE']));
  while (!history.isAtEnd);
  history.close();
  for (const end of ends) await end();
  await journald.stop();
  group.remove();
  return { told, shown };
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = {
  events,
  'renumbered user': () => renumbered({ uid: 1001 }),
  // As exim is: root's user by set-user-ID, which it makes its own, with its caller's group.
  'renumbered root': () => renumbered({ uid: 0, gid: 1001 }),
  stalled: () =>
    inUnit((group, journald) => {
      journald.pause();
      const user = 'setpriv --reuid=1001 --regid=1001 --clear-groups';
      group.run(`${user} ${logger} -t sshd 'of a user'; ${logger} -t su 'with another identifier'`);
      for (let n = 0; n < 6; n += 1) group.run(`${logger} -t sshd 'of root'`);
      journald.resume();
    }),
  flooded: () =>
    inUnit((group) => {
      group.run(`for i in $(seq ${LINES}); do ${logger} -t sshd "line $i" & done; wait`);
      return { lines: LINES };
    }),
};

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`scenarios: ${Object.keys(scenarios).join(' ')}`);
process.stdout.write(JSON.stringify(await scenario()));
