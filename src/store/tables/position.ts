/** The journal position of the last commit: one row, replaced by each commit. */
import type { JournalPlace, Position } from '../../ports/journal.js';
import type { Database } from '../database.js';

/** Undefined when nothing was committed with a position yet. */
export async function readPosition(database: Database): Promise<Position | undefined> {
  // A file that an older f2b wrote is read before it is migrated.
  const [row] = await database.rows('SELECT * FROM position');
  if (row === undefined) return undefined;
  const others = readOthers(row['others']);
  return { cursor: String(row['cursor']), receivedAt: Number(row['received_at']), ...(others && { others }) };
}

/** Belongs into the transaction that stores the effects up to this position. */
export async function writePosition(database: Database, { cursor, receivedAt, others }: Position): Promise<void> {
  const stored = others === undefined ? null : JSON.stringify(others);
  const sql = 'INSERT OR REPLACE INTO position (id, cursor, received_at, others) VALUES (1, ?, ?, ?)';
  await database.run(sql, cursor, receivedAt, stored);
}

/** What is no place is left out: that journal is then begun with the machine's own. */
function readOthers(text: unknown): Readonly<Record<string, JournalPlace>> | undefined {
  if (typeof text !== 'string') return undefined;
  const stored: unknown = JSON.parse(text);
  if (typeof stored !== 'object' || stored === null) return undefined;
  return Object.fromEntries(Object.entries(stored).filter(isNamedPlace));
}

function isNamedPlace(entry: [string, unknown]): entry is [string, JournalPlace] {
  return isJournalPlace(entry[1]);
}

/** True of a place as it is stored and exported. */
export function isJournalPlace(value: unknown): value is JournalPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { cursor, receivedAt }: Record<string, unknown> = { ...value };
  return typeof cursor === 'string' && Number.isSafeInteger(receivedAt);
}
