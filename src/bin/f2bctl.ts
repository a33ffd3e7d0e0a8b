/** The control program's composition root. What a verb does not need is not loaded: that doubles the time to start. */
import { join } from 'node:path';
import { ACTIONS_CONTROL, ACTIONS_RUNTIME, actionsClient } from '../actions/control.js';
import type { SimulationRequest } from '../agent/simulation.js';
import type { Asking, Dependencies, JournalRequest, Output, StateCare } from '../cli/dependencies.js';
import { reportError, runProgram } from '../cli/program.js';
import { terminalPeer } from '../cli/terminal-peer.js';
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import { FLEET_CONTROL, FLEET_RUNTIME, fleetClient } from '../fleet/control.js';
import { openGeoIp } from '../geoip/open-geoip.js';
import { freeSpace } from '../host/files/free-space.js';
import { messageCatalog } from '../host/files/message-catalog.js';
import { readLines } from '../host/files/read-file.js';
import { findUser } from '../host/find-user.js';
import { becomeOwnerOf } from '../host/give-up-root.js';
import type { Asked } from '../host/json-socket.js';
import { openPager } from '../host/programs/pager.js';
import { runCommand, runToEnd } from '../host/programs/run-command.js';
import { askThere, runThere } from '../host/programs/ssh.js';
import { systemClock } from '../host/system-clock.js';
import type { Ask } from '../ports/question.js';
import { localZone } from '../text/zone.js';
import { configurationFiles } from './configuration-files.js';
import { configPlaces, nativeLibrary, shippedDirectory } from './places.js';
import { endOnBrokenStdout, surviveBrokenStderr } from './process/broken-output.js';
import { noDebugger } from './process/no-debugger.js';
import { uninterrupted } from './process/uninterrupted.js';

declare const __F2B_VERSION__: string;

/** In the runtime directories of their services. A trial of an action may take as long as its Timeout= allows. */
const ACTIONS_SOCKET = {
  path: `${ACTIONS_RUNTIME}/${ACTIONS_CONTROL}`,
  absent: 'ACTIOND_NOT_RUNNING',
  timeout: 120_000,
} as const;
const FLEET_SOCKET = {
  path: `${FLEET_RUNTIME}/${FLEET_CONTROL}`,
  absent: 'FLEET_NOT_RUNNING',
  timeout: 30_000,
} as const;

/** What LineBudget= is unless set, in ms. */
const lineBudget = 50;

/** Bytes, as a stream keeps what it cannot write yet: text would stay in all the pieces it was put together from. */
function outputTo(stream: NodeJS.WriteStream): Output {
  const { isTTY: isTerminal = false, columns } = stream;
  return {
    isTerminal,
    columns,
    write: (piece) => stream.write(typeof piece === 'string' ? Buffer.from(piece) : piece),
  };
}

async function openJournal(request: JournalRequest) {
  const { makeRoomForNewObjects } = await import('./process/roomy-heap.js');
  makeRoomForNewObjects();
  const { openFollowedHistory } = await import('../journal/followed-history.js');
  const { openLibrary } = await import('../journal/native.js');
  const { bootId } = await import('../journal/boot-id.js');
  return openFollowedHistory({ library: openLibrary(nativeLibrary), presentBoot: bootId(), ...request });
}

async function connect(asking: Asking = () => () => {}) {
  const { makeRoomForNewObjects } = await import('./process/roomy-heap.js');
  makeRoomForNewObjects();
  const { agentClient } = await import('../control/client.js');
  const { systemBusAddress } = await import('../dbus/address.js');
  const { openBus } = await import('../dbus/open-bus.js');
  const bus = await openBus(systemBusAddress(process.env), systemClock);
  const close = () => bus.close();
  if (asking === 'never' || !process.stdin.isTTY) return { client: agentClient(bus), close };
  const { openPasswordAgent } = await import('../control/password-agent.js');
  const prompt = async () => {
    const takeBack = asking();
    const end = await openPasswordAgent();
    return async () => {
      await end();
      takeBack();
    };
  };
  return { client: agentClient(bus, prompt), close };
}

/** Root's tools become the owner of the state before they look at it. */
async function giveUpRoot(directory: string): Promise<void> {
  const { openLibrary } = await import('../journal/native.js');
  becomeOwnerOf(directory, openLibrary(nativeLibrary).become);
}

