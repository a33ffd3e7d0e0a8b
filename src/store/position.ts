/** The journal position of the last commit: one row, replaced by each commit. */
import type { Position } from '../ports/journal.js';
import type { Database } from './database.js';

/** Undefined when nothing was committed with a position yet. */
export async function readPosition(database: Database): Promise<Position | undefined> {
  const [row] = await database.rows('SELECT cursor, received_at FROM position');
  if (row === undefined) return undefined;
  return { cursor: String(row['cursor']), receivedAt: Number(row['received_at']) };
}

/** Belongs into the transaction that stores the effects up to this position. */
export async function writePosition(database: Database, { cursor, receivedAt }: Position): Promise<void> {
  await database.run('INSERT OR REPLACE INTO position (id, cursor, received_at) VALUES (1, ?, ?)', cursor, receivedAt);
}
