/** The agent's composition root: from the command line to a running agent, and from a signal to its end. */
import { untilAborted } from '../async/until-aborted.js';
import { enableLinearFallback } from '../budget/linear-fallback.js';
import { loadActions } from '../config/actions/load-actions.js';
import type { ConfigPlaces } from '../config/agent-file.js';
import {
  type ConfigurationCheck,
  jsonOfCheck,
  refusal,
  validLine,
  warningLines,
} from '../config/configuration-check.js';
import { type Running, startAgent } from '../daemon/lifecycle.js';
import { type ConfigSources, readConfiguration } from '../daemon/loaded-config.js';
import { faultsOfUnits } from '../daemon/problems/unheard-jails.js';
import { becomeAgent } from '../host/give-up-root.js';
import { runCommand } from '../host/programs/run-command.js';
import { unitStates } from '../host/programs/unit-states.js';
import { systemClock } from '../host/system-clock.js';
import { openLibrary } from '../journal/native.js';
import { createAgentConfiguration } from './agent/agent-configuration.js';
import { createConfiguration, onDisk } from './agent/configuration.js';
import { askedFiles, withJails } from './agent/with-jails.js';
import { createWorld } from './agent/world.js';
import { type Options, readOptions } from './options/f2bd-options.js';
import { configPlaces, nativeLibrary } from './places.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { endSignal } from './process/end-signal.js';
import { giveBackAtRest } from './process/give-back-at-rest.js';
import { optimizeLate } from './process/patient-compiler.js';
import { printError } from './process/print-error.js';
import { runMain } from './process/run-main.js';
import { growHeapInSmallSteps } from './process/tight-heap.js';

declare const __F2B_VERSION__: string;

/**
 * SIGHUP reads the configuration again; what is wrong with it is told, and the old one stays in force. During the start,
 * which it must not end, it is noted, and heard once what is returned is called.
 */
function hangUps(): (running: Running) => void {
  let isMissed = false;
  let hear = () => {
    isMissed = true;
  };
  process.on('SIGHUP', () => hear());
  return ({ agent }) => {
    hear = () => void agent.reload().catch(printError);
    if (isMissed) hear();
  };
}

/** Judges as the agent will: what root may read and the user f2b may not is a problem. */
async function checked(configuration: ConfigSources, directory: string): Promise<ConfigurationCheck> {
  const isAgent = becomeAgent(openLibrary(nativeLibrary).become);
  const { value, problems } = await readConfiguration(configuration);
  const found = value && (await faultsOfUnits(value.jails, (names) => unitStates(names, runCommand)));
  const faults = found?.flatMap((jail) => jail.faults) ?? [];
  return {
    valid: value !== undefined,
    directory,
    jails: value?.config.jails.length ?? 0,
    enabled: value?.jails.length ?? 0,
    rights: isAgent ? 'agent' : 'own',
    problems,
    units: faults.map(({ message, hint }) => ({ message, hint })),
  };
}

/** Throws CONFIG_INVALID. */
async function check(configuration: ConfigSources, { configDirectory, json }: Options): Promise<void> {
  const found = await checked(configuration, configDirectory);
  if (json) process.stdout.write(`${jsonOfCheck(found)}\n`);
  if (!found.valid) throw refusal(found.problems);
  if (json) return;
  for (const line of warningLines(found)) process.stderr.write(`${line}\n`);
  process.stdout.write(`${validLine(found)}\n`);
}

/** With what is wrong with the actions, which the agent itself does not read. */
function withActions(configuration: ConfigSources, places: ConfigPlaces): ConfigSources {
  return {
    ...configuration,
    async loadConfig() {
      const { value, problems } = await configuration.loadConfig();
      return { value, problems: [...problems, ...loadActions(places, value).problems] };
    },
  };
}

async function main(): Promise<void> {
  surviveBrokenStderr();
  growHeapInSmallSteps();
  optimizeLate();
  enableLinearFallback();
  const options = readOptions(process.argv, __F2B_VERSION__, process.env);
  const places = configPlaces(options.configDirectory);
  if (options.check && options.files.length > 0) {
    const files = askedFiles(onDisk().disk, options.files);
    const sources = createConfiguration(places, () => withJails(onDisk(), options.configDirectory, files));
    return check(withActions(sources, places), options);
  }
  const configuration = createAgentConfiguration(places, options.stateDirectory);
  if (options.check) return check(withActions(configuration, places), options);
  const reloadOnHangUp = hangUps();
  const ended = endSignal();
  const library = openLibrary(nativeLibrary);
  const world = createWorld({ options, configuration, library, version: __F2B_VERSION__, clock: systemClock });
  const fromHead = options.untilIdle || options.journalDirectory !== undefined;
  const since = options.since === undefined ? undefined : ({ kind: 'since', since: options.since } as const);
  const start = since ?? (fromHead ? ({ kind: 'head' } as const) : undefined);
  const running = await startAgent(world, { untilIdle: options.untilIdle, start }, ended);
  if (running === undefined) return;
  reloadOnHangUp(running);
  giveBackAtRest(library);
  try {
    await untilAborted(ended, running.done);
  } catch (cause) {
    if (!ended.aborted || cause !== ended.reason) throw cause;
  } finally {
    await running.stop();
  }
}

runMain(main);
