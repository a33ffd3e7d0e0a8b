/** The likely cause of a ban that does not keep its address out, and what to do about it, for people. */
import type { IneffectiveCause } from '../core/ineffective-cause.js';

export interface CauseWords {
  /** What is seen: "it comes to port 22 …". */
  readonly cause: string;
  readonly hint: string;
}

const PORTS_HINT = 'add to Ports= of the jail what the service listens on, or set Disposition=drop (f2bctl edit)';

export function ineffectiveWords(cause: IneffectiveCause): CauseWords {
  switch (cause.kind) {
    case 'open-port': {
      const { port } = cause;
      const seen = port === undefined ? 'it probably comes to a port that' : `it comes to port ${port}, which`;
      return { cause: `${seen} the ban does not close`, hint: PORTS_HINT };
    }
    case 'past':
      return {
        cause: `it reaches port ${cause.port}, which is closed to it: something lets it past the firewall`,
        hint: 'see whether f2bctl status tells of the guard in the kernel, and look for trusted zones, direct rules, forwarded ports and ports that Docker publishes: firewall-cmd --list-all-zones; firewall-cmd --direct --get-all-rules; nft list ruleset',
      };
    case 'elsewhere':
      return {
        cause:
          'it has no connection to this machine itself: a proxy or content network (CDN) stands in front, or the service is in a container with a network of its own',
        hint: 'ban where its packets arrive, at the proxy or the content network, or let the service log whom it talks to; and spare the addresses of the proxy with IgnoreIP=',
      };
  }
}
