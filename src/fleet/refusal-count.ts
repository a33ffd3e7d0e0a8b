/** Tells of refused messages, however many there are: at once of the first of its kind, then how many there were. */

import type { Refusal } from './deciding/change.js';
import type { Decided } from './deciding/decided.js';
import type { Tell } from './tell.js';

type Refused = NonNullable<Decided['refusal']>;

export interface RefusalCount {
  note(refused: Refused): void;
  /** Since the start. */
  readonly totals: Readonly<Record<Refusal, number>>;
  /** Tells of what was refused since the last time; to be called every few minutes. */
  flush(): void;
}

/** What of a host is refused. */
export const REFUSED: Readonly<Record<Refusal, string>> = {
  malformed: 'what is no message of the fleet',
  prefix: 'a prefix wider than MaxPrefixIPv4= or MaxPrefixIPv6=',
  'one-link': 'a ban of what is another host on each link: link-local, loopback or multicast',
  rate: 'more bans than MaxBansPerMinute=',
  'too-many-of-host': 'more bans than MaxBansPerHost=',
  'too-many': 'more bans than MaxBans= of all hosts',
};

/** Hosts whose refusals are told one by one. */
const MOST = 1_000;

export function createRefusalCount(tell: Tell): RefusalCount {
  const counts = new Map<string, { readonly refused: Refused; count: number }>();
  const sentence = ({ why, host }: Refused) => `${host ?? 'somebody'} published ${REFUSED[why]}`;
  const totals = { malformed: 0, prefix: 0, 'one-link': 0, rate: 0, 'too-many-of-host': 0, 'too-many': 0 };
  return {
    totals,
    note(refused) {
      totals[refused.why] += 1;
      const key = `${refused.why} ${refused.host ?? ''}`;
      const known = counts.get(key);
      if (known !== undefined) known.count += 1;
      else if (counts.size < MOST) {
        counts.set(key, { refused, count: 0 });
        tell.say('warning', `${sentence(refused)}, which is refused; f2bctl fleet status shows more`);
      }
    },
    flush() {
      for (const [key, entry] of counts) {
        if (entry.count === 0) counts.delete(key);
        else tell.say('warning', `${sentence(entry.refused)}: refused ${entry.count} times more`);
        entry.count = 0;
      }
    },
  };
}
