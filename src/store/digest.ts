/** A short text that is equal for equal states, whenever and by whomever they were written. */
import { createHash } from 'node:crypto';
import { openForReading } from './state-file.js';
import { readTable } from './tables/pages.js';
import { readPosition } from './tables/position.js';
import { allowanceTable, banTable, failureTable, offenderTable } from './tables/rows.js';
import { readFailures } from './tables/tally-log.js';

/** Throws the STORE_ errors. */
export async function digestOf(path: string): Promise<string> {
  const database = await openForReading(path);
  try {
    const hash = createHash('sha256').update(JSON.stringify((await readPosition(database)) ?? null));
    hash.update('\nfailure\n');
    for (const failure of (await readFailures(database)).failures) {
      hash.update(JSON.stringify(failureTable.toRow(failure))).update('\n');
    }
    for (const table of [offenderTable, banTable, allowanceTable]) {
      hash.update(`\n${table.name}\n`);
      for await (const { bytes } of readTable<unknown>(database, { ...table, fromRow: () => undefined })) {
        // Between two pages there is none, as between two rows.
        hash.update(bytes).update('\n');
      }
    }
    return hash.digest('hex');
  } finally {
    await database.close();
  }
}
