/**
 * f2b-metrics: the agent's numbers over HTTP, on the socket that systemd hands over. It ends when nobody has asked for
 * a while; the next who asks has it started again.
 */
import { once } from 'node:events';
import { isAgentAway } from '../control/agent-away.js';
import { agentClient } from '../control/client.js';
import { systemBusAddress } from '../dbus/address.js';
import { Bus } from '../dbus/bus.js';
import { F2bError } from '../errors.js';
import { handedSocket } from '../host/handed-socket.js';
import { systemClock } from '../host/system-clock.js';
import { exposition } from '../metrics/exposition.js';
import { createMetricsServer } from '../metrics/server.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { endSignal } from './process/end-signal.js';
import { printError } from './process/print-error.js';
import { runMain } from './process/run-main.js';

/** ms: longer than collectors pause. */
const IDLE = 300_000;

async function text(): Promise<string> {
  const bus = new Bus(systemBusAddress(process.env), systemClock);
  try {
    await bus.connected();
    return exposition(await agentClient(bus).status());
  } catch (error) {
    if (error instanceof F2bError && isAgentAway(error)) return exposition(undefined);
    throw error;
  } finally {
    bus.close();
  }
}

runMain(async () => {
  surviveBrokenStderr();
  const end = endSignal();
  const idle = new AbortController();
  const idleTimer = setTimeout(() => idle.abort(), IDLE);
  const server = createMetricsServer({ text, failed: printError, asked: () => idleTimer.refresh() });
  server.listen({ fd: handedSocket(process.env, process.pid, 'f2b-metrics.socket') });
  await once(AbortSignal.any([end, idle.signal]), 'abort');
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
});
