/** The composition root of f2b-actiond: the agent's events, followed in the journal, go to whoever is to be told. */
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Actions, type ActionsConfiguration, startActions } from '../actions/actions.js';
import { ACTIONS_CONTROL, answerActions } from '../actions/control.js';
import { credentialsIn } from '../actions/credentials.js';
import type { ActionWorld } from '../actions/running-action.js';
import { createDeferred } from '../async/deferred.js';
import { loadActions } from '../config/actions/load-actions.js';
import { createDisk } from '../config/files/disk.js';
import { noting } from '../config/files/noting.js';
import { loadConfig } from '../config/load.js';
import { formatProblem, type Problem } from '../core/problem.js';
import { followEvents, positionAt } from '../events/follow.js';
import { serveJson } from '../host/json-socket.js';
import { ownCommandGroups } from '../host/programs/command-groups.js';
import { boundedRuns } from '../host/programs/run-bounded.js';
import { runInGroups } from '../host/programs/run-in-group.js';
import { programStarter } from '../host/programs/start-program.js';
import { serveStatus } from '../host/status-socket.js';
import { systemClock } from '../host/system-clock.js';
import { openLibrary } from '../journal/native.js';
import { openOutbox } from '../outbox/outbox.js';
import type { LiveJournal } from '../ports/journal.js';
import type { Question } from '../ports/question.js';
import { openAgentEvents } from './agent-events.js';
import { askAgent } from './ask-agent.js';
import { mailLocator } from './mail-locator.js';
import { type ActiondOptions, readActiondOptions } from './options/f2b-actiond-options.js';
import { configPlaces, nativeLibrary } from './places.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { endSignal } from './process/end-signal.js';
import { giveBackAtRest } from './process/give-back-at-rest.js';
import { letPagesGoSoon } from './process/journal-pages.js';
import { printError } from './process/print-error.js';
import { runMain } from './process/run-main.js';
import { say } from './process/say.js';
import { growHeapInSmallSteps } from './process/tight-heap.js';

declare const __F2B_VERSION__: string;

/** What is wrong is told; what is right is in force. */
function configurationOf({ configDirectory }: ActiondOptions): ActionsConfiguration {
  const places = configPlaces(configDirectory);
  const unread: Problem[] = [];
  // What else is wrong with jails is the agent's to tell; a file that only the agent can read would be missed here alone.
  const { value: naming } = loadConfig({ ...places, disk: noting(createDisk(places), unread) });
  const { isWhole, actions, problems } = loadActions(places, naming);
  for (const problem of [...unread, ...problems])
    say(problem.severity === 'warning' ? 'warning' : 'error', formatProblem(problem));
  return { isWhole, actions, naming };
}

/** A mail is not held up by an entry that cannot be read. */
function entryIn(journal: LiveJournal, wasRead: () => void): ActionWorld['entryOf'] {
  return (cursor) => {
    wasRead();
    try {
      return journal.entryAt(cursor);
    } catch {
      return undefined;
    }
  };
}

/** A jail that is removed has no bans; the agent has taken in the bans that it stored once it has started. */
async function bannedIn(jail: string): Promise<number | undefined> {
  const { state, jails } = await askAgent((agent) => agent.status());
  return state === 'starting' ? undefined : (jails.find(({ name }) => name === jail)?.banned ?? 0);
}

function serve(actions: Actions, { runtimeDirectory }: ActiondOptions): readonly Server[] {
  const answer = (question: Question) => answerActions(actions, question);
  return [serveJson(join(runtimeDirectory, ACTIONS_CONTROL), answer), serveStatus(runtimeDirectory, answer)];
}

/** SIGHUP reads the configuration again; two reloads do not cross. */
function reloadOnHangUp(actions: Actions, options: ActiondOptions, broken: (cause: unknown) => void): void {
  let last: Promise<void> = Promise.resolve();
  process.on('SIGHUP', () => {
    last = last.then(() => actions.reload(configurationOf(options))).catch(broken);
  });
}

async function main(): Promise<void> {
  surviveBrokenStderr();
  growHeapInSmallSteps();
  const options = readActiondOptions(process.argv, __F2B_VERSION__, process.env);
  const ended = endSignal();
  const { promise: failure, reject: broken } = createDeferred<never>();
  const library = openLibrary(nativeLibrary);
  for (const directory of [options.stateDirectory, options.runtimeDirectory]) {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
  }
  const outbox = await openOutbox(options.stateDirectory, printError);
  const clock = systemClock;
  const journal = openAgentEvents(library, options.journalDirectory);
  const wasRead = letPagesGoSoon(library, clock);
  const runAlone = boundedRuns(programStarter(library));
  const world: ActionWorld = {
    outbox,
    clock,
    version: __F2B_VERSION__,
    host: hostname(),
    credential: credentialsIn(process.env['CREDENTIALS_DIRECTORY']),
    entryOf: entryIn(journal, wasRead),
    locator: mailLocator(configPlaces(options.configDirectory), printError),
    bans: async (options) => (await askAgent((agent) => agent.bans(options))).map(({ ban }) => ban),
    bannedIn,
    explain: (address) => askAgent((agent) => agent.why(address)),
    runProgram: runInGroups(ownCommandGroups(), runAlone),
    runAlone,
    tell: (text, isGood) => say(isGood ? 'notice' : 'warning', text),
    broken,
  };
  const position = (await outbox.position()) ?? positionAt(clock.now());
  const actions = await startActions(configurationOf(options), world);
  // Also a first position is one to go on from.
  await actions.take([], position);
  const servers = serve(actions, options);
  reloadOnHangUp(actions, options, broken);
  library.notify('READY=1');
  // Also when much waits to be told, so that it does not come to rest soon.
  library.giveBack();
  giveBackAtRest(library);
  const troubled: Parameters<typeof followEvents>[0]['troubled'] = (error) => {
    if (error === undefined) say('notice', 'the journal can be heard again');
    else printError(error);
  };
  try {
    const take: typeof actions.take = (events, position) => {
      wasRead();
      return actions.take(events, position);
    };
    await Promise.race([followEvents({ journal, clock, position, take, troubled, ended }), failure]);
  } finally {
    for (const server of servers) server.close();
    await actions.end();
    journal.close();
    await outbox.close();
  }
}

runMain(main);
