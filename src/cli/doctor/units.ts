/** The units of enabled jails: whether they exist, what they are called, and whether they log where f2b reads. */
import type { JailEntry } from '../../config/files/configuration-files.js';
import type { Dependencies } from '../dependencies.js';
import { type Examination, type Finding, problem, warning } from './finding.js';

/** What systemd says of a unit; `name` is what was asked for. */
interface Unit {
  readonly name: string;
  readonly id: string;
  readonly load: string;
  readonly namespace: string;
}

export const units: Examination = {
  name: 'Jails',
  async find(dependencies, directory) {
    const jails = (await dependencies.configuration.jails(directory)).filter(({ state }) => state === 'enabled');
    const found: Finding[] = [];
    for (const jail of jails) {
      found.push(...forgers(jail), ...(await findingsOf(jail, dependencies, directory)));
    }
    return found;
  },
};

function forgers({ name, forgeableBy }: JailEntry): readonly Finding[] {
  if (forgeableBy === '') return [];
  return [warning(`${name}: others could be banned by ${forgeableBy}`, `f2bctl cat ${name} tells how, and what helps`)];
}

async function findingsOf(jail: JailEntry, dependencies: Dependencies, directory: string): Promise<readonly Finding[]> {
  // What another machine runs cannot be asked of this one.
  if (jail.source?.directory !== undefined) return [];
  const names = jail.units.filter((name) => !/[*?[]/.test(name));
  const shown = await Promise.all(names.map((name) => unitNamed(name, dependencies)));
  const known = shown.filter((unit) => unit !== undefined);
  if (known.length < names.length) return [];
  const present = known.filter(({ load }) => load === 'loaded');
  const hasGlobs = names.length < jail.units.length;
  if (names.length > 0 && present.length === 0 && !hasGlobs) return [absent(jail, known)];
  const read = new Set(jail.units);
  return [
    ...present.filter(({ id }) => !read.has(id)).map((unit) => alias(jail, unit)),
    ...present
      .filter(({ namespace }) => namespace !== (jail.source?.namespace ?? ''))
      .map((unit) => inNamespace(jail, unit)),
    ...(present.length > 0 && !hasGlobs ? await silence(jail, present, dependencies, directory) : []),
  ];
}

/** Undefined where systemd cannot be asked. */
async function unitNamed(name: string, { run }: Dependencies): Promise<Unit | undefined> {
  const answer = await run(['systemctl', 'show', '--property=Id,LoadState,LogNamespace', '--', name]);
  if (answer === undefined || answer.status !== 0) return undefined;
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(answer.output)?.[1] ?? '';
  return { name, id: value('Id'), load: value('LoadState'), namespace: value('LogNamespace') };
}

function absent({ name }: JailEntry, known: readonly Unit[]): Finding {
  const masked = known.filter(({ load }) => load === 'masked').map((unit) => unit.name);
  if (masked.length > 0)
    return warning(`${name}: ${masked.join(' and ')} is masked`, `systemctl unmask, or: f2bctl disable --now ${name}`);
  const names = known.map((unit) => unit.name).join(' nor ');
  return warning(
    `${name}: this machine has no ${names}`,
    `name the unit of the service in Unit= (f2bctl edit ${name}), or: f2bctl disable --now ${name}`,
  );
}

function alias({ name }: JailEntry, unit: Unit): Finding {
  const message = `${name}: ${unit.name} is another name of ${unit.id}, and the journal has only that`;
  return problem(message, `write Unit=${unit.id}: f2bctl edit ${name}`);
}

function inNamespace({ name }: JailEntry, unit: Unit): Finding {
  if (unit.namespace === '') {
    const message = `${name}: ${unit.id} logs into no journal namespace, and LogNamespace= names one`;
    return problem(message, `drop LogNamespace=: f2bctl edit ${name}`);
  }
  const message = `${name}: ${unit.id} logs into the journal namespace ${unit.namespace}, which is not read`;
  return problem(message, `write LogNamespace=${unit.namespace} in [Journal]: f2bctl edit ${name}`);
}

/**
 * A service that writes files of its own leaves nothing in the journal but systemd's own words about it; one that runs as
 * another user than the jail says, nothing that is believed.
 */
async function silence(
  jail: JailEntry,
  present: readonly Unit[],
  dependencies: Dependencies,
  directory: string,
): Promise<readonly Finding[]> {
  const { name } = jail;
  const matches = present.map(({ id }) => [`_SYSTEMD_UNIT=${id}`]);
  const isHeard = await hasEntries(jail, matches, dependencies);
  if (isHeard === undefined) return [];
  if (isHeard) return strangers(jail, present, dependencies, directory);
  const hint = `see where it logs to; the head of the jail says how to make it log to the journal: f2bctl cat ${name}`;
  return [warning(`${name}: nothing of ${idsOf(present)} is in the journal`, hint)];
}

/** Entries of the units there are, and none of those whom `User=` names. */
async function strangers(
  jail: JailEntry,
  present: readonly Unit[],
  dependencies: Dependencies,
  directory: string,
): Promise<readonly Finding[]> {
  const settings = await dependencies.configuration.settings(directory, jail.name);
  const users = settings.find(({ key }) => key === 'User')?.value ?? '';
  const names = users.split(/\s+/).flatMap((word) => (word === '' ? [] : [word.replace(/^-/, '')]));
  const answers = await Promise.all(names.map((name) => dependencies.run(['id', '--user', '--', name])));
  const uids = answers.flatMap((answer) => (answer?.status === 0 ? [answer.output.trim()] : []));
  if (uids.length === 0) return [];
  const matches = present.flatMap(({ id }) => uids.map((uid) => [`_SYSTEMD_UNIT=${id}`, `_UID=${uid}`]));
  if ((await hasEntries(jail, matches, dependencies)) !== false) return [];
  const [unit] = present;
  return [
    warning(
      `${jail.name}: nothing of ${idsOf(present)} in the journal is of ${names.join(' or ')}, whom User= names`,
      `journalctl -u ${unit?.id} -o verbose shows as _UID who writes: name that user (f2bctl edit ${jail.name})`,
    ),
  ];
}

function idsOf(units: readonly Unit[]): string {
  return units.map(({ id }) => id).join(', ');
}

/** Whether the journal has entries that match; undefined where it may not be read, which is said elsewhere. */
async function hasEntries(
  { source }: JailEntry,
  matches: readonly (readonly string[])[],
  { openJournal }: Dependencies,
): Promise<boolean | undefined> {
  try {
    const journal = await openJournal({ ...source, matches, fields: [] });
    try {
      journal.seek({ kind: 'tail' });
      return journal.readBackwards(1).length > 0;
    } finally {
      journal.close();
    }
  } catch {
    return undefined;
  }
}
