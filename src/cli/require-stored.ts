/** Whether what a person ordered outlives a restart of the agent. */
import type { AgentStatus } from '../agent/agent-status.js';
import type { AgentClient } from '../control/client.js';
import { type ErrorCode, F2bError } from '../errors.js';

/** What keeps the agent from storing what it decides. */
const KEEPING: ReadonlySet<string> = new Set<ErrorCode>([
  ...(['STORE_BUSY', 'STORE_FAILED', 'STORE_FULL', 'STORE_LOCKED'] as const),
  ...(['STORE_NEWER', 'STORE_READ_ONLY', 'STORE_UNREADABLE'] as const),
]);

/**
 * To be called after an order, which is in force at once, also where the state takes nothing. Throws NOT_STORED then. Who
 * may act and not look is not told.
 */
export async function requireStored(client: Pick<AgentClient, 'status'>): Promise<void> {
  const { problems } = await statusOf(client);
  const reason = problems.find(({ code }) => KEEPING.has(code));
  if (reason !== undefined) throw new F2bError('NOT_STORED', reason.message, { hint: reason.hint });
}

async function statusOf(client: Pick<AgentClient, 'status'>): Promise<Pick<AgentStatus, 'problems'>> {
  try {
    return await client.status();
  } catch (error) {
    if (error instanceof F2bError && error.code === 'ACCESS_DENIED') return { problems: [] };
    throw error;
  }
}
