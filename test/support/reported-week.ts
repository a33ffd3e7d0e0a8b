/** A week of attacks as the agent tells them, the same each time, with names that attackers chose. */
import type { Entry } from '../../src/core/entry.js';
import { MICROS_PER_SECOND } from '../../src/core/time.js';
import { FakeJournal } from '../fakes/journal.js';

const HOUR = 3_600 * MICROS_PER_SECOND;

/** What would do harm in a page if it were not text there, or break its layout. */
export const HOSTILE_NAMES = [
  '<script>globalThis.harmed = 1</script>',
  '"><img src=http://192.0.2.1/x onerror="globalThis.harmed = 1">',
  "'onclick='globalThis.harmed = 1",
  '\u202e\u001b[2J',
  'n'.repeat(300),
];
const USERS = [
  ...HOSTILE_NAMES,
  'root',
  'admin',
  'ubuntu',
  'Zoë',
  '漢字',
  'git',
  'pi',
  'test',
  'oracle',
  'www',
  'deploy',
];
const JAILS = ['ssh.service', 'nginx.service', 'postfix@-.service', '<b>gitea</b>'];

/** Entries of the seven days before that time, in µs since the epoch. */
export function reportedWeek(until: number): Iterable<Entry> {
  const journal = new FakeJournal();
  for (let hour = 7 * 24; hour > 0; hour -= 1) {
    for (let n = 0; n < (hour * 7) % 11; n += 1) {
      const jail = JAILS[(hour * n) % JAILS.length] ?? '';
      const address = n % 4 === 3 ? `2001:db8:${hour % 16}::/64` : `192.0.${hour % 3}.${(hour * 31 + n) % 256}`;
      const user = USERS[(hour + n * n) % USERS.length] ?? '';
      const fields = { F2B_JAIL: jail, F2B_ADDRESS: address, F2B_USER: user };
      for (const event of n % 2 === 0 ? ['failure'] : ['failure', 'ban', 'unban']) {
        journal.append({
          receivedAt: until - hour * HOUR,
          line: 'host f2bd[1]: said',
          fields: { ...fields, F2B_EVENT: event },
        });
      }
    }
  }
  return journal.read(100_000);
}
