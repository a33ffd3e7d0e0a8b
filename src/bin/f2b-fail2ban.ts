/**
 * f2b-fail2ban: answers fail2ban's client in the name of the agent, on the socket that systemd hands over. It ends when
 * nobody has asked for a while; the next who asks has it started again.
 */
import { once } from 'node:events';
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import { effectiveSettings } from '../config/effective-settings.js';
import { readSources } from '../config/load.js';
import { agentClient } from '../control/client.js';
import { printable } from '../core/printable.js';
import { systemBusAddress } from '../dbus/address.js';
import { Bus } from '../dbus/bus.js';
import { answer } from '../fail2ban/answer.js';
import { createFail2banServer } from '../fail2ban/server.js';
import { handedSocket } from '../host/handed-socket.js';
import { systemClock } from '../host/system-clock.js';
import { configPlaces } from './places.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { endSignal } from './process/end-signal.js';
import { runMain } from './process/run-main.js';

declare const __F2B_VERSION__: string;

/** ms: longer than exporters pause. */
const IDLE = 300_000;

/** What is in force for a jail; nothing where it cannot be read. */
function settings(jail: string): ReadonlyMap<string, string> {
  const sources = readSources(configPlaces(DEFAULT_CONFIG_DIRECTORY));
  const files = sources.jails.find(({ name }) => name === jail);
  if (files === undefined) return new Map();
  return new Map(effectiveSettings(files, sources.agent).map(({ key, value }) => [key, value]));
}

runMain(async () => {
  surviveBrokenStderr();
  const end = endSignal();
  const idle = new AbortController();
  const idleTimer = setTimeout(() => idle.abort(), IDLE);
  const bus = new Bus(systemBusAddress(process.env), systemClock);
  const client = agentClient(bus);
  const server = createFail2banServer({
    answer: async (command) => {
      // Why the agent cannot be reached is found out, and told, by what is asked of it.
      await bus.connected().catch(() => {});
      return answer(command, { client, settings, version: __F2B_VERSION__ });
    },
    refused: (why) => void process.stderr.write(`a command was refused: ${printable(why)}\n`),
    asked: () => void idleTimer.refresh(),
  });
  server.listen({ fd: handedSocket(process.env, process.pid, 'f2b-fail2ban.socket') });
  await once(AbortSignal.any([end, idle.signal]), 'abort');
  server.close();
  bus.close();
  await once(server, 'close');
});
