/**
 * Who most likely removed the rules of the firewall: whom the journal names just before. Only what journald itself says of
 * a sender counts; what was typed is shown and never acted on.
 */
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Dependencies } from '../dependencies.js';
import { recentEntries } from './recent-entries.js';

export interface Doer {
  readonly what: string;
  readonly hint: string;
}

/** Services that write the rules of a firewall anew, by how they are mended. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  [
    'nftables.service',
    'take "flush ruleset" out of /etc/nftables.conf, and let it delete a table of its own instead; or: systemctl disable nftables (to stop it removes all rules once more)',
  ],
  ...['netfilter-persistent', 'iptables', 'ip6tables'].map(
    (name) => [`${name}.service`, `firewalld keeps rules of its own: systemctl disable ${name}`] as const,
  ),
  ...['ufw', 'shorewall', 'shorewall6', 'ferm', 'firehol', 'arno-iptables-firewall', 'csf', 'lfd'].map(
    (name) =>
      [
        `${name}.service`,
        `one of the two is enough: systemctl disable ${name}, or Firewall=nftables in f2bd.conf`,
      ] as const,
  ),
]);

/** Programs that can do it. */
const PROGRAM =
  /(?:^|[\s/;&|("'=])(?:nft|ip6?tables(?:-nft|-legacy)?(?:-restore|-apply)?|netfilter-persistent|ufw|shorewall6?|ferm|firehol|csf)(?=$|[\s;&|)"'])/;

/** What of them only looks. */
const LOOKING = /\s(?:list|status|show|-L|-S|--list(?:-rules)?)(?=$|[\s;&|)"'])/;

/** So long before it is noticed it may have been done, µs: the agent hears of it at once where it keeps a table. */
const BEFORE = 60 * MICROS_PER_SECOND;
/** Entries that are looked at. */
const MOST = 2_000;
/** Characters of a command line that are shown. */
const LONGEST = 120;

/** `at`: when it was noticed, µs since the epoch. Undefined when nobody is named. */
export async function likelyDoer(at: number, dependencies: Dependencies): Promise<Doer | undefined> {
  const matches = [
    ...[...SERVICES.keys()].map((unit) => [`UNIT=${unit}`, '_PID=1']),
    ['_EXE=/usr/bin/sudo'],
    ['_SYSTEMD_UNIT=cron.service', '_UID=0'],
  ];
  const fields = ['MESSAGE', 'UNIT', '_EXE', '_SYSTEMD_UNIT'];
  const entries = await recentEntries(dependencies, { matches, fields }, at - BEFORE, MOST);
  for (const entry of entries.filter(({ receivedAt }) => receivedAt <= at)) {
    const doer = doerIn(entry);
    if (doer !== undefined) return doer;
  }
  return undefined;
}

function doerIn({ fields: { MESSAGE = '', UNIT } }: Entry): Doer | undefined {
  const ofService = UNIT === undefined ? undefined : SERVICES.get(UNIT);
  if (ofService !== undefined)
    return { what: `just before, systemd said of ${UNIT}: ${MESSAGE.slice(0, LONGEST)}`, hint: ofService };
  const [, user = '', command = ''] =
    /^\s*(\S+) : (?:HOST|TTY|PWD)=.*?; COMMAND=(.*)$/s.exec(MESSAGE) ?? /^\((\S+)\) CMD \((.*)\)$/s.exec(MESSAGE) ?? [];
  if (!PROGRAM.test(command) || LOOKING.test(command)) return undefined;
  return {
    what: `just before, ${user} ran ${command.slice(0, LONGEST)}`,
    hint: 'let it change a table of its own alone (nft delete table …, never nft flush ruleset), and run f2bctl verify after it',
  };
}