/** What is loaded before root's rights are given up may lie where the state's owner cannot read. */
const state: StateCare = {
  async *export(directory) {
    const { exportState } = await import('../store/maintenance/export-state.js');
    await giveUpRoot(directory);
    yield* exportState(directory);
  },
  async import(directory, name, lines) {
    const { importState } = await import('../store/maintenance/import-state.js');
    await giveUpRoot(directory);
    return importState(directory, name, lines);
  },
  async check(directory) {
    const { checkState } = await import('../store/maintenance/care.js');
    await giveUpRoot(directory);
    return checkState(directory);
  },
  async vacuum(directory) {
    const { vacuumState } = await import('../store/maintenance/care.js');
    await giveUpRoot(directory);
    return vacuumState(directory);
  },
};

async function fail2banDatabase(path: string) {
  const { readFail2banDatabase } = await import('../store/fail2ban-database.js');
  return readFail2banDatabase(path);
}

async function simulate(request: SimulationRequest) {
  const { simulate: run } = await import('./simulate.js');
  return run(request);
}

/** Loads node:http with the first question. */
function ask(asked: Asked): Ask {
  return async (word, parameters, signal) => {
    const { askJson } = await import('../host/json-socket.js');
    return askJson(asked)(word, parameters, signal);
  };
}

async function resolve(name: string) {
  const { lookup } = await import('node:dns/promises');
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

async function openScreen() {
  const { openScreen: open } = await import('../host/screen.js');
  return open(process.stdin, process.stdout);
}

async function geoip(directory: string | undefined) {
  return openGeoIp(directory, async () => {
    const { loadGeoIpDirectories } = await import('../config/agent-file.js');
    return loadGeoIpDirectories(configPlaces(DEFAULT_CONFIG_DIRECTORY));
  });
}

/** TERM=dumb is a terminal that knows no places. */
function hasScreen({ stdin, stdout, env: { TERM = '' } }: NodeJS.Process): boolean {
  return stdin.isTTY && stdout.isTTY && TERM !== '' && TERM !== 'dumb';
}

/** Only for what goes on until it is stopped: anything else ends at once, as by default. */
function untilStopped(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

const dependencies: Dependencies = {
  version: __F2B_VERSION__,
  output: outputTo(process.stdout),
  errors: outputTo(process.stderr),
  environment: process.env,
  now: systemClock.now,
  zone: localZone(process.env['TZ']),
  clock: systemClock,
  geoip,
  get openScreen() {
    return hasScreen(process) ? openScreen : undefined;
  },
  connect,
  state,
  actions: () => actionsClient(ask(ACTIONS_SOCKET)),
  fleet: () => fleetClient(ask(FLEET_SOCKET)),
  createHostKey: async () => (await import('../nats/key.js')).createKey(),
  configuration: configurationFiles,
  fail2banDatabase,
  async filterPath(configDirectory) {
    const { loadFilterPath } = await import('../config/agent-file.js');
    return loadFilterPath(configPlaces(configDirectory));
  },
  async budget() {
    const { enableLinearFallback } = await import('../budget/linear-fallback.js');
    const { createTimeBudget } = await import('../budget/time-budget.js');
    enableLinearFallback();
    return createTimeBudget(lineBudget);
  },
  simulate,
  openJournal,
  agentUser: () => findUser('f2b'),
  resolve,
  run: runCommand,
  runToEnd: ([program = '', ...given]) => runToEnd(program, given).catch(() => ({ status: 127, output: '' })),
  self: [process.execPath, ...process.argv.slice(1, 2)],
  remote: { run: runThere, ask: askThere },
  confirm: async (question) => (await import('../host/confirm.js')).confirm(question),
  async unlikeJails(configDirectory) {
    const { unlikeJails } = await import('./unlike-jails.js');
    return unlikeJails(configDirectory);
  },
  async openLogFiles(units) {
    const { logFilesOfUnits } = await import('../host/programs/log-files-of-units.js');
    return logFilesOfUnits(units, runCommand);
  },
  freeSpace,
  pager: async (options) =>
    process.stdout.isTTY && process.stderr.isTTY ? openPager(process.env, options) : undefined,
  catalog: () => messageCatalog(['/usr/lib/systemd/catalog/f2b.catalog', join(shippedDirectory, 'debian/f2b.catalog')]),
  *lines(file) {
    for (const { lines } of readLines(file)) yield* lines;
  },
  peer: () => terminalPeer(process.pid),
  untilStopped,
  uninterrupted,
};

noDebugger();
surviveBrokenStderr();
endOnBrokenStdout((error) => reportError(error, dependencies));

void runProgram(process.argv.slice(2), dependencies).then((status) => {
  process.exitCode = status;
});
