/**
 * Entries whose senders had ended before journald looked at them, or ended meanwhile, which happens when it is stalled or
 * flooded, or the machine is busy. Their unit is unknown then. Their user and group are known, as the kernel hands these
 * over with the message (_UID and _GID in journald-context.c).
 */
import type { JournalSelection } from '../../../config/config.js';
import type { Entry } from '../../../core/entry.js';
import { byField } from './by-field.js';
import { type Accepted, isOfGroups } from './groups.js';
import { RuleIndex } from './rule-index.js';

/** What journald would have read of a sender that was there, and how the entry came. */
const FIELDS = ['_SYSTEMD_UNIT', '_SYSTEMD_CGROUP', '_TRANSPORT', '_UID', '_GID'] as const;

/** The transports whose senders may be gone; of the others journald knows the unit anyway. */
const TRANSPORTS: readonly string[] = ['syslog', 'journal'];

const UID = '_UID=';
const GID = '_GID=';
export const IDENTIFIER = 'SYSLOG_IDENTIFIER=';

/**
 * True when the sender's control group could not be read. journald reads it behind the program, so of a sender that ended
 * in between it has that (client_context_really_refresh in journald-context.c). A process outside of all units has a
 * control group, but for those in the topmost, where root alone can put one.
 */
export function isOfGoneSender({ fields }: Entry): boolean {
  const { _SYSTEMD_UNIT: unit, _SYSTEMD_CGROUP: group, _TRANSPORT: transport = '' } = fields;
  return unit === undefined && group === undefined && TRANSPORTS.includes(transport);
}

/**
 * True when root's user was lent to somebody else. A program with set-user-ID that makes it its own, as exim does, has
 * its caller's group or its own, and prints what its caller chose to where its caller chose: to journald's socket too.
 */
function isOfLentRoot({ fields }: Entry): boolean {
  return fields['_UID'] === '0' && fields['_GID'] !== '0';
}

/** The jails that an entry may belong to, by what they make of it. */
export interface GoneSenderJails<J> {
  readonly believing: readonly J[];
  readonly passingOver: readonly J[];
}

/** What a jail makes of such entries of its users with its identifiers. */
interface Rule extends Accepted {
  /** The conditions that they can meet: on user and identifier. */
  readonly matches: readonly string[];
  /** With such a group they meet all that the jail demands, so they are the jail's as if they had its unit. */
  readonly isBelieved: boolean;
}

/**
 * A jail for units that names users and identifiers knows its entries by these alone: nobody else can write as one of
 * these users, and what else the users run has other identifiers. Undefined for the others: they cannot tell.
 */
function ruleOf({ units, matches }: JournalSelection): Rule | undefined {
  const known = matches.filter((match) => match.startsWith(UID) || match.startsWith(IDENTIFIER));
  const tells = [UID, IDENTIFIER].every((field) => known.some((match) => match.startsWith(field)));
  if (units.length === 0 || !tells) return undefined;
  const { _UID: users, _GID: groups } = Object.fromEntries(byField(matches));
  const isBelieved = matches.every((match) => known.includes(match) || match.startsWith(GID));
  return { matches: known, users, groups, isBelieved };
}

/** Those of the jails that can tell entries of senders that were gone. */
export function createGoneSenders<J extends { readonly selection: JournalSelection }>(jails: readonly J[]) {
  const rules = jails.flatMap((jail) => {
    const rule = ruleOf(jail.selection);
    return rule === undefined ? [] : [{ ...rule, jail, units: [], conditions: byField(rule.matches) }];
  });
  const index = new RuleIndex(rules);
  const nobodys: GoneSenderJails<J> = { believing: [], passingOver: [] };
  return {
    jailsOf(entry: Entry): GoneSenderJails<J> {
      if (!isOfGoneSender(entry)) return nobodys;
      const met = index.of(entry);
      const isDoubtful = isOfLentRoot(entry);
      const isBelieved = (rule: Rule) => rule.isBelieved && !isDoubtful && isOfGroups(rule, entry);
      const those = (believed: boolean) => met.filter((rule) => isBelieved(rule) === believed).map(({ jail }) => jail);
      return { believing: those(true), passingOver: those(false) };
    },
    /** The journal's alternatives for them. */
    matches: rules.map(({ matches }) => matches),
    /** The fields that they are told by. */
    fields: rules.length === 0 ? [] : FIELDS,
  };
}
