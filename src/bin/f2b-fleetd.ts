/** The composition root of f2b-fleetd: the journal, the agent, the servers and a state of its own, until a signal. */
import { randomInt } from 'node:crypto';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { untilAborted } from '../async/until-aborted.js';
import { agentClient } from '../control/client.js';
import { AGENT_NAME } from '../control/interface.js';
import { systemBusAddress } from '../dbus/address.js';
import { Bus } from '../dbus/bus.js';
import { followEvents, positionAt } from '../events/follow.js';
import { answerFleet, FLEET_CONTROL } from '../fleet/control.js';
import { Fleetd } from '../fleet/fleetd.js';
import { createTell } from '../fleet/tell.js';
import { serveJson } from '../host/json-socket.js';
import { ownAddresses } from '../host/own-addresses.js';
import { serveStatus } from '../host/status-socket.js';
import { systemClock } from '../host/system-clock.js';
import { openLibrary } from '../journal/native.js';
import { openSession } from '../nats/session.js';
import type { FleetControl } from '../ports/fleet-control.js';
import type { Question } from '../ports/question.js';
import { openFleetState } from '../store/fleet-state.js';
import { openAgentEvents } from './agent-events.js';
import { fleetConfiguration, fleetSeed, isDeaf, requireHearing } from './fleet-configuration.js';
import { type FleetdOptions, readFleetdOptions } from './options/f2b-fleetd-options.js';
import { nativeLibrary } from './places.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { endSignal } from './process/end-signal.js';
import { giveBackAtRest } from './process/give-back-at-rest.js';
import { runMain } from './process/run-main.js';
import { say } from './process/say.js';

declare const __F2B_VERSION__: string;

/** Where systemd made a folder for it. */
function serveControl(fleetd: Fleetd, problem: () => string): readonly Server[] {
  const { RUNTIME_DIRECTORY: directory } = process.env;
  if (directory === undefined) return [];
  const control: FleetControl = {
    status: () => fleetd.status(problem()),
    bans: async (address) => fleetd.bans(address),
    pause: (isPaused) => fleetd.pause(isPaused),
    order: (order) => fleetd.order(order),
    withdraw: (host) => fleetd.withdraw(host),
  };
  const answer = (question: Question) => answerFleet(control, question);
  return [serveJson(join(directory, FLEET_CONTROL), answer), serveStatus(directory, answer)];
}

async function run(options: FleetdOptions, ended: AbortSignal): Promise<void> {
  const config = fleetConfiguration(options.configDirectory);
  if (options.check) return requireHearing(config, options.configDirectory);
  const { count } = config;
  const seed = fleetSeed(process.env);
  const library = openLibrary(nativeLibrary);
  const tell = createTell({ say, status: (text) => library.notify(`STATUS=${text}`) });
  const store = await openFleetState({ directory: options.stateDirectory, report: tell.problem });
  const bus = new Bus(systemBusAddress(process.env), systemClock);
  const journal = openAgentEvents(library, options.journalDirectory);
  try {
    await bus.connected();
    const agent = agentClient(bus);
    const { fleetd, position } = await Fleetd.create({
      ...{ host: config.name, version: __F2B_VERSION__, limits: config.limits, seed: randomInt(2 ** 32) },
      ...{ publish: config.publish, apply: config.apply, agent, store, tell, ownAddresses },
      ...(count === undefined ? {} : { count: { ...count, isDeaf: isDeaf(options.configDirectory) } }),
      clock: systemClock,
      user: process.getuid?.() ?? -1,
      open: () =>
        openSession({
          ...{ servers: config.servers, host: config.name, seed, replicas: config.replicas },
          tls: config.isEncrypted ? (config.caFile === undefined ? {} : { caFile: config.caFile }) : undefined,
        }),
    });
    bus.watchName(AGENT_NAME, (owner) => owner !== undefined && fleetd.enforcing.compare());
    const servers = serveControl(fleetd, tell.current);
    library.notify('READY=1');
    giveBackAtRest(library);
    const begin = position ?? positionAt(systemClock.now());
    if (position === undefined) await untilAborted(ended, fleetd.tellAll(begin));
    const following = followEvents({
      ...{ journal, clock: systemClock, position: begin, ended },
      take: (events, to) => fleetd.told(events, to),
      troubled: (error) => error !== undefined && tell.problem(error),
    });
    await Promise.all([following, fleetd.run(ended)]);
    for (const server of servers) server.close();
  } finally {
    journal.close();
    bus.close();
    await store.close();
  }
}

async function main(): Promise<void> {
  surviveBrokenStderr();
  const options = readFleetdOptions(process.argv, __F2B_VERSION__);
  const ended = endSignal();
  try {
    await run(options, ended);
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}

runMain(main);
