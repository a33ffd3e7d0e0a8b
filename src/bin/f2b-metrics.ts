/**
 * f2b-metrics: the agent's numbers over HTTP, on the socket that systemd hands over. It ends when nobody has asked for
 * a while; the next who asks has it started again.
 */
import { isAgentAway } from '../control/agent-away.js';
import { F2bError } from '../errors.js';
import { exposition } from '../metrics/exposition.js';
import { createMetricsServer } from '../metrics/server.js';
import { askAgent } from './ask-agent.js';
import { surviveBrokenStderr } from './process/broken-output.js';
import { printError } from './process/print-error.js';
import { runMain } from './process/run-main.js';
import { serveUntilIdle } from './process/serve-until-idle.js';

async function text(): Promise<string> {
  try {
    return exposition(await askAgent((agent) => agent.status()));
  } catch (error) {
    if (error instanceof F2bError && isAgentAway(error)) return exposition(undefined);
    throw error;
  }
}

runMain(async () => {
  surviveBrokenStderr();
  const create = (asked: () => void) => createMetricsServer({ text, failed: printError, asked });
  await serveUntilIdle('f2b-metrics.socket', create);
});
