/**
 * f2b-fail2ban: answers fail2ban's client in the name of the agent, on the socket that systemd hands over. It ends when
 * nobody has asked for a while; the next who asks has it started again.
 */

import { createSerialQueue } from '../async/serial-queue.js';
import { keptFor } from '../async/time/kept-for.js';
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import { agentClient } from '../control/client.js';
import { printable } from '../core/printable.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { systemBusAddress } from '../dbus/address.js';
import { Bus } from '../dbus/bus.js';
import { answer } from '../fail2ban/answer.js';
import type { SettingsOf } from '../fail2ban/asked.js';
import { createFail2banServer } from '../fail2ban/server.js';
import { systemClock } from '../host/system-clock.js';
import { jailFilters } from './jail-filters.js';
import { jailSettings } from './jail-settings.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { runMain } from './process/run-main.js';
import { serveUntilIdle } from './process/serve-until-idle.js';

declare const __F2B_VERSION__: string;

/** Clients ask for each setting by itself: what was read serves those that follow. µs */
const FRESH = MICROS_PER_SECOND;

/** What the files of a jail say; nothing where there is none. */
function createSettings(): SettingsOf {
  const read = keptFor(systemClock, FRESH, () => jailSettings(DEFAULT_CONFIG_DIRECTORY));
  return (jail) => read()(jail) ?? [];
}

runMain(async () => {
  surviveBrokenStderr();
  const bus = new Bus(systemBusAddress(process.env), systemClock);
  const client = agentClient(bus);
  const settings = createSettings();
  const filters = keptFor(systemClock, FRESH, () => jailFilters(DEFAULT_CONFIG_DIRECTORY));
  const inTurn = createSerialQueue();
  const create = (asked: () => void) =>
    createFail2banServer({
      answer: async (command) => {
        // Why the agent cannot be reached is found out, and told, by what is asked of it.
        await bus.connected().catch(() => {});
        return answer(command, { client, settings, filter: (use) => filters()(use), inTurn, version: __F2B_VERSION__ });
      },
      refused: (why) => void process.stderr.write(`a command was refused: ${printable(why)}\n`),
      asked,
    });
  await serveUntilIdle('f2b-fail2ban.socket', create, () => bus.close());
});
