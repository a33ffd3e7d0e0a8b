/** A journal of an sshd that is being attacked, the same with every call; kept in the cache, for it takes minutes. */
import { addressOf, type BenchEntry, createRandom, FIRST_AT, keptJournal, type Random, sshd } from './bench-journal.js';

/** To be counted up when the entries change. */
const VERSION = 1;
const users = ['root', 'admin', 'test', 'oracle', 'ubuntu', 'git', 'postgres', 'user', 'pi', 'ftpuser'];

interface Peer {
  readonly user: string;
  readonly address: string;
  readonly port: number;
}

/** The three lines of a connection: what came first, a wrong password, the end or now and then a login. */
function connectionLines({ user, address, port }: Peer, random: Random): readonly string[] {
  const from = `from ${address} port ${port}`;
  const rhost = `ruser= rhost=${address}  user=${user}`;
  const begin = [
    `Invalid user ${user} ${from}`,
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ${rhost}`,
  ];
  const who = ['authenticating', 'invalid'][random(2)];
  const key = 'ED25519 SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  return [
    begin[random(2)] ?? '',
    `Failed password for ${['', 'invalid user '][random(2)]}${user} ${from} ssh2`,
    random(5) > 0
      ? `Connection closed by ${who} user ${user} ${address} port ${port} [preauth]`
      : `Accepted publickey for alice ${from} ssh2: ${key}`,
  ];
}

/** The entries of connections that come one after the other. */
export function* connections(count: number): Generator<BenchEntry> {
  const random = createRandom(7);
  let at = FIRST_AT;
  for (let made = 0; made < count; ) {
    const pid = 1000 + random(30_000);
    const address = addressOf(random);
    const user = users[random(users.length)] ?? '';
    for (const message of connectionLines({ user, address, port: 1024 + random(64_000) }, random)) {
      if (made === count) return;
      made += 1;
      at += 200 + random(19_800);
      yield { ...sshd, message, pid, at };
    }
  }
}

/** The directory with a journal of so many entries; made when there is none. */
export function sshdJournal(count: number): Promise<string> {
  return keptJournal(`sshd-${VERSION}-${count}`, [connections(count)]);
}
