/**
 * The same of all that the agent can do at once: 60,000 entries of interleaved sessions, read by four jails with
 * growing ban times, whole networks, accounts and repeat offenders. F2B_KILLS sets how often it is killed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, firstAt, killLab, SECOND, seededRandom } from './kill-lab.js';
import { cannotMakeJournals, type SshEntry } from './ssh-journal.js';

const entryCount = 60_000;
const kills = Number(process.env['F2B_KILLS'] ?? 15);
/** Kills until a run over the journal is at its end, about; then its state is looked at, and another run begins. */
const killsPerRun = 8;

type Random = () => number;

function among(random: Random, count: number): number {
  return Math.floor(random() * count);
}

/** What one connection to sshd makes it log. Most lines do not tell the address, and count for it all the same. */
function connection(random: Random): readonly string[] {
  const address =
    random() < 0.2
      ? `2001:db8:${among(random, 20)}::${among(random, 50)}`
      : `203.0.${among(random, 8)}.${among(random, 64)}`;
  const port = 1024 + among(random, 60_000);
  const from = `from ${address} port ${port}`;
  const opened = `Connection ${from} on 192.0.2.1 port 22 rdomain ""`;
  const user = ['root', 'admin', 'oracle', `user${among(random, 200)}`][among(random, 4)];
  const asked = `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}`;
  const failed = `Failed password for invalid user ${user} ${from} ssh2`;
  switch (among(random, 5)) {
    case 0:
      return [opened, 'kex_exchange_identification: read: Connection reset by peer'];
    case 1:
      return [
        opened,
        asked,
        `Accepted password for ${user} ${from} ssh2`,
        `Disconnected from user ${user} ${address} port ${port}`,
      ];
    case 2:
      return [opened, asked, failed, failed, 'Disconnecting: Too many authentication failures [preauth]'];
    default:
      return [
        opened,
        `Invalid user ${user} ${from}`,
        asked,
        failed,
        `Connection closed by invalid user ${user} ${address} port ${port} [preauth]`,
      ];
  }
}

/** About eight hours on two servers; the lines of a connection come within a minute, between those of many others. */
function entries(random: Random): readonly SshEntry[] {
  const made: SshEntry[] = [];
  for (let start = firstAt; made.length < entryCount; start += among(random, 4 * SECOND)) {
    const unit = random() < 0.5 ? 'ssh.service' : 'quick.service';
    const pid = 1000 + among(random, 30_000);
    let at = start;
    for (const message of connection(random)) {
      at += 1 + among(random, 12 * SECOND);
      made.push({ at, unit, pid, message });
    }
  }
  return made.slice(0, entryCount).sort((one, other) => one.at - other.at);
}

const growing = 'BanTimeIncrement=yes\nBanTimeRandom=5min\nBanTimeMax=1d\n';
const filter = '[Jail]\nFilter=sshd[mode=aggressive]\n';
const jails = {
  'ssh.service': `${filter}[Ban]\nMaxRetry=6\nFindTime=1h\nBanTime=20min\n${growing}BanTimeAllJails=yes\n`,
  'quick.service': `${filter}[Ban]\nMaxRetry=4\nFindTime=20min\nBanTime=2h\nAggregateAfter=6\nOffenderMemory=3h\n${growing}`,
  accounts: `${filter}[Journal]\nUnit=ssh.service quick.service\n[Ban]\nMaxRetry=9\nFindTime=30min\nMaxRetryUser=12\nResetOnSuccess=yes\nBanTime=15min\n`,
  recidive: '[Jail]\nEnabled=yes\nSource=bans\n[Ban]\nMaxRetry=4\nFindTime=4h\nBanTime=1w\n',
};

test('an agent with sessions, growing bans and repeat offenders, killed at random, ends as if it had run in peace', {
  skip: cannotMakeJournals,
}, async (t) => {
  const random = seededRandom(t);
  const lab = killLab(t, entries(random), jails);
  const timed = async () => {
    const started = Date.now();
    assert.ok(await lab.run('quiet'));
    return Date.now() - started;
  };
  const duration = await timed();
  const wanted = lab.exported('quiet');
  for (const type of ['cursor', 'failure', 'offender', 'ban']) t.diagnostic(`${type}: ${countOf(wanted, type)}`);

  const idle = await timed();
  assert.deepEqual(lab.exported('quiet'), wanted, 'a run with nothing to read changes nothing');
  const longest = idle + (2 * (duration - idle)) / killsPerRun;

  let [killed, runs] = [0, 0];
  const compare = () => {
    runs += 1;
    assert.deepEqual(lab.exported('killed'), wanted, `after ${killed} kills`);
    lab.forget('killed');
  };
  while (killed < kills) {
    if (await lab.run('killed', random() * longest)) compare();
    else killed += 1;
  }
  assert.ok(await lab.run('killed'));
  compare();
  t.diagnostic(
    `killed ${killed} times in ${runs} runs; one run in peace takes ${duration} ms, of which it starts ${idle}`,
  );
});
