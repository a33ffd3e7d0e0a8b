/** The journals that the agent is measured with when it has much to read, and the jails that read them. */
import { addressOf, type BenchEntry, createRandom, FIRST_AT, keptJournal, sshd } from './bench-journal.js';
import { connections, sshdJournal } from './sshd-journal.js';

/** To be counted up when the entries change. */
const VERSION = 1;
const FILES = 300;
/** On average. */
const LINES_OF_SESSION = 3.5;

/** What reads the entries of a unit, in f2b and fail2ban, by the filters' common name. */
export interface BenchJail {
  readonly filter: string;
  readonly unit: string;
}

export interface CatchUp {
  readonly title: string;
  readonly jails: readonly BenchJail[];
  readonly journal: (count: number) => Promise<string>;
}

const ofSshd: readonly BenchJail[] = [{ filter: 'sshd', unit: 'ssh.service' }];

/** Connections that do not end: their wrong passwords are all that is heard of them. */
function* openSessions(count: number): Generator<BenchEntry> {
  const random = createRandom(11);
  for (let made = 0; made < count; made += 1) {
    const connection = Math.floor(made / LINES_OF_SESSION);
    const from = `from ${addressOf(createRandom(connection))} port ${1024 + (connection % 60_000)}`;
    const isFirst = Math.floor((made - 1) / LINES_OF_SESSION) < connection;
    const message = isFirst
      ? `Connection ${from} on 192.0.2.1 port 22 rdomain ""`
      : `Failed password for root ${from} ssh2`;
    yield { ...sshd, message, pid: 1000 + connection, at: FIRST_AT + made * 2_000 + random(1_000) };
  }
}

const dovecot = { identifier: 'dovecot', unit: 'dovecot.service', program: '/usr/sbin/dovecot' };
const postfix = { identifier: 'postfix/smtpd', unit: 'postfix@-.service', program: '/usr/lib/postfix/sbin/smtpd' };
const vsftpd = { identifier: 'vsftpd', unit: 'vsftpd.service', program: '/usr/sbin/vsftpd' };
const others = ['cron', 'nginx', 'postgresql', 'systemd-resolved', 'containerd', 'smartd'];

const services: readonly BenchJail[] = [
  ...ofSshd,
  { filter: 'dovecot', unit: dovecot.unit },
  { filter: 'postfix[mode=auth]', unit: postfix.unit },
  { filter: 'vsftpd', unit: vsftpd.unit },
];

/** Failed log-ins of four services, and as many entries of units that no jail reads. */
function* mixed(count: number): Generator<BenchEntry> {
  const random = createRandom(13);
  for (let made = 0; made < count; made += 1) {
    const address = addressOf(createRandom(random(60_000)));
    const session = `session=<${random(1_000_000)}>`;
    const guarded = [
      { ...sshd, message: `Failed password for invalid user admin from ${address} port ${1024 + random(60_000)} ssh2` },
      {
        ...dovecot,
        message: `imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<admin>, method=PLAIN, rip=${address}, lip=192.0.2.1, TLS, ${session}`,
      },
      {
        ...postfix,
        message: `warning: unknown[${address}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6`,
      },
      {
        ...vsftpd,
        message: `pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=admin rhost=${address}  user=admin`,
      },
    ];
    const name = others[random(others.length)] ?? '';
    const other = { identifier: name, unit: `${name}.service`, program: `/usr/sbin/${name}` };
    const entry = random(2) > 0 ? guarded[random(guarded.length)] : undefined;
    const written = entry ?? {
      ...other,
      message: `request ${random(1_000_000)} of ${address} done in ${random(900)} ms`,
    };
    yield { ...written, pid: 1000 + random(30_000), at: FIRST_AT + made * 10_000 };
  }
}

/** The entries in so many parts of one length. */
function spread(count: number): readonly Iterable<BenchEntry>[] {
  const all = [...connections(count)];
  const length = Math.ceil(count / FILES);
  return Array.from({ length: FILES }, (_, part) => all.slice(part * length, (part + 1) * length));
}

export const catchUps: readonly CatchUp[] = [
  { title: 'connections', jails: ofSshd, journal: sshdJournal },
  {
    title: 'open sessions',
    jails: ofSshd,
    journal: (count) => keptJournal(`open-${VERSION}-${count}`, [openSessions(count)]),
  },
  {
    title: 'four services, half of the entries others’',
    jails: services,
    journal: (count) => keptJournal(`mixed-${VERSION}-${count}`, [mixed(count)]),
  },
  {
    title: `connections, in ${FILES} files`,
    jails: ofSshd,
    journal: (count) => keptJournal(`spread-${VERSION}-${count}`, spread(count)),
  },
];
