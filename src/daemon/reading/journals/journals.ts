/** Which journals the jails read, and how an entry of any of them finds its jails: by those that read its journal. */
import type { Entry } from '../../../core/entry.js';
import { ANY_HOST, type JournalSource, remoteSourceName } from '../../../core/journal-source.js';
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

/** The hosts whose journals lie in a folder, in an order that stays. */
export type RemoteHosts = (directory: string) => readonly string[];

/** `remoteHosts`: asked for jails of any host. */
export function createJournals<J extends Selecting>(jails: readonly J[], remoteHosts: RemoteHosts): Journals<J> {
  const own = createRouting(jails.filter(({ selection }) => selection.source === undefined));
  const others = sourcesOf(jails, remoteHosts).map((source) => ({
    source,
    routing: createRouting(jails.filter(({ selection }) => isReadBy(source, selection.source))),
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

/** So many hosts are read for jails of any host: each has journal files that are open all the time. */
const MOST_HOSTS = 64;

/** Each once, in the order of their names. */
function sourcesOf(jails: readonly Selecting[], remoteHosts: RemoteHosts): readonly JournalSource[] {
  const sources = new Map<string, JournalSource>();
  for (const { selection } of jails) {
    for (const source of selection.source === undefined ? [] : hostsOf(selection.source, remoteHosts))
      sources.set(source.name, source);
  }
  return [...sources.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A journal of any host stands for one of each host that there is. */
function hostsOf(source: JournalSource, remoteHosts: RemoteHosts): readonly JournalSource[] {
  const { host, directory } = source;
  if (host !== ANY_HOST || directory === undefined) return [source];
  return remoteHosts(directory)
    .slice(0, MOST_HOSTS)
    .map((one) => ({ ...source, name: remoteSourceName(one), host: one }));
}

function isReadBy(source: JournalSource, wanted: JournalSource | undefined): boolean {
  return wanted?.name === source.name || (wanted?.host === ANY_HOST && wanted.directory === source.directory);
}

/** True when jails read other journals than `others`, as hosts came or went. */
export function haveHostsChanged(
  jails: readonly Selecting[],
  remoteHosts: RemoteHosts,
  others: readonly { readonly name: string | undefined }[],
): boolean {
  if (!jails.some(({ selection }) => selection.source?.host === ANY_HOST)) return false;
  const names = sourcesOf(jails, remoteHosts).map(({ name }) => name);
  return names.length !== others.length || names.some((name, index) => name !== others[index]?.name);
}

/** How many hosts are not read, as there are too many. */
export function unreadHosts(jails: readonly Selecting[], remoteHosts: RemoteHosts): number {
  const any = jails.flatMap(({ selection: { source } }) =>
    source?.host === ANY_HOST && source.directory !== undefined ? [source.directory] : [],
  );
  return Math.max(0, ...any.map((directory) => remoteHosts(directory).length - MOST_HOSTS));
}
