/** Which journals the jails read, and how an entry of any of them finds its jails: by those that read its journal. */
import type { Entry } from '../../../core/entry.js';
import type { JournalSource } from '../../../core/journal-source.js';
import { createRouting, type Routing, type Selecting } from '../routing/routing.js';

/** A journal to be opened. */
export interface WantedJournal {
  /** Undefined for the machine's own. */
  readonly source: JournalSource | undefined;
  readonly matches: readonly (readonly string[])[];
  readonly fields: readonly string[];
}

export interface Journals<J extends Selecting> {
  readonly routing: Pick<Routing<J>, 'jailsOf' | 'jailsOfGoneSender' | 'isRead'>;
  /** The machine's own: it is always read. */
  readonly own: WantedJournal;
  readonly others: readonly (WantedJournal & { readonly source: JournalSource })[];
}

export function createJournals<J extends Selecting>(jails: readonly J[]): Journals<J> {
  const own = createRouting(jails.filter(({ selection }) => selection.source === undefined));
  const others = sourcesOf(jails).map((source) => ({
    source,
    routing: createRouting(jails.filter(({ selection }) => selection.source?.name === source.name)),
  }));
  const routings = new Map(others.map(({ source, routing }) => [source.name, routing]));
  const ofEntry = ({ source }: Pick<Entry, 'source'>) => (source === undefined ? own : routings.get(source));
  return {
    routing: {
      jailsOf: (entry) => ofEntry(entry)?.jailsOf(entry) ?? [],
      jailsOfGoneSender: (entry) => ofEntry(entry)?.jailsOfGoneSender(entry) ?? { believing: [], passingOver: [] },
      isRead: (unit, entry) => ofEntry(entry)?.isRead(unit, entry) ?? false,
    },
    own: { source: undefined, matches: own.matches, fields: own.fields },
    others: others.map(({ source, routing: { matches, fields } }) => ({ source, matches, fields })),
  };
}

/** Each once, in the order of their names. */
function sourcesOf(jails: readonly Selecting[]): readonly JournalSource[] {
  const sources = new Map<string, JournalSource>();
  for (const { selection } of jails) if (selection.source) sources.set(selection.source.name, selection.source);
  return [...sources.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}
