/** Runs f2bctl in this process, with a fake agent and a fake journal behind it. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Simulation, SimulationRequest } from '../../../src/agent/simulation.js';
import type { Asking, Dependencies, Fail2banRows, JournalRequest } from '../../../src/cli/dependencies.js';
import { buildProgram, runProgram } from '../../../src/cli/program.js';
import { allVerbs } from '../../../src/cli/verbs.js';
import type { ConfigurationCheck } from '../../../src/config/configuration-check.js';
import { effectiveSettings } from '../../../src/config/effective-settings.js';
import type { ConfigurationFiles, JailEntry } from '../../../src/config/files/configuration-files.js';
import type { UnitFault } from '../../../src/config/unit-faults.js';
import { agentClient } from '../../../src/control/client.js';
import { serveAgent } from '../../../src/control/server.js';
import type { Problem } from '../../../src/core/problem.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import { noLimit } from '../../../src/filter/budget.js';
import type { GeoIp } from '../../../src/geoip/geoip.js';
import type { OpenLogFile } from '../../../src/host/files/open-log-files.js';
import type { Pager } from '../../../src/host/programs/pager.js';
import type { CommandAnswer } from '../../../src/host/programs/run-command.js';
import type { ActionsControl } from '../../../src/ports/actions-control.js';
import { localZone, type Zone } from '../../../src/text/zone.js';
import { type FakeAgent, fakeAgent } from '../../fakes/agent.js';
import { FakeFleet } from '../../fakes/fleet.js';
import { FakeJournal } from '../../fakes/journal.js';
import { LoopbackBus } from '../../fakes/loopback-bus.js';
import type { FakeScreen } from '../../fakes/screen.js';
import { NOON } from '../../fakes/values.js';
import { repository } from '../../support/repository.js';
import { VirtualClock } from '../../support/virtual-clock.js';

export interface World {
  readonly agent: FakeAgent;
  readonly journal: FakeJournal;
  /** None of the journal's entries are of users who are asked for. */
  isOfOthers: boolean;
  /** No agent is there when false. */
  running: boolean;
  /** Where the person at the terminal comes from. */
  peer: string | undefined;
  terminal: boolean;
  /** How wide it is. */
  columns: number | undefined;
  /** A terminal that text can be placed on. */
  screen: FakeScreen | undefined;
  pager: Pager | undefined;
  /** What databases say of addresses. */
  geoip: GeoIp | undefined;
  readonly clock: VirtualClock;
  environment: Readonly<Record<string, string>>;
  readonly hosts: Record<string, readonly string[]>;
  readonly exported: object[];
  /** What a check of the state finds wrong. */
  readonly damage: string[];
  readonly requests: JournalRequest[];
  /** Why the journal cannot be opened. */
  journalProblem: F2bError | undefined;
  /** What a simulation comes to. */
  simulation: (request: SimulationRequest) => Simulation;
  readonly zone: Zone;
  readonly stop: AbortController;
  /** What programs of the system answer, by their command lines. */
  readonly answers: Record<string, CommandAnswer>;
  /** What was run to its end. */
  readonly ran: string[];
  /** What was run on other machines. */
  readonly remote: (readonly string[])[];
  /** What the person at the terminal answers; undefined: there is none. */
  agreement: boolean | undefined;
  /** Bytes that are free. */
  free: number;
  /** What is known of jails that read entries of another kind than their filters are written for. */
  unlike: readonly UnitFault[];
  openLogFiles: readonly OpenLogFile[];
  /** By their paths: what was written, and what can be read. */
  readonly files: Map<string, string>;
  /** By their paths: when files were changed, µs. */
  readonly changedAt: Map<string, number>;
  /** By whom a password might have been asked for, connection by connection. */
  readonly askings: (Asking | undefined)[];
  /** Files that not everybody may read. */
  readonly secretFiles: Set<string>;
  /** fail2ban's databases by their paths. */
  readonly databases: Map<string, Fail2banRows>;
  /** Jails beside the one of the agent's. */
  readonly jails: JailEntry[];
  /** What f2b-actiond would answer. */
  actions: ActionsControl;
  readonly fleet: FakeFleet;
  /** What the agent would find wrong with any file that is there, and with the units of jails. */
  problems: readonly Problem[];
  unitTroubles: ConfigurationCheck['units'];
  /** Why the configuration cannot be checked. */
  checkProblem: F2bError | undefined;
  /** What a person makes of a text. */
  edit: (text: string) => string;
  /** What was kept of it, as it was not taken: the first in /tmp/kept-1. */
  readonly kept: string[];
}

