/**
 * f2b-metrics: the agent's numbers over HTTP, on the socket that systemd hands over. It ends when nobody has asked for
 * a while; the next who asks has it started again.
 */
import { ACTIONS_RUNTIME, actionsClient } from '../actions/control.js';
import { ifThere } from '../async/if-there.js';
import { isAgentAway, isAway } from '../control/agent-away.js';
import type { ErrorCode } from '../errors.js';
import { FLEET_RUNTIME, fleetClient } from '../fleet/control.js';
import { askJson } from '../host/json-socket.js';
import { STATUS_SOCKET } from '../host/status-socket.js';
import { exposition } from '../metrics/exposition.js';
import { createMetricsServer } from '../metrics/server.js';
import { askAgent } from './ask-agent.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { printError } from './process/print-error.js';
import { runMain } from './process/run-main.js';
import { serveUntilIdle } from './process/serve-until-idle.js';

/** ms: a collector waits for ten seconds. */
const TIMEOUT = 5_000;

const askStatus = (directory: string, absent: ErrorCode) =>
  askJson({ path: `${directory}/${STATUS_SOCKET}`, absent, timeout: TIMEOUT });
const actiond = actionsClient(askStatus(ACTIONS_RUNTIME, 'ACTIOND_NOT_RUNNING'));
const fleetd = fleetClient(askStatus(FLEET_RUNTIME, 'FLEET_NOT_RUNNING'));

async function text(): Promise<string> {
  const [status, actions, fleet] = await Promise.all([
    ifThere(isAgentAway, () => askAgent((agent) => agent.status())),
    ifThere(isAway('ACTIOND_NOT_RUNNING'), () => actiond.status()),
    ifThere(isAway('FLEET_NOT_RUNNING'), () => fleetd.status()),
  ]);
  return exposition(status, { actions, fleet });
}

runMain(async () => {
  surviveBrokenStderr();
  const create = (asked: () => void) => createMetricsServer({ text, failed: printError, asked });
  await serveUntilIdle('f2b-metrics.socket', create);
});
