/**
 * Follows the journal as the agent does and makes sure that it hears, five times as fast. Prints a line of JSON for each
 * problem that opens or ends and for each number heard.
 */

import { createProblems } from '../../src/daemon/problems/problems.js';
import { createFollower } from '../../src/daemon/reading/follower.js';
import { createHearing } from '../../src/daemon/reading/hearing.js';
import { systemClock } from '../../src/host/system-clock.js';
import { bootId } from '../../src/journal/boot-id.js';
import { openLiveJournal } from '../../src/journal/live-journal.js';
import { openLibrary } from '../../src/journal/native.js';
import { createSelfCheck } from '../../src/notify/self-check.js';
import { libraryPath } from '../support/journal-files.js';

const FASTER = 5;
/** Between two looks of the agent, ms. */
const LOOK_EVERY = 15_000 / FASTER;

const say = (what: object) => void process.stdout.write(`${JSON.stringify(what)}\n`);

const library = openLibrary(libraryPath);
/** The user to become: only now, as this user may not read the programs. */
const { LISTEN_AS: user } = process.env;
if (user !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(user));
  process.setuid?.(Number(user));
}
const selfCheck = createSelfCheck(library.sendAtOnce, process.getuid?.() ?? 0);
const journal = openLiveJournal({
  library,
  matches: [['SYSLOG_IDENTIFIER=sshd'], selfCheck.match],
  fields: ['N', ...selfCheck.fields],
  presentBoot: bootId(),
});
const problems = createProblems({
  notify(event) {
    if (event.kind === 'problem' || event.kind === 'resolved')
      say({ [event.kind]: event.error.code, text: event.error.message, hint: event.error.hint });
  },
});
const hearing = createHearing({
  clock: { ...systemClock, elapsed: () => performance.now() * 1000 * FASTER },
  problems,
  selfCheck,
  journal: () => journal,
  isBusy: () => follower.isBusy,
  reopen() {
    journal.reopen();
    follower.wake();
  },
});
const follower = createFollower(
  journal,
  async (entries) => {
    for (const { fields } of hearing.heard(entries)) say({ heard: Number(fields['N']) });
    for (const entry of entries) if (selfCheck.isOne(entry)) say({ check: selfCheck.numberOf(entry) });
  },
  async () => {},
);
journal.seek({ kind: 'head' });
follower.follow((cause) => {
  throw cause;
});
say({ ready: true });
hearing.look();
setInterval(hearing.look, LOOK_EVERY);