export interface Run {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

const absent = async () => {
  throw new F2bError('ACTIOND_NOT_RUNNING');
};
const absentActions: ActionsControl = { status: absent, test: absent };

export function aWorld(): World {
  return {
    agent: fakeAgent(),
    journal: new FakeJournal(),
    isOfOthers: false,
    running: true,
    peer: undefined,
    terminal: false,
    columns: undefined,
    screen: undefined,
    pager: undefined,
    geoip: undefined,
    clock: new VirtualClock(NOON + 120 * MICROS_PER_SECOND),
    environment: { TERM: 'xterm' },
    hosts: {},
    actions: absentActions,
    exported: [],
    damage: [],
    requests: [],
    journalProblem: undefined,
    simulation: ({ jail }) => ({
      ...{ jail, entries: 0, first: undefined, last: undefined, failures: 0, spared: 0, bans: [] },
    }),
    zone: localZone('UTC0'),
    stop: new AbortController(),
    answers: {},
    ran: [],
    remote: [],
    agreement: undefined,
    free: 1e9,
    unlike: [],
    openLogFiles: [],
    files: new Map(),
    changedAt: new Map(),
    askings: [],
    secretFiles: new Set(),
    databases: new Map(),
    jails: [],
    fleet: new FakeFleet(),
    problems: [],
    unitTroubles: [],
    checkProblem: undefined,
    edit: (text) => text,
    kept: [],
  };
}

const aReport = {
  size: 12_345_678,
  schema: 1,
  position: { cursor: 's=1', receivedAt: NOON },
  counts: { failures: 40, offenders: 1_000_000, bans: 1, allowances: 0 },
};

const sshd: JailEntry = {
  ...{ name: 'ssh.service', state: 'enabled', description: 'OpenSSH server', filter: 'sshd' },
  units: ['ssh.service'],
  forgeableBy: '',
  files: [{ path: '/usr/lib/f2b/units/ssh.service.conf', text: '[Jail]\nFilter=sshd\n' }],
};

/** The jails, and files of theirs in a map. */
function configurationIn(world: World): ConfigurationFiles {
  const ownFiles = (name: string) => {
    const own = [...world.files].filter(([path]) => path.includes(`/units/${name}.conf`)).sort();
    // Of one name the later one replaces the others: what is there until a reboot.
    const files = new Map(own.map(([path, text]) => [basename(path), { path, text }]));
    return [...files.keys()].sort().flatMap((key) => files.get(key) ?? []);
  };
  const jails = async () =>
    [sshd, ...world.jails].map((jail) => {
      const own = ownFiles(jail.name);
      const isReplaced = own.some(({ path }) => basename(path) === `${jail.name}.conf`);
      return { ...jail, files: [...(isReplaced ? [] : jail.files), ...own] };
    });
  return {
    jails,
    async settings(_directory, name) {
      const texts = (await jails()).find((jail) => jail.name === name)?.files ?? [];
      return effectiveSettings({ name, texts }, { name: 'f2bd.conf', texts: [] });
    },
    check: async (directory) => {
      if (world.checkProblem !== undefined) throw world.checkProblem;
      const valid = world.problems.length === 0 || world.files.size === 0;
      const problems = valid ? [] : world.problems;
      return { valid, directory, jails: 3, enabled: 1, rights: 'agent', problems, units: world.unitTroubles };
    },
    isShipped: (name) =>
      [sshd, ...world.jails].some(
        (jail) => jail.name === name && jail.files.some(({ path }) => path.startsWith('/usr/lib')),
      ),
    read: (path) => world.files.get(path),
    changedAt: (path) => world.changedAt.get(path),
    isPublic: (path) => !world.secretFiles.has(path),
    list: (folder) =>
      existsSync(folder)
        ? readdirSync(folder)
        : [...world.files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
    write: (path, text) => void world.files.set(path, text),
    writeOutput: (path, text) => void world.files.set(path, text),
    writeSecret: (path, text) => void world.files.set(path, text),
    remove: (path) => void world.files.delete(path),
    edit: async (text) => world.edit(text),
    keep: (text) => `/tmp/kept-${world.kept.push(text)}`,
  };
}

/** What f2bctl gets to know of the world. It is two minutes after noon, UTC. */
function dependenciesOf(world: World, output: (text: string) => void, errors: (text: string) => void): Dependencies {
  const bus = new LoopbackBus({ uid: 0 });
  const { screen } = world;
  if (world.running) serveAgent({ bus, agent: world.agent, onName: () => undefined });
  return {
    version: '1.2.3',
    output: { isTerminal: world.terminal, columns: world.columns, write: output },
    errors: { isTerminal: false, write: errors },
    environment: world.environment,
    now: () => world.clock.now(),
    zone: world.zone,
    clock: world.clock,
    geoip: async () => world.geoip,
    openScreen: screen && (async () => screen),
    connect: async (asking) => {
      world.askings.push(asking);
      return { client: agentClient(bus), close: () => undefined };
    },
    actions: () => world.actions,
    state: {
      async *export() {
        yield* world.exported;
      },
      import: async (_directory, _name, lines) => {
        for (const line of lines) world.exported.push(JSON.parse(line));
        return { failures: 1_200, offenders: 1, bans: world.exported.length, allowances: 0 };
      },
      check: async (directory) => ({ ...aReport, path: `${directory}/state.sqlite`, damage: world.damage }),
      vacuum: async () => ({ before: 52_428_800, after: 999 }),
    },
    fleet: () => world.fleet,
    createHostKey: async () => ({ seed: 'SUSEED', key: `U${'A'.repeat(55)}` }),
    configuration: configurationIn(world),
    fail2banDatabase: async (path) => world.databases.get(path),
    run: async (argv) => world.answers[argv.join(' ')],
    runToEnd: async (argv) => {
      world.ran.push(argv.join(' '));
      return world.answers[argv.join(' ')] ?? { status: 0, output: '' };
    },
    self: ['f2bctl'],
    confirm: async () => world.agreement,
    remote: {
      run: async (host, words, isTerminal) => {
        world.remote.push([host, ...words, ...(isTerminal ? ['on a terminal'] : [])]);
        return 3;
      },
      ask: async (host, words) => ({ status: host === 'b' ? 4 : 0, output: `${words.join(' ')}\nof \u001b${host}\n` }),
    },
    unlikeJails: async () => world.unlike,
    openLogFiles: async () => world.openLogFiles,
    freeSpace: () => world.free,
    pager: async () => world.pager,
    catalog: () => new Map([['a'.repeat(32), 'Subject: it began\n\nAll is well.']]),
    lines: (name) => (world.files.get(name) ?? '').split('\n'),
    filterPath: async () => [join(repository, 'filters')],
    budget: async () => noLimit,
    simulate: async (request) => world.simulation(request),
    agentUser: () => 990,
    openJournal: async (request) => {
      world.requests.push(request);
      if (world.journalProblem !== undefined) throw world.journalProblem;
      const isOfUsers = request.matches?.some((match) => match.some((term) => term.startsWith('_UID='))) === true;
      return isOfUsers && world.isOfOthers ? new FakeJournal() : world.journal;
    },
    resolve: async (name) => world.hosts[name] ?? [],
    peer: () => world.peer,
    untilStopped: () => world.stop.signal,
    uninterrupted: (work) => work(),
  };
}

/** The command line itself, not run. */
export async function programIn(world: World): Promise<Command> {
  const ignore = (): void => undefined;
  return buildProgram(dependenciesOf(world, ignore, ignore), await allVerbs(), ignore);
}

/** `onOutput` hears each piece as it is written. */
export async function run(
  world: World,
  argv: readonly string[],
  onOutput = (_: string): void => undefined,
): Promise<Run> {
  let [output, errors] = ['', ''];
  const write = (text: string): void => {
    output += text;
    onOutput(text);
  };
  const writeError = (text: string): void => {
    errors += text;
  };
  const status = await runProgram(argv, dependenciesOf(world, write, writeError));
  return { status, output, errors };
}

/** Output as an indented block of a test: the indentation of the first line is taken off all lines. */
export function block(text: string): string {
  const [, ...lines] = text.split('\n');
  const indent = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0;
  return lines.map((line) => line.slice(indent)).join('\n');
}
