/**
 * Which jails an entry belongs to, by journald's trusted fields alone.
 * The journal's own matches only narrow what is read; this is the check that counts.
 */
import type { JournalSelection } from '../../../config/config.js';
import { DROPPED_FIELDS, DROPPED_MATCH } from '../../../core/dropped-entries.js';
import type { Entry } from '../../../core/entry.js';
import { byField } from './by-field.js';
import { createGoneSenders, type GoneSenderJails, IDENTIFIER } from './gone-senders.js';
import { isOfGroups } from './groups.js';
import { RuleIndex } from './rule-index.js';

/** Fields that are needed of every entry, beside those named in jails' matches. */
const ROUTING_FIELDS = ['_SYSTEMD_UNIT', ...DROPPED_FIELDS] as const;

/** Something that selects entries: a jail. */
export interface Selecting {
  readonly selection: JournalSelection;
}

/** Finds the jails of an entry. */
export interface Routing<J extends Selecting> {
  /** The jails that read this entry. */
  jailsOf(entry: Entry): readonly J[];
  /** The jails that an entry of a sender that was gone may belong to: those that believe it, and those that do not. */
  jailsOfGoneSender(entry: Entry): GoneSenderJails<J>;
  /** True when some jail may read entries of this unit in the journal of the entry, which tells of the unit. */
  isRead(unit: string, entry: Pick<Entry, 'source'>): boolean;
  /** Alternatives for the journal, each a conjunction of FIELD=value; unit globs as they were written. */
  readonly matches: readonly (readonly string[])[];
  /** Fields the entries must carry for `jailsOf`. */
  readonly fields: readonly string[];
}

export function createRouting<J extends Selecting>(jails: readonly J[]): Routing<J> {
  const reading = jails.filter(({ selection }) => selection.isNobodys !== true);
  const rules = reading.map((jail) => ({ jail, units: jail.selection.units, ...conditionsOf(jail.selection) }));
  const index = new RuleIndex(rules);
  const goneSenders = createGoneSenders(reading);
  const jailsOfGoneSender = oncePerFields(goneSenders.jailsOf);
  return {
    jailsOf: oncePerFields((entry) => {
      const hasGroup = entry.fields[GROUP] !== undefined;
      const jails = index
        .of(entry)
        .filter((rule) => !hasGroup || isOfGroups(rule, entry))
        .map(({ jail }) => jail);
      const { believing } = jailsOfGoneSender(entry);
      return believing.length === 0 ? jails : [...jails, ...believing];
    }),
    jailsOfGoneSender,
    isRead: (unit) => index.mayMeet(unit),
    matches: [...reading.flatMap((jail) => alternatives(jail.selection)), ...goneSenders.matches, DROPPED_MATCH],
    fields: [
      ...new Set([
        ...ROUTING_FIELDS,
        ...goneSenders.fields,
        ...rules.flatMap((rule) => [...rule.conditions.keys(), ...(rule.groups === undefined ? [] : [GROUP])]),
      ]),
    ],
  };
}

/** Answers that rest on the fields alone are kept by them: the journal's entries with the same fields share one object. */
function oncePerFields<Answer>(answer: (entry: Entry) => Answer): (entry: Entry) => Answer {
  const kept = new WeakMap<Entry['fields'], Answer>();
  let latest: { readonly fields: Entry['fields']; readonly found: Answer } | undefined;
  return (entry) => {
    const { fields } = entry;
    if (latest?.fields === fields) return latest.found;
    const found = kept.get(fields) ?? answer(entry);
    kept.set(fields, found);
    latest = { fields, found };
    return found;
  };
}

const USER = '_UID';
const GROUP = '_GID';

/**
 * What an entry must have. journald knows the group of whomever it knows the user: beside users, groups only exclude, so
 * that entries which a tool wrote without them are still of their users.
 */
function conditionsOf({ matches }: JournalSelection) {
  const conditions = byField(matches);
  const users = conditions.get(USER);
  const groups = users === undefined ? undefined : conditions.get(GROUP);
  if (groups === undefined) return { conditions, users, groups };
  return { conditions: new Map([...conditions].filter(([field]) => field !== GROUP)), users, groups };
}

/** Each term costs libsystemd time at every entry, and identifiers hardly narrow what a unit's users write. */
function alternatives({ units, matches }: JournalSelection): readonly (readonly string[])[] {
  if (units.length === 0) return [matches];
  const isOfUsers = matches.some((match) => match.startsWith(`${USER}=`));
  const terms = matches.filter(
    (match) => !match.startsWith(IDENTIFIER) && !(isOfUsers && match.startsWith(`${GROUP}=`)),
  );
  return units.map((unit) => [`_SYSTEMD_UNIT=${unit}`, ...terms]);
}
